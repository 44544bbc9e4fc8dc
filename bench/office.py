"""Staff at work: each page's p95 while ten requests a second go over all staff pages, and what villagers lose by it.

    python bench/office.py [--database-url URL] [--seconds 60] [--rate 10]

Makes an installation with the whole sample in a temporary folder, serves it as shipped with two processes, opens an
account of each role for the county, for a township and for a village, walks every page that their menus and pages lead
to (GET only), and then asks for them in a shuffled order at a steady rate. Public pages are asked as fast as they
answer by two clients, first alone and then while staff work. Bars: each staff page's p95 at most 300 ms, and at least
0.8 times the public requests a second.

Exit status 0 when both are met, 1 when not.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VILLAGES = ROOT / ".venv" / "bin" / "villages"
PASSWORD = "correct horse battery"
SCOPES = ("410923", "410923100", "410923100209")
ROLES = ("administrator", "auditor", "publisher", "reviewer", "editor")
MOST_OF_A_KIND = 4
PUBLIC = "/villages/410923100209"


class Staff:
    """Somebody signed in, with a browser's cookie."""

    def __init__(self, base: str, name: str) -> None:
        self.base, self.name = base, name
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = self.get("/admin/sign-in")[1]
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page).group(1)
        form = urllib.parse.urlencode({"csrf_token": token, "name": name, "password": PASSWORD}).encode()
        request = urllib.request.Request(base + "/admin/sign-in", form, {"Referer": base})
        with self.opener.open(request) as answer:
            answer.read()

    def get(self, path: str) -> tuple[int, str, float]:
        began = time.perf_counter()
        try:
            with self.opener.open(self.base + path, timeout=60) as answer:
                status, text = answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            status, text = error.code, ""
        return status, text, (time.perf_counter() - began) * 1000


def kind_of(path: str) -> str:
    """A page's pattern: its path without numbers and codes, and the names of what it is asked for."""
    parts = urllib.parse.urlsplit(path)
    query = sorted(urllib.parse.parse_qs(parts.query, keep_blank_values=True))
    path = re.sub(r"^(/admin/terms)/.+", r"\1/…", parts.path)
    return re.sub(r"/[0-9A-Za-z_-]*\d[0-9A-Za-z_-]*", "/…", path) + ("?" + "&".join(query) if query else "")


def walked(person: Staff) -> list[str]:
    """Pages that links lead to, a few of each pattern."""
    seen: dict[str, list[str]] = defaultdict(list)
    waiting = ["/admin/"]
    while waiting:
        path = waiting.pop()
        status, text, _ = person.get(path)
        if status != 200:
            if status >= 500:
                print(f"{person.name} {path}: {status}", file=sys.stderr)
            continue
        for link in re.findall(r'<a[^>]* href="(/admin/[^"#]*)', text):
            link = link.replace("&amp;", "&")
            pattern = kind_of(link)
            if link not in seen[pattern] and len(seen[pattern]) < MOST_OF_A_KIND:
                seen[pattern].append(link)
                waiting.append(link)
    return [path for paths in seen.values() for path in paths]


def public_rate(base: str, seconds: float) -> float:
    """Requests a second for a village's page by two clients that ask again at once."""
    done, end = [0, 0], time.perf_counter() + seconds

    def ask(number: int) -> None:
        while time.perf_counter() < end:
            with urllib.request.urlopen(base + PUBLIC, timeout=60) as answer:
                answer.read()
            done[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def work(people: list[tuple[Staff, list[str]]], seconds: float, rate: float) -> dict[str, list[float]]:
    """Milliseconds by pattern; requests begin at a steady rate whether or not those before have ended."""
    draw, found, lock, threads = random.Random(1), defaultdict(list), threading.Lock(), []
    jobs = [(person, path) for person, paths in people for path in paths]
    draw.shuffle(jobs)
    began = time.perf_counter()

    def ask(person: Staff, path: str) -> None:
        status, _, ms = person.get(path)
        with lock:
            found[kind_of(path) if status < 500 else f"{status} {path}"].append(ms)

    for number in range(int(seconds * rate)):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        thread = threading.Thread(target=ask, args=jobs[number % len(jobs)])
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--port", type=int, default=8391)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="villages-office-") as folder:
        env = os.environ | {"VILLAGES_DATA_DIR": folder}
        if given.database_url:
            env["VILLAGES_DATABASE_URL"] = given.database_url
        subprocess.run([VILLAGES, "init", "--sample"], env=env, check=True, stdout=subprocess.DEVNULL)
        names = []
        for role in ROLES:
            for scope in SCOPES:
                names.append(f"{role}-{scope}")
                subprocess.run(
                    [VILLAGES, "accounts", "add", names[-1], "--role", role, "--scope", scope, "--password-stdin"],
                    env=env, check=True, input=PASSWORD.encode(), stdout=subprocess.DEVNULL,
                )  # fmt: skip
        server = subprocess.Popen(
            [VILLAGES, "serve", "--port", str(given.port), "--workers", "2"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return measured(f"http://127.0.0.1:{given.port}", names, given)
        finally:
            server.terminate()
            server.wait(timeout=20)


def measured(base: str, names: list[str], given: argparse.Namespace) -> int:
    for _ in range(100):
        try:
            urllib.request.urlopen(base + "/readyz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.3)
    people = [(person, walked(person)) for person in (Staff(base, name) for name in names)]
    work(people, 15, given.rate)  # warm
    alone = public_rate(base, 10)
    found: dict[str, list[float]] = {}
    staff = threading.Thread(target=lambda: found.update(work(people, given.seconds, given.rate)))
    staff.start()
    beside = public_rate(base, given.seconds)
    staff.join()
    quiet = public_rate(base, 10)
    load = os.getloadavg()[0]
    print(
        f"{sum(map(len, found.values()))} requests over {len(found)} patterns, load {load:.1f}; p50, p95 in ms, count"
    )
    slow = False
    for pattern, times in sorted(found.items(), key=lambda pair: -max(pair[1])):
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        slow |= p95 > 300 or pattern.startswith("5")
        print(
            f"{pattern:70} {statistics.median(times):8.1f} {p95:8.1f} {len(times):5}{'  missed' if p95 > 300 else ''}"
        )
    ratio = beside / ((alone + quiet) / 2)
    print(f"public: {alone:.0f} and {quiet:.0f} a second alone, {beside:.0f} beside staff: {ratio:.2f} (bar 0.8)")
    return 1 if slow or ratio < 0.8 else 0


if __name__ == "__main__":
    sys.exit(main())
