"""What a hundred times as many villages cost: the same pages of a county of 322 villages and of one of 32 200, in turns.

    .venv/bin/python -m bench.growth [--database sqlite|postgresql] [--villages 32200] [--times 40] 2>/dev/null

322 villages have 60 items each; of the large county's, the first tenth has 60 and the others 6. Registry, publishers and
plates are made by the service's own verbs, items are rows of the sample's with other owners, inserted in bulk; facets,
versions and the search index are made by the functions that `villages init` and `villages search rebuild` call.
Every page is asked through the front, each address once to warm up, then in turns of the two counties. Exit status 0 when the median
of every page in BARRED is at most 1.5 times the small county's.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from villages.app import create_app
from villages.audit.models import COMMAND_LINE
from villages.calendar.actions import seed
from villages.calendar.queries import calendar_of
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.freshness import raise_versions
from villages.core.migration import migrate
from villages.registry.bodies import make_missing
from villages.disclosures.facets import add_rows
from villages.disclosures.indexing import rebuild
from villages.disclosures.models import Edition, Item
from villages.disclosures.sample import Maker
from villages.plates.actions import issue_missing
from villages.plates.models import Plate
from villages.registry.commands import read_county
from villages.registry.listing import Entry
from villages.registry.loading import load
from villages.registry.models import EVERYTHING, Publisher, Unit
from villages.service.commands import BUNDLED
from villages.settings import read_settings

SMALL, PER_TOWNSHIP, PATTERNS = 322, 46, 40
MANY, FEW, BATCH = 60, 6, 2_000
BAR = 1.5
DATABASES: dict[str, Callable[[Path], Databases]] = {"sqlite": SqliteDatabases, "postgresql": PostgresDatabases}
Row = dict[str, Any]
# Pages whose cost must not grow; those that list villages naturally do.
BARRED = (
    "village, kept", "village, anew", "village by plate", "section", "item", "duties", "township", "search, 1 character",
    "search, 2 characters", "search, 3 characters", "search, 4 characters", "search in a village", "search in a township",
    "interface: items",
)  # fmt: skip


def main() -> int:
    """Build what is not there yet, measure, print; 0 when the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--villages", type=int, default=SMALL * 100)
    parser.add_argument("--times", type=int, default=40)
    given = parser.parse_args()
    missed = False
    for name in given.database or DATABASES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            databases = stack.enter_context(DATABASES[name](folder))
            counties = [stack.enter_context(County(databases, folder, count)) for count in (SMALL, given.villages)]
            missed |= measure(name, counties, given.times)
    return int(missed)


class County:
    """A county of so many villages, filled, and its application."""

    def __init__(self, databases: Databases, folder: Path, count: int) -> None:
        self.url = databases.copy(None)
        self.folder = folder
        storage, started = Storage(self.url), time.monotonic()
        migrate(storage)
        for step in (registry, items, index):
            with storage.transaction() as session:
                done = step(session, count)
            print(f"{count} villages: {done} after {time.monotonic() - started:.0f} s", flush=True)
        if not storage.is_sqlite:
            with storage.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum does within a minute
        storage.close()

    def __enter__(self) -> County:
        settings = read_settings({"VILLAGES_DATA_DIR": str(self.folder), "VILLAGES_DATABASE_URL": self.url})
        self.app: Flask = create_app(settings)
        self.pages = pages(self.app.extensions["storage"])
        return self

    def __exit__(self, *_: object) -> None:
        for each in ("front", "scans", "storage"):
            self.app.extensions[each].close()

    def ask(self, path: str) -> float:
        """Milliseconds of one page, through the front, without a network."""
        environ = EnvironBuilder(path=path.partition("?")[0], query_string=path.partition("?")[2]).get_environ()
        started = time.perf_counter()
        body, status, _ = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        took = (time.perf_counter() - started) * 1000
        assert status.startswith("200"), (path, status)
        return took


def entries(count: int) -> list[Entry]:
    """A list of villages of one county, named as the bundled ones are, so many to a township."""
    real = [entry for entry in read_county(BUNDLED) if entry.in_scope]
    found = []
    for at in range(count):
        township, village = divmod(at, PER_TOWNSHIP)
        code = f"{real[0].code[:6]}{100 + township:03}{200 + village}"
        found.append(replace(real[at % len(real)], row=at + 2, code=code, township=f"第{township + 1}示例镇"))
    return found


def registry(session: Session, count: int) -> str:
    """Units, plates, publishers, calendar."""
    load(session, entries(count), by=COMMAND_LINE, at=now())
    made = make_missing(session, by=COMMAND_LINE, at=now())
    seed(session, by=COMMAND_LINE, at=now())
    return f"{made} publishers, {len(issue_missing(session, by=COMMAND_LINE, at=now()))} plates"


def items(session: Session, count: int) -> str:
    """Items as if they had come one after the other: later ones have later numbers."""
    query = select(Publisher.id, Publisher.kind, Unit.id).join(Unit, Publisher.unit_id == Unit.id)
    owners: dict[int, dict[str, int]] = {}
    for publisher, kind, unit in session.execute(query.where(Unit.level == "village").order_by(Unit.division_code)):
        owners.setdefault(unit, {})[kind] = publisher
    patterns = list(islice(_patterns(session, list(owners)), PATTERNS))
    chosen = sorted(
        (patterns[at % PATTERNS][place][1]["published_at"], unit, at % PATTERNS, place)
        for at, unit in enumerate(owners)
        for place in _places(patterns[at % PATTERNS], MANY if at < max(SMALL, count // 10) else FEW, at)
    )
    first = (session.scalar(select(func.max(Item.id))) or 0) + 1
    for start in range(0, len(chosen), BATCH):
        batch = []
        for number, (_, unit, pattern, place) in enumerate(chosen[start : start + BATCH], start=first + start):
            kind, row = patterns[pattern][place]
            batch.append(row | {"id": number, "unit_id": unit, "publisher_id": owners[unit][kind]})
        session.execute(insert(Item.__table__), batch)  # type: ignore[arg-type]
        session.execute(insert(Edition.__table__), list(map(_edition, batch)))  # type: ignore[arg-type]
        add_rows(session, ((row["id"], row) for row in batch))
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SELECT setval(pg_get_serial_sequence('item', 'id'), (SELECT max(id) FROM item))"))
    raise_versions(session, {EVERYTHING, *(f"unit:{unit}" for unit in owners)}, at=now())
    return f"{len(chosen)} items"


def _patterns(session: Session, units: Sequence[int]) -> Iterator[list[tuple[str, Row]]]:
    """What the sample would give a village: its publisher's kind and the item, of all that is public."""
    maker = Maker(calendar_of(session), now())
    for unit in units:
        owners = session.scalars(select(Publisher).where(Publisher.unit_id == unit).order_by(Publisher.id)).all()
        made = [(owner.kind, row) for owner in owners for row in maker.items(owner) if row["is_public"]]
        if len(made) >= MANY:
            yield made


def _places(pattern: Sequence[object], most: int, at: int) -> list[int]:
    return random.Random(at).sample(range(len(pattern)), most)  # noqa: S311 - the same each time


def _edition(row: Row) -> Row:
    said = {name: row[name] for name in ("title", "published_at")}
    return {"item_id": row["id"], "number": 1, "content": row["draft"], "note": "", **said}


def index(session: Session, _count: int) -> str:
    """The search index."""
    return f"{rebuild(session)} texts indexed"


def pages(storage: Storage) -> dict[str, list[str]]:
    """Addresses by what they show; of forty villages that have sixty items, and of what they published."""
    chance = random.Random(7)  # noqa: S311
    with storage.reading() as session:
        units = session.scalars(select(Unit).where(Unit.level == "village").order_by(Unit.division_code)).all()[:SMALL]
        units = chance.sample(units, 40)
        plates = session.scalars(select(Plate.number).where(Plate.unit_id.in_([unit.id for unit in units]))).all()
        shown = [session.scalar(select(func.max(Item.id)).where(Item.unit_id == unit.id)) for unit in units]
        titles = session.scalars(select(Item.title).where(Item.id.in_(shown))).all()
    codes = [unit.division_code for unit in units]
    parts = {length: [quote(title[at % 3 :][:length]) for at, title in enumerate(titles)] for length in (1, 2, 3, 4)}
    return {
        "village, kept": [f"/villages/{code}" for code in codes],
        "village, anew": [f"/villages/{code}?anew=1" for code in codes],
        "village by plate": [f"/v/{number}?anew=1" for number in plates],
        "section": [f"/villages/{code}/affairs?anew=1" for code in codes],
        "item": [f"/items/{number}?anew=1" for number in shown],
        "duties": [f"/villages/{code}/duties?anew=1" for code in codes],
        "township": [f"/villages/{code[:9]}?anew=1" for code in codes],
        **{
            f"search, {n} character{'s' * (n > 1)}": [f"/search?q={each}" for each in found]
            for n, found in parts.items()
        },
        "search in a village": [f"/search?q={q}&within={c}" for q, c in zip(parts[2], codes, strict=True)],
        "search in a township": [f"/search?q={q}&within={c[:9]}" for q, c in zip(parts[2], codes, strict=True)],
        "search for a village": [f"/search?q={quote(unit.name)}" for unit in units],
        "interface: items": ["/api/v1/items"],
        "interface: a village's items": [f"/api/v1/items?within={code}" for code in codes],
        "feed": ["/feeds/county.atom"],
        "county": ["/?anew=1"],
        "map": ["/map?anew=1"],
        "villages": ["/villages/?anew=1"],
        "villages by name": [f"/villages/?q={quote(unit.name)}" for unit in units],
    }


def measure(database: str, counties: Sequence[County], times: int) -> bool:
    """Print medians and 95th percentiles of both and their ratio; whether a bar is missed."""
    missed = False
    print(
        f"{database}, load {os.getloadavg()[0]:.1f}: p50 and p95 in ms of {SMALL} villages, of the large county; ratio"
    )
    for what in counties[0].pages:
        took: list[list[float]] = [[] for _ in counties]
        for turn in range(-len(counties[0].pages[what]), times):
            for county, values in zip(counties, took, strict=True):
                paths = county.pages[what]
                ms = county.ask(paths[turn % len(paths)])
                if turn >= 0:
                    values.append(ms)
        for values in took:
            values.sort()
        p50, p95 = ([values[int(len(values) * part)] for values in took] for part in (0.5, 0.95))
        ratio = p50[1] / p50[0]
        wrong = what in BARRED and ratio > BAR
        missed |= wrong
        print(
            f"{what:<30}{p50[0]:9.2f}{p95[0]:9.2f}{p50[1]:12.2f}{p95[1]:9.2f}{ratio:9.2f}{'  missed' if wrong else ''}",
            flush=True,
        )
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
