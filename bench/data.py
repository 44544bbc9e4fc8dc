"""Times the machines' face of a running service: bench/data.py http://127.0.0.1:8000 [kind] (compare within one run)."""

import sys
import time
import urllib.request


def asked(address):
    started = time.perf_counter()
    with urllib.request.urlopen(address) as answer:
        body = answer.read()
    return (time.perf_counter() - started) * 1000, body


base, kind = sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) > 2 else "finance_statement"
for path in (
    "/api/v1/items",
    "/api/v1/items?limit=200",
    "/api/v1/changes",
    "/feeds/county.atom",
    f"/data/{kind}.csv",
    f"/data/{kind}.xlsx",
):
    runs = [asked(base + path) for _ in range(5)]
    rows = f"{len(runs[0][1].splitlines()) - 1} rows" if path.endswith("csv") else ""
    print(f"{path:32} {sorted(ms for ms, _ in runs)[2]:8.1f} ms {len(runs[0][1]):>9} bytes {rows}")
