"""What the audit's chain costs: acts with and without it, and reading it whole.

python bench/audit.py [--database postgresql] [--acts 300] [--entries 100000]
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.databases import PostgresDatabases, SqliteDatabases
from tests.factories import NOON, TESTER
from villages.audit.actions import record
from villages.audit.anchors import Anchors
from villages.audit.checking import verify
from villages.core.db import Storage
from villages.core.migration import migrate
from villages.settings import read_settings

parser = argparse.ArgumentParser()
parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
parser.add_argument("--acts", type=int, default=300)
parser.add_argument("--entries", type=int, default=100_000)
given = parser.parse_args()


def acts(storage, count):
    started = time.perf_counter()
    for number in range(count):
        with storage.transaction() as session:
            record(session, "test.act", f"thing:{number}", by=TESTER, at=NOON, old="旧", new="新")
    return (time.perf_counter() - started) / count * 1000


with tempfile.TemporaryDirectory() as folder:
    kind = PostgresDatabases if given.database == "postgresql" else SqliteDatabases
    with kind(Path(folder)) as databases:
        url = databases.copy(None)
        migrate(Storage(url))
        settings = read_settings({"VILLAGES_DATA_DIR": folder, "VILLAGES_DATABASE_URL": url})
        sealed, plain = Storage(url, settings=settings), Storage(url)
        acts(sealed, 20)
        for _ in range(3):
            print(f"an act: {acts(sealed, given.acts):.2f} ms with the chain, {acts(plain, given.acts):.2f} ms without")
        started = time.perf_counter()
        for start in range(0, given.entries, 5_000):
            with sealed.transaction() as session:
                for number in range(start, min(start + 5_000, given.entries)):
                    record(session, "test.act", f"thing:{number}", by=TESTER, at=NOON, old="旧", new="新")
        print(f"{given.entries} entries in batches of 5000: {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        with sealed.reading() as session:
            verdict = verify(session, Anchors.of(settings), at=NOON)
        print(
            f"{verdict.entries} entries verified: {time.perf_counter() - started:.1f} s, {len(verdict.findings)} findings"
        )
        for storage in (sealed, plain):
            storage.close()
