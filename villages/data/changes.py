"""The public log: every publication, correction and withdrawal, and what of each may be told.

An item that is no longer public is told by its kind alone, and of lists of names (kinds that are not exported) there
is neither number, title, note nor reason: what was taken away, or ends with its notice, must not live on in a log.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, and_, literal, or_, select, union_all
from sqlalchemy.orm import Session, defer, joinedload

from villages.data.queries import DAY, starts, units_within
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item, Step
from villages.disclosures.public_queries import label_of, period_told
from villages.registry.models import Unit

TYPES = {"publication": "公开", "correction": "更正", "withdrawal": "撤回"}
ROSTER = "名单公示（公示期内可看）"
# Behind the numbers of all editions.
WITHDRAWAL = 1_000_000
Place = tuple[datetime, int, int]


@dataclass(frozen=True)
class Change:
    """One entry. `item_id` is None where nothing leads there; `place` is where the log goes on after it."""

    place: Place
    type: str
    item: Item
    item_id: int | None
    title: str
    period: str
    note: str

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.place[0]

    @property
    def word(self) -> str:
        """What happened, in Chinese."""
        return TYPES[self.type]


def changes(
    session: Session, today: date, *, within: Unit | None = None, first: date | None = None, last: date | None = None,
    before: Place | None = None, limit: int,
) -> list[Change]:  # fmt: skip
    """The entries of an area, the latest first, from a place on."""
    parts = []
    sources: tuple[tuple[Any, Any, Any], ...] = (
        (Edition.published_at, Edition.number, Edition.item_id),
        (Step.at, literal(WITHDRAWAL, Integer), Step.item_id),
    )
    for at, number, item_id in sources:
        query = select(at.label("at"), Item.id.label("item_id"), number.label("number")).join(Item, Item.id == item_id)
        query = query.where(Item.kind.in_(kinds()), units_within(within))
        if number is not Edition.number:
            query = query.where(Step.verb == "withdraw")
        if first is not None:
            query = query.where(at >= starts(first))
        if last is not None and last < date.max:
            query = query.where(at < starts(last + DAY))
        parts.append(query)
    log = union_all(*parts).subquery()
    columns = log.c
    found = select(columns.at, columns.item_id, columns.number)
    if before is not None:
        when, item, turn = before
        same = and_(columns.item_id == item, columns.number < turn)
        found = found.where(or_(columns.at < when, and_(columns.at == when, or_(columns.item_id < item, same))))
    found = found.order_by(columns.at.desc(), columns.item_id.desc(), columns.number.desc()).limit(limit)
    places = [(row.at, row.item_id, row.number) for row in session.execute(found)]
    return _told(session, places, today)


def _told(session: Session, places: Collection[Place], today: date) -> list[Change]:
    ids = {item_id for _, item_id, _ in places}
    loads = (defer(Item.draft), joinedload(Item.unit).joinedload(Unit.parent), joinedload(Item.publisher))
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(ids)).options(*loads))}
    columns = select(Edition.item_id, Edition.number, Edition.title, Edition.note).where(Edition.item_id.in_(ids))
    editions = {(row.item_id, row.number): row for row in session.execute(columns)}
    return [_change(place, items[place[1]], editions.get((place[1], place[2])), today) for place in places]


def _change(place: Place, item: Item, edition: Any, today: date) -> Change:
    kind = kinds()[item.kind]
    sort = "withdrawal" if edition is None else "publication" if edition.number == 1 else "correction"
    if not kind.exported:
        return Change(place, sort, item, None, ROSTER, "", "")
    period = label_of(period_told(kind, item))
    is_public = item.is_public and (item.notice_until is None or item.notice_until >= today)
    title, note = kind.label, ""
    if edition is None:
        note = item.withdrawn_note
    elif is_public:
        note = edition.note
        title = edition.title if kind.listed else kind.label
    # A withdrawn item's address shows its notice; what ended has none.
    leads = is_public or item.state == "withdrawn"
    return Change(place, sort, item, item.id if leads else None, title, period, note)
