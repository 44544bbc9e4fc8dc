"""Questions of the machines' face. Items whose kind is not exported are in no answer of this file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, defer, joinedload, selectinload

from villages.core.clock import SHANGHAI
from villages.core.db import Storage
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import is_public_on, period_from
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below

Row = tuple[Item, Edition]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """Which items are meant. `period`: any day of the period that they tell of."""

    keys: Collection[str]
    within: Unit | None = None
    publisher: str | None = None
    first: date | None = None
    last: date | None = None
    period: date | None = None


def exported_keys() -> list[str]:
    """The kinds whose items may be listed for machines and downloaded."""
    return [kind.key for kind in kinds().values() if kind.exported]


def indexed_keys() -> list[str]:
    """The kinds whose items may stand where search engines look: sitemap and feeds."""
    return [kind.key for kind in kinds().values() if kind.exported and kind.listed]


def starts(day: date) -> datetime:
    """The first moment of a day in China."""
    return datetime.combine(day, time(), SHANGHAI)


def units_within(unit: Unit | None) -> ColumnElement[bool]:
    """The items of a unit and of all below it; of everybody for None."""
    if unit is None:
        return Item.id.is_not(None)
    if unit.level == "village":
        return Item.unit_id == unit.id
    return Item.unit_id.in_(select(Unit.id).where(is_below(unit.division_code)))


def _wanted(wanted: Wanted, today: date) -> Select[int]:
    found = select(Item.id).where(is_public_on(today), Item.kind.in_(wanted.keys), units_within(wanted.within))
    if wanted.publisher is not None:
        found = found.where(Item.publisher_id.in_(select(Publisher.id).where(Publisher.code == wanted.publisher)))
    if wanted.first is not None:
        found = found.where(Item.published_at >= starts(wanted.first))
    if wanted.last is not None and wanted.last < date.max:
        found = found.where(Item.published_at < starts(wanted.last + DAY))
    if wanted.period is not None:
        found = found.where(_of_period(wanted.period))
    return found


def _of_period(day: date) -> ColumnElement[bool]:
    """Items of every kind whose period holds a day."""
    starts_of: dict[date, list[str]] = {}
    for kind in kinds().values():
        period = period_from(kind, date(day.year, 1, 1))
        while period is not None and day not in period:
            period = period.next
        if period is not None:
            starts_of.setdefault(period.start, []).append(kind.key)
    return or_(*(and_(Item.period_start == start, Item.kind.in_(keys)) for start, keys in starts_of.items()))


def rows_of(session: Session, ids: Sequence[int]) -> list[Row]:
    """Items with their latest editions, in the order of their ids given."""
    number = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    query = (
        select(Item, Edition)
        .join(Edition, and_(Edition.item_id == Item.id, Edition.number == number))
        .where(Item.id.in_(ids))
        .options(defer(Item.draft), joinedload(Item.publisher), joinedload(Item.unit).joinedload(Unit.parent))
    )
    found = {item.id: (item, edition) for item, edition in session.execute(query)}
    return [found[each] for each in ids if each in found]


def newest(
    session: Session, wanted: Wanted, today: date, *, limit: int, before: tuple[datetime, int] | None = None
) -> list[Row]:
    """Public items by their first publication, the latest first, from a place on."""
    query = _wanted(wanted, today).order_by(Item.published_at.desc(), Item.id.desc()).limit(limit)
    if before is not None:
        at, number = before
        query = query.where(or_(Item.published_at < at, and_(Item.published_at == at, Item.id < number)))
    return rows_of(session, session.scalars(query).all())


def every(storage: Storage, wanted: Wanted, today: date, *, batch: int = 200) -> Iterator[Row]:
    """All public items that are wanted, by their numbers, a batch in memory at a time.

    No session is open between two batches: whoever gives a download up half-way would keep it for nobody.
    """
    last = 0
    while True:
        with storage.reading() as session:
            wanted_ids = _wanted(wanted, today).where(Item.id > last).order_by(Item.id).limit(batch)
            ids = session.scalars(wanted_ids).all()
            rows = rows_of(session, ids)
        if not ids:
            return
        yield from rows
        last = ids[-1]


def one(session: Session, item_id: int, today: date) -> Item | None:
    """An exported item that is public today, with all its editions."""
    return session.scalar(
        select(Item)
        .where(Item.id == item_id, is_public_on(today), Item.kind.in_(exported_keys()))
        .options(selectinload(Item.editions), joinedload(Item.publisher), joinedload(Item.unit).joinedload(Unit.parent))
    )


def withdrawn(session: Session, item_id: int) -> Item | None:
    """An exported item that was public and was taken back."""
    found = session.scalar(
        select(Item).where(Item.id == item_id, Item.state == "withdrawn", Item.kind.in_(exported_keys()))
    )
    return found if found is not None and found.editions else None


def villages_after(session: Session, within: Unit | None, after: str, limit: int) -> Sequence[Unit]:
    """Villages in scope, by code, from a code on; those that were merged into others left out."""
    query = select(Unit).where(Unit.level == "village", Unit.in_scope, Unit.merged_into_id.is_(None))
    if within is not None:
        query = query.where(is_below(within.division_code))
    above = joinedload(Unit.parent).joinedload(Unit.parent)
    ordered = query.where(Unit.division_code > after).order_by(Unit.division_code).limit(limit)
    return session.scalars(ordered.options(above, selectinload(Unit.former_names))).all()


def publishers_after(session: Session, within: Unit | None, after: int, limit: int) -> Sequence[Publisher]:
    """Bodies with a duty in an area, by their numbers, from one on."""
    unit = aliased(Unit)
    query = select(Publisher).join(unit, Publisher.unit_id == unit.id)
    query = query.where(unit.in_scope, unit.merged_into_id.is_(None), Publisher.id >= after)
    if within is not None:
        query = query.where(is_below(within.division_code, unit))
    return session.scalars(query.order_by(Publisher.id).limit(limit).options(joinedload(Publisher.unit))).all()


def recently_changed(session: Session, wanted: Wanted, today: date, *, limit: int) -> list[Row]:
    """Public items by their latest edition, corrected ones among them, the latest first."""
    last = select(Edition.item_id, func.max(Edition.published_at).label("at")).group_by(Edition.item_id).subquery()
    query: Select[Any] = _wanted(wanted, today).join(last, last.c.item_id == Item.id)
    return rows_of(session, session.scalars(query.order_by(last.c.at.desc(), Item.id.desc()).limit(limit)).all())
