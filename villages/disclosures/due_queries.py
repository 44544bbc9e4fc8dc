"""Questions to the duties: one query per table, however many publishers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from villages.calendar.models import SCOPE as CALENDAR
from villages.calendar.periods import CYCLES, Period
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of
from villages.core.freshness import freshness_of
from villages.disclosures.duties import Duty, Settling, Standing, Terms, recent, standing
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item, PeriodRule, Publisher
from villages.disclosures.periods import parse_period
from villages.disclosures.rules import Rule, rule_for
from villages.disclosures.sample_values import MARK
from villages.registry.models import Unit

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

    A duty begins with the period in which its first day lies: the latest of `began`, the day from which its kind is
    valid, and the day from which its publisher owes. `since`: only what was due then or later, and what is for good.
    `reads_only`: the session sees nothing but what is committed, so that counted due days may be shared with others.
    In the order of publishers, of the catalogue, then of due days.
    """
    columns = select(Publisher.id, Publisher.kind, Publisher.duties_from)
    owners = session.execute(columns.where(_of(within)).order_by(Publisher.id)).all()
    terms = _terms(session, reads_only=reads_only)
    if of_kinds is not None:
        terms = {kind.key: terms[kind.key] for kind in of_kinds if kind.key in terms}
    whose: ColumnElement[bool] = true() if within is None else Item.publisher_id.in_([owner.id for owner in owners])
    if of_kinds is not None:
        nothing = [kind.key for kind in kinds().values() if kind.settles == "another"]
        whose = and_(whose, Item.kind.in_([*terms, *nothing]))
    known = _read(session, whose, terms, on, since)
    found: list[Standing] = []
    for publisher_id, sort, first in owners:
        for key, each in terms.items():
            if sort in each.kind.publishers:
                start = max(filter(None, (began, first, each.kind.valid_from)))
                recurring = each.recurring(publisher_id, began=start, on=on)
                found += (standing(duty, known.settling(duty), on) for duty in recurring)
                found += known.formed_since(publisher_id, key, first)
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

    def formed_since(self, publisher_id: int, kind: str, first: date | None) -> Iterable[Standing]:
        """What was formed on a day or later, and how it stands."""
        found = self.formed.get((publisher_id, kind), ())
        return found if first is None else [each for each in found if each.duty.formed_on >= first]  # type: ignore[operator]


def _read(
    session: Session, whose: ColumnElement[bool], terms: Mapping[str, Terms], on: date, since: date | None
) -> _Known:  # fmt: skip
    known = _Known()
    columns: tuple[Any, ...] = (
        Item.id, Item.publisher_id, Item.kind, Item.period_start, Item.period_cycle, Item.formed_on, *_SETTLING,
    )  # fmt: skip
    for row in session.execute(_narrowed(select(*columns), whose, since).order_by(Item.id)):
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
    for said, nothing in _nothings(session, whose, on):
        for label in _may_be_nothing(said.words, terms.values()):
            for period in said.periods():
                known.nothing[said.publisher_id, label, period].append(nothing)
    for standings in known.formed.values():
        standings.sort(key=lambda each: each.duty.due.on)
    return known


@dataclass(frozen=True)
class _Nothing:
    publisher_id: int
    period_start: date | None
    words: tuple[str, ...]

    def periods(self) -> Iterator[Period]:
        """The periods meant: by the first day where the item has it, else by the words people use for them."""
        for cycle in CYCLES:
            if self.period_start is not None:
                yield Period(self.period_start, cycle)
            else:
                yield from filter(None, (parse_period(word, cycle) for word in self.words))


def _nothings(session: Session, whose: ColumnElement[bool], on: date) -> Iterator[tuple[_Nothing, Settling]]:
    """What says that a period has nothing to report, by the words of its latest edition."""
    told = {key: _text_fields(kind) for key, kind in kinds().items() if kind.settles == "another"}
    last = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    columns: tuple[Any, ...] = (Item.id, Item.kind, Item.publisher_id, Item.period_start, Edition.content, *_SETTLING)
    query = _narrowed(
        select(*columns).join(Edition, and_(Edition.item_id == Item.id, Edition.number == last)), whose, None
    )  # fmt: skip
    for row in session.execute(query.where(Item.kind.in_(told)).order_by(Item.id)):
        settled = _settling(row, on, nothing=True)
        if settled:
            texts = (row.content.get(name) or "" for name in told[row.kind])
            words = tuple(text.removesuffix(MARK).strip() for text in texts)
            yield _Nothing(row.publisher_id, row.period_start, words), settled


def _text_fields(kind: Kind) -> list[str]:
    """Fields of words; a day in another field must not pass for a period."""
    return [field.name for field in kind.fields if field.block == "text"]


def _may_be_nothing(words: Iterable[str], terms: Iterable[Terms]) -> set[str]:
    said = set(words)
    return {each.kind.label for each in terms if each.kind.may_be_nothing and each.kind.label in said}


_SETTLING: tuple[Any, ...] = (
    Item.elsewhere_on, Item.published_at, Item.is_public, Item.state, Item.notice_until, Item.is_sample,
)  # fmt: skip


def _settling(row: Any, on: date, *, nothing: bool = False) -> Settling | None:
    """What an item settles: it was published, and is public or went to the archive after its notice."""
    if row.published_at is None or not (row.is_public or row.state == "archived"):
        return None
    is_open = row.is_public and (row.notice_until is None or row.notice_until >= on)
    item_id = row.id if is_open else None
    return Settling(day_of(row.published_at), row.elsewhere_on is not None, nothing, item_id, row.is_sample)


def _narrowed(query: Select[Any], whose: ColumnElement[bool], since: date | None) -> Select[Any]:
    """Only some publishers' items; and none that cannot belong to what was due on a day or later."""
    query = query.where(whose)
    if since is not None:
        first = since - LONGEST_TURN
        told = func.coalesce(Item.formed_on, Item.period_start, since)
        query = query.where(or_(told >= first, Item.published_at.is_(None)))
    return query


def _of(within: Within) -> ColumnElement[bool]:
    """The publishers meant; a unit means those of all units below it."""
    live = Publisher.unit_id.in_(select(Unit.id).where(Unit.in_scope, Unit.merged_into_id.is_(None)))
    if within is None:
        return live
    if isinstance(within, Publisher):
        return Publisher.id == within.id
    if not isinstance(within, Unit):
        return Publisher.id.in_([each.id for each in within])
    below = select(Unit.id).where(Unit.division_code.startswith(within.division_code))
    return and_(live, or_(Publisher.unit_id == within.id, Publisher.unit_id.in_(below)))
