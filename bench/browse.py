"""Times the lists of a kind: the whole sample and 3 598 rows of the county's handbook, each address many times.

Asks the application itself, in this process, without a network; addresses with a query are never kept.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from urllib.parse import quote

from sqlalchemy import select

from villages.registry.models import Publisher
from villages.app import create_app
from villages.audit.models import COMMAND_LINE
from villages.calendar.actions import seed
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.migration import migrate
from villages.registry.bodies import make_missing
from villages.disclosures.facets import add_rows
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.sample import add_sample
from villages.disclosures.values import read_values, values_to_json
from villages.registry.commands import read_county
from villages.registry.loading import load
from villages.service.commands import BUNDLED
from villages.settings import read_settings

ROWS, BAR_MS = 3_598, 100
BOOK = next(kind for kind in kinds().values() if kind.column == "权责清单")
ROSTER = next(kind for kind in kinds().values() if "C12" in kind.items)
PROJECT = next(kind for kind in kinds().values() if "C9" in kind.items)


def main() -> int:
    """Fill a database unless it is filled, measure, print; 0 when every address keeps the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default="", help="an empty database; by default SQLite in a new folder")
    parser.add_argument("--times", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database_url or f"sqlite:///{folder}/bench.sqlite3"
        settings = read_settings({"VILLAGES_DATA_DIR": folder, "VILLAGES_DATABASE_URL": url})
        storage = Storage(url)
        print(f"items: {fill(storage)}")
        storage.close()
        app = create_app(settings)
        client = app.test_client()
        worst = max(measure(client, path, given.times) for path in PATHS)
        app.extensions["front"].close()
        app.extensions["scans"].close()
        app.extensions["counting"].close()
        app.extensions["storage"].close()
    return int(worst > BAR_MS)


def fill(storage: Storage) -> int:
    """The county, the sample, and the rows."""
    migrate(storage)
    with storage.transaction() as session:
        load(session, read_county(BUNDLED), by=COMMAND_LINE, at=now())
        make_missing(session, by=COMMAND_LINE, at=now())
        seed(session, by=COMMAND_LINE, at=now())
        made = add_sample(session, by=COMMAND_LINE, at=now())
        owner = session.scalars(select(Publisher).where(Publisher.kind == "county")).one()
        items = [_item(owner, content, at) for at, content in enumerate(_book())]
        session.add_all(items)
        session.flush()
        columns = ("kind", "unit_id", "notice_until", "title", "draft", "period_start", "is_public")
        add_rows(session, [(item.id, {name: getattr(item, name) for name in columns}) for item in items])
    if not storage.is_sqlite:
        with storage.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    return made + ROWS


def _book() -> Iterator[dict[str, object]]:
    chance = Random(3598)  # noqa: S311 - the same rows each time
    choices = {field.name: field.choices for field in BOOK.fields}
    for at in range(ROWS):
        given = {field.name: f"{field.label}的说明" for field in BOOK.fields}
        given |= {
            "title": f"第{at}项公开事项", "publisher": f"第{chance.randrange(60)}局", "nature": f"性质{at % 5}",
            "list": choices["list"][at >= 2_996], "field": chance.choice(choices["field"]),
            "five": "、".join(chance.sample(choices["five"], chance.choice([1, 1, 2]))),
        }  # fmt: skip
        yield values_to_json(BOOK, read_values(BOOK, given))


def _item(owner: Publisher, content: dict[str, object], at: int) -> Item:
    moment = now() - timedelta(minutes=at)
    title = str(content["title"])
    return Item(
        kind=BOOK.key, publisher_id=owner.id, unit_id=owner.unit_id, state="published", title=title, draft=content,
        created_at=moment, published_at=moment, is_public=True,
        editions=[Edition(number=1, title=title, content=content, published_at=moment)],
    )  # fmt: skip


def measure(client: object, path: str, times: int) -> float:
    """Print median, 95th percentile and processor time of this process; return the 95th percentile. Milliseconds."""
    took, spent = [], time.process_time()
    for _ in range(times):
        started = time.perf_counter()
        response = client.get(path)  # type: ignore[attr-defined]
        took.append((time.perf_counter() - started) * 1000)
        assert response.status_code == 200, path  # noqa: PLR2004 - an answer
    cpu = (time.process_time() - spent) * 1000 / times
    took.sort()
    size = len(gzip.compress(response.data, 9))
    median, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"median {median:6.1f}  p95 {p95:6.1f}  cpu {cpu:6.1f} ms  {size:6} B  {path}")
    return p95


PATHS = [
    f"/lists/{BOOK.key}?page=1",
    f"/lists/{BOOK.key}?page=180",
    f"/lists/{BOOK.key}?field={quote('就业')}",
    f"/lists/{BOOK.key}?field={quote('就业')}&five={quote('服务公开')}&q={quote('事项')}&within=410923",
    f"/lists/{BOOK.key}?q={quote('公开')}",
    f"/lists/{BOOK.key}?by=publisher",
    f"/lists/{PROJECT.key}?page=1",
    f"/lists/{PROJECT.key}?within=410923205&q={quote('路')}",
    f"/lists/{ROSTER.key}?page=1",
    "/oversight/policies?page=1",
    "/oversight/projects?page=1",
    "/oversight/funds?page=1",
]

if __name__ == "__main__":
    raise SystemExit(main())
