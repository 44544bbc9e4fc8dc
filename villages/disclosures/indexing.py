"""What of the items can be found by searching: the latest public edition, as it can be read on the item's page.

Of kinds that are not listed (rosters), only title, period and publisher: nobody is to be found by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from villages.core.clock import day_of
from villages.disclosures.blocks import show
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.periods import stored_period
from villages.disclosures.public_queries import label_of
from villages.disclosures.values import values_from_json
from villages.registry.models import Publisher
from villages.search import actions
from villages.search.entry import Entry
from villages.search.queries import counts, row_of

SUBJECT = "item"
BATCH = 1_000
SPOTS = 50
COLUMNS = (
    Item.id, Item.kind, Item.unit_id, Item.period_start, Item.period_cycle, Item.published_at, Item.notice_until,
    Edition.title, Edition.content, Publisher.name,
)  # fmt: skip


def index(session: Session, item: Item) -> None:
    """Let an item be found as it is shown now, or no longer."""
    session.flush()
    row = next(iter(_rows(session, item.id - 1, 1)), None)
    if row is None or row.id != item.id:
        actions.remove(session, SUBJECT, [item.id])
    else:
        actions.put(session, _entry(row))


def index_after(session: Session, last_id: int) -> int:
    """Let all items be found that came in after a number, none of which is in the index yet; returns how many."""
    return actions.add(session, _entries(session, last_id))


def forget(session: Session, item_ids: Iterable[int]) -> None:
    """Let items no longer be found."""
    actions.remove(session, SUBJECT, sorted(item_ids))


def rebuild(session: Session) -> int:
    """Make the index anew from what is public; returns how many items can be found."""
    actions.clear(session)
    return actions.add(session, _entries(session, 0))


def is_whole(session: Session) -> bool:
    """Whether what can be found is what is public: as many texts, and SPOTS of them what they should be."""
    shown = (Item.is_public, Item.kind.in_(list(kinds())), Item.editions.any())
    count, last = session.execute(select(func.count(), func.max(Item.id)).where(*shown)).one()
    if counts(session) != (count, count):
        return False
    step = max(1, (last or 0) // SPOTS)
    some = select(Item.id).where(*shown, Item.id % step == (last or 0) % step).order_by(Item.id.desc()).limit(SPOTS)
    return all(_is_right(session, item_id) for item_id in session.scalars(some).all())


def _is_right(session: Session, item_id: int) -> bool:
    rows = _rows(session, item_id - 1, 1)
    return bool(rows) and row_of(session, SUBJECT, item_id) == _entry(rows[0]).row()


def _entries(session: Session, last_id: int) -> Iterator[Entry]:
    while rows := _rows(session, last_id, BATCH):
        yield from (_entry(row) for row in rows)
        last_id = rows[-1].id


def _rows(session: Session, last_id: int, most: int) -> list[Row[Any]]:
    """Public items with their latest edition, by number."""
    number = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    query = (
        select(*COLUMNS)
        .join(Edition, (Edition.item_id == Item.id) & (Edition.number == number))
        .join(Publisher, Publisher.id == Item.publisher_id)
        .where(Item.id > last_id, Item.is_public, Item.kind.in_(list(kinds())))
        .order_by(Item.id)
        .limit(most)
    )
    return list(session.execute(query))


def _entry(row: Row[Any]) -> Entry:
    kind = kinds()[row.kind]
    lines = [_text(kind, row.content)] if kind.listed else []
    lines += [_period(kind, row), row.name]
    return Entry(
        subject=SUBJECT, ref=row.id, unit_id=row.unit_id, section=kind.section, kind=kind.key,
        day=day_of(row.published_at), until=row.notice_until, title=row.title,
        text="\n".join(line for line in lines if line),
    )  # fmt: skip


def _text(kind: Kind, content: Mapping[str, Any]) -> str:
    """All values as they are shown but the title, a line each or more."""
    values = values_from_json(kind, dict(content))
    shown = (show(values.get(field.name), field) for field in kind.fields if field.name != kind.short.title)
    return "\n".join(text for text in shown if text)


def _period(kind: Kind, row: Row[Any]) -> str:
    return label_of(stored_period(row.period_start, row.period_cycle, kind.cycle))
