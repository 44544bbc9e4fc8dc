"""Questions to the duties: one query per table, however many publishers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from villages.calendar.models import SCOPE as CALENDAR
from villages.calendar.periods import CYCLES, Period
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of
from villages.core.freshness import freshness_of
from villages.disclosures.duties import Duty, Settling, Standing, Terms, recent, standing
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item, PeriodRule
from villages.disclosures.periods import parse_period
from villages.disclosures.rules import Rule, rule_for
from villages.disclosures.sample_values import MARK
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below

# A year's period, and the longest time that a rule may give for it.
LONGEST_TURN = timedelta(days=366 + 2 * 400)
Within = Publisher | Unit | Sequence[Publisher] | None


def rules_of(session: Session, kind: Kind | None = None) -> Sequence[Rule]:
    """The dated rules of all kinds or of one, in the order of their days."""
    columns = (getattr(PeriodRule, name) for name in Rule.__dataclass_fields__)
    query = select(*columns).order_by(PeriodRule.kind, PeriodRule.valid_from)
    if kind is not None:
        query = query.where(PeriodRule.kind == kind.key)
    return [Rule(*row) for row in session.execute(query)]


def terms_of(session: Session, kind: Kind, day: date) -> Rule:
    """The terms of a kind on a day: its cycle, due days and notice period."""
    return rule_for(kind, rules_of(session, kind), day)


def duties_of(
    session: Session, within: Within = None, *, on: date, began: date | None = None,
    of_kinds: Collection[Kind] | None = None, since: date | None = None, reads_only: bool = False,
) -> list[Standing]:  # fmt: skip
    """How every duty of a publisher, of some, of all in a unit's area, or of the county stands on a day.

    A duty begins with the period in which its first day lies, and with what is formed on that day or later: the latest
    of `began`, the day from which its kind is valid, and the day from which its publisher owes. `since`: only what was
    due then or later, and what is for good. `reads_only`: the session sees nothing but what is committed, so that
    counted due days may be shared with others.
    In the order of publishers, of the catalogue, then of due days.
    """
    columns = select(Publisher.id, Publisher.kind, Publisher.duties_from)
    owners = session.execute(columns.where(_of(within)).order_by(Publisher.id)).all()
    terms = _terms(session, reads_only=reads_only)
    if of_kinds is not None:
        terms = {kind.key: terms[kind.key] for kind in of_kinds if kind.key in terms}
    asked = {
        "ids": None if within is None else [owner.id for owner in owners],
        "kinds": None if of_kinds is None else [*terms, *_telling_nothing()],
        "first": None if since is None else since - LONGEST_TURN,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    known = _read(session.execute(_items(frozenset(given)), given), terms, on)
    found: list[Standing] = []
    for publisher_id, sort, first in owners:
        for key, each in terms.items():
            if sort in each.kind.publishers:
                start = max(filter(None, (began, first, each.kind.valid_from)))
                recurring = each.recurring(publisher_id, began=start, on=on)
                found += (standing(duty, known.settling(duty), on) for duty in recurring)
                found += known.formed_since(publisher_id, key, start)
    return found if since is None else recent(found, since)


# What was counted for the calendar and the rules that a database holds; threads may replace it, never change it.
_COUNTED: WeakKeyDictionary[Any, tuple[tuple[int, tuple[Rule, ...]], dict[str, Terms]]] = WeakKeyDictionary()


def _terms(session: Session, *, reads_only: bool) -> dict[str, Terms]:
    """The terms of every kind that is ever due."""
    rules = tuple(rules_of(session))
    due = [kind for kind in kinds().values() if kind.cycle != "none"]
    if not reads_only:
        calendar = calendar_of(session)
        return {kind.key: Terms(kind, rules, calendar) for kind in due}
    key, engine = (freshness_of(session, CALENDAR)[0], rules), session.get_bind()
    kept = _COUNTED.get(engine)
    if kept is None or kept[0] != key:
        calendar = calendar_of(session)
        kept = _COUNTED[engine] = key, {kind.key: Terms(kind, rules, calendar) for kind in due}
    return kept[1]


@dataclass
class _Known:
    """What the items say: what was published for each period, and how each item that was formed stands."""

    published: dict[tuple[int, str, date | None, str], list[Settling]] = field(
        default_factory=lambda: defaultdict(list)
    )
    nothing: dict[tuple[int, str, Period], list[Settling]] = field(default_factory=lambda: defaultdict(list))
    formed: dict[tuple[int, str], list[Standing]] = field(default_factory=lambda: defaultdict(list))

    def settling(self, duty: Duty) -> list[Settling]:
        """All that may settle a recurring duty."""
        period = duty.period
        key = (duty.publisher_id, duty.kind, *((period.start, period.cycle) if period else (None, "")))
        found = self.published.get(key, [])
        if not self.nothing or period is None:
            return found
        return [*found, *self.nothing.get((duty.publisher_id, duty.label, period), [])]

    def formed_since(self, publisher_id: int, kind: str, first: date) -> Iterable[Standing]:
        """What was formed on a day or later, and how it stands."""
        found = self.formed.get((publisher_id, kind), ())
        return [each for each in found if each.duty.formed_on is not None and each.duty.formed_on >= first]


def _read(rows: Iterable[Any], terms: Mapping[str, Terms], on: date) -> _Known:
    known, telling_nothing = _Known(), _telling_nothing()
    for row in rows:
        if row.kind in telling_nothing:
            _take_nothing(known, row, telling_nothing[row.kind], terms, on)
            continue
        if row.state == "withdrawn" or row.kind not in terms:
            continue
        each, settled = terms[row.kind], _settling(row, on)
        is_formed = row.formed_on is not None and row.formed_on <= on
        duty = each.of_item(row.publisher_id, row.formed_on, row.id) if is_formed else None
        if duty is not None:
            known.formed[row.publisher_id, row.kind].append(standing(duty, [settled] if settled else (), on))
        elif settled:
            cycle = (row.period_cycle or each.kind.cycle) if row.period_start else ""
            known.published[row.publisher_id, row.kind, row.period_start, cycle].append(settled)
    for standings in known.formed.values():
        standings.sort(key=lambda each: each.duty.due.on)
    return known


@cache
def _items(given: frozenset[str]) -> Select[Any]:
    """The items in one query, with the latest edition of those that say there is nothing; built once, as it is slow.

    `given`: of some publishers (ids), of some kinds, none that belongs to what was told before a day (first).
    """
    last = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    is_last = and_(Item.kind.in_(list(_telling_nothing())), Edition.item_id == Item.id, Edition.number == last)
    first = bindparam("first", type_=Date)
    conditions: dict[str, ColumnElement[bool]] = {
        "ids": Item.publisher_id.in_(bindparam("ids", expanding=True)),
        "kinds": Item.kind.in_(bindparam("kinds", expanding=True)),
        "first": or_(func.coalesce(Item.formed_on, Item.period_start, first) >= first, Item.published_at.is_(None)),
    }
    query = select(*_COLUMNS).outerjoin(Edition, is_last).order_by(Item.id)
    return query.where(*(conditions[name] for name in sorted(given)))


_COLUMNS: tuple[Any, ...] = (
    Item.id, Item.publisher_id, Item.kind, Item.period_start, Item.period_cycle, Item.formed_on, Item.elsewhere_on,
    Item.published_at, Item.is_public, Item.state, Item.notice_until, Item.is_sample, Edition.content,
)  # fmt: skip


@cache
def _telling_nothing() -> Mapping[str, Sequence[str]]:
    """Kinds by which a body says that a period of another kind has nothing to report, and their fields of words."""
    return {key: _text_fields(kind) for key, kind in kinds().items() if kind.settles == "another"}


def _take_nothing(known: _Known, row: Any, fields: Sequence[str], terms: Mapping[str, Terms], on: date) -> None:
    """Note for which kinds and periods an item says that there is nothing, by the words of its latest edition."""
    settled = _settling(row, on, nothing=True)
    if settled is None or row.content is None:
        return
    words = tuple((row.content.get(name) or "").removesuffix(MARK).strip() for name in fields)
    starts = [Period(row.period_start, cycle) for cycle in CYCLES] if row.period_start else _periods_said(words)
    for label in _may_be_nothing(words, terms.values()):
        for period in starts:
            known.nothing[row.publisher_id, label, period].append(settled)


@lru_cache(maxsize=1000)
def _periods_said(words: tuple[str, ...]) -> Sequence[Period]:
    """The periods of any cycle that words mean; village after village says the same."""
    told = (parse_period(word, cycle) for cycle in CYCLES for word in words)
    return [period for period in told if period is not None]


def _text_fields(kind: Kind) -> list[str]:
    """Fields of words; a day in another field must not pass for a period."""
    return [field.name for field in kind.fields if field.block == "text"]


def _may_be_nothing(words: Iterable[str], terms: Iterable[Terms]) -> set[str]:
    said = set(words)
    return {each.kind.label for each in terms if each.kind.may_be_nothing and each.kind.label in said}


def _settling(row: Any, on: date, *, nothing: bool = False) -> Settling | None:
    """What an item settles: it was published, and is public or went to the archive after its notice."""
    if row.published_at is None or not (row.is_public or row.state == "archived"):
        return None
    is_open = row.is_public and (row.notice_until is None or row.notice_until >= on)
    item_id = row.id if is_open else None
    return Settling(day_of(row.published_at), row.elsewhere_on is not None, nothing, item_id, row.is_sample)


def _of(within: Within) -> ColumnElement[bool]:
    """The publishers meant; a unit means those of all units below it."""
    live = Publisher.unit_id.in_(select(Unit.id).where(Unit.in_scope, Unit.merged_into_id.is_(None)))
    if within is None:
        return live
    if isinstance(within, Publisher):
        return Publisher.id == within.id
    if not isinstance(within, Unit):
        return Publisher.id.in_([each.id for each in within])
    if within.level == "village":
        is_live = within.in_scope and within.merged_into_id is None
        return Publisher.unit_id == within.id if is_live else false()
    below = select(Unit.id).where(is_below(within.division_code))
    return and_(live, or_(Publisher.unit_id == within.id, Publisher.unit_id.in_(below)))
