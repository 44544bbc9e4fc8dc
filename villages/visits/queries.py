"""Questions to what was counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, distinct, func, select, true
from sqlalchemy.orm import Session, joinedload

from villages.disclosures.models import Item
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below, townships, villages_of
from villages.site.queries import rules_of
from villages.visits.models import PageSpeed, VainSearch, Visit


@dataclass(frozen=True)
class Area:
    """Whose items are meant: those of a unit and all below it, or of one publisher."""

    unit: Unit | None = None
    publisher: Publisher | None = None

    @property
    def visits(self) -> ColumnElement[bool]:
        """The condition on the visits of its items."""
        if self.publisher is not None:
            return Visit.item_id.in_(select(Item.id).where(Item.publisher_id == self.publisher.id))
        code = self.unit.division_code if self.unit else ""
        return Visit.unit_id.in_(select(Unit.id).where(is_below(code)))


@dataclass(frozen=True)
class Place:
    """A unit next below, and how often its items and those below it were opened."""

    name: str
    code: str
    count: int


@dataclass(frozen=True)
class Vain:
    """Words that found nothing on several days."""

    words: str
    days: int
    count: int
    last_on: date


@dataclass(frozen=True)
class VainCounts:
    """How many searches found nothing, and how many of them are not told: too rare yet, and never to be kept."""

    total: int
    rare: int
    withheld: int


def by_day(session: Session, area: Area, first: date, last: date) -> list[tuple[date, int]]:
    """How often an area's items were opened on each day."""
    query = select(Visit.on, func.sum(Visit.count)).where(area.visits, Visit.on.between(first, last))
    rows = session.execute(query.group_by(Visit.on))
    found = {row[0]: int(row[1]) for row in rows}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, found.get(day, 0)) for day in days]


def most_read(session: Session, area: Area, first: date, *, most: int) -> list[tuple[Item, int]]:
    """The items of an area that were opened most since a day, with how often; of equals the latest first."""
    count = func.sum(Visit.count)
    # By unit too, though an item has but one: else SQLite goes through the whole table in the order of items.
    since = select(Visit.item_id, count).where(area.visits, Visit.on >= first).group_by(Visit.unit_id, Visit.item_id)
    rows = session.execute(since.order_by(count.desc(), Visit.item_id.desc()).limit(most))
    counts = {row[0]: int(row[1]) for row in rows}
    whole = select(Item).where(Item.id.in_(counts)).options(joinedload(Item.publisher))
    items = {item.id: item for item in session.scalars(whole)}
    return [(items[item_id], count) for item_id, count in counts.items()]


def places_below(session: Session, unit: Unit, first: date) -> list[Place]:
    """The townships of a county or the villages of a township with the openings since a day, its own items first.

    What was published for a village that was merged counts for the one that it is part of now.
    """
    query = select(Visit.unit_id, func.sum(Visit.count)).where(Area(unit).visits, Visit.on >= first)
    since = query.group_by(Visit.unit_id)
    counts = {row[0]: int(row[1]) for row in session.execute(since)}
    found: Counter[str] = Counter()
    for each in session.scalars(select(Unit).where(Unit.id.in_(counts))):
        found[each.successor.division_code] += counts[each.id]
    below = townships(session, unit) if unit.level == "county" else villages_of(session, unit)
    own = [Place(f"{unit.name}本级", "", found[unit.division_code])] if found[unit.division_code] else []
    return own + [
        Place(each.name, each.division_code, sum(n for code, n in found.items() if code.startswith(each.division_code)))
        for each in below
    ]


def vain_words(session: Session, first: date, *, most: int) -> list[Vain]:
    """The words that found nothing since a day, on as many days as the rule asks for; the most frequent first."""
    days, count = func.count(distinct(VainSearch.on)), func.sum(VainSearch.count)
    query = select(func.max(VainSearch.words), days, count, func.max(VainSearch.on))
    told = query.where(VainSearch.words != "", VainSearch.on >= first).group_by(VainSearch.digest)
    often = told.having(days >= rules_of(session)["vain_days"])
    rows = session.execute(often.order_by(count.desc(), days.desc(), VainSearch.digest).limit(most))
    return [Vain(words, days, int(count), last_on) for words, days, count, last_on in rows]


def vain_counts(session: Session, first: date) -> VainCounts:
    """How many searches found nothing since a day."""
    sums = (
        func.coalesce(func.sum(VainSearch.count).filter(condition), 0)
        for condition in (true(), (VainSearch.digest != "") & (VainSearch.words == ""), VainSearch.digest == "")
    )
    return VainCounts(*map(int, session.execute(select(*sums).where(VainSearch.on >= first)).one()))


def speeds(session: Session, measure: str, first: date) -> list[tuple[date, str, int, int]]:
    """Day, kind of page, bound (ms) and how many, of one measure since a day."""
    query = select(PageSpeed.on, PageSpeed.page, PageSpeed.up_to_ms, PageSpeed.count)
    rows = session.execute(query.where(PageSpeed.measure == measure, PageSpeed.on >= first))
    return [(on, page, up_to_ms, count) for on, page, up_to_ms, count in rows]
