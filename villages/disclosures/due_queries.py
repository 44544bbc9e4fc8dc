"""Questions to the duties: one query per table, however many publishers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from villages.calendar.periods import CYCLES, Period
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of
from villages.disclosures.duties import Duty, Rule, Settling, Standing, Terms, rule_for, standing
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item, PeriodRule, Publisher
from villages.disclosures.periods import parse_period
from villages.disclosures.sample_values import MARK
from villages.registry.models import Unit


def rules_of(session: Session, kind: Kind | None = None) -> Sequence[Rule]:
    """The dated rules of all kinds or of one, in the order of their days."""
    query = select(PeriodRule).order_by(PeriodRule.kind, PeriodRule.valid_from)
    if kind is not None:
        query = query.where(PeriodRule.kind == kind.key)
    names = ("kind", "valid_from", "cycle", "due_days", "due_unit", "warn_days", "notice_days", "notice_unit")
    return [Rule(*(getattr(row, name) for name in names)) for row in session.scalars(query)]


def terms_of(session: Session, kind: Kind, day: date) -> Rule:
    """The terms of a kind on a day: its cycle, due days and notice period."""
    return rule_for(kind, rules_of(session, kind), day)


def duties_of(
    session: Session, within: Publisher | Unit | None = None, *, on: date, began: date | None = None,
    of_kinds: Collection[Kind] | None = None,
) -> list[Standing]:  # fmt: skip
    """How every duty of a publisher, of all publishers in a unit's area, or of the county stands on a day.

    `began`: the day the duties began, by default the day from which each kind is valid. In the order of publishers,
    of the catalogue, then of due days.
    """
    owners = session.execute(select(Publisher.id, Publisher.kind).where(_of(within)).order_by(Publisher.id)).all()
    wanted = list(kinds().values()) if of_kinds is None else list(of_kinds)
    calendar, rules = calendar_of(session), rules_of(session)
    terms = {kind.key: Terms(kind, rules, calendar) for kind in wanted}
    known = _read(session, within, terms, on)
    found: list[Standing] = []
    for publisher_id, sort in owners:
        for key, each in terms.items():
            if sort in each.kind.publishers:
                start = max(began, each.kind.valid_from) if began else each.kind.valid_from
                recurring = each.recurring(publisher_id, began=start, on=on)
                found += (standing(duty, known.settling(duty), on) for duty in recurring)
                found += known.formed.get((publisher_id, key), ())
    return found


@dataclass
class _Known:
    """What the items say: what was published for each period, and how each item that was formed stands."""

    published: dict[tuple[int, str, date | None], list[Settling]] = field(default_factory=lambda: defaultdict(list))
    nothing: dict[tuple[int, str, Period], list[Settling]] = field(default_factory=lambda: defaultdict(list))
    formed: dict[tuple[int, str], list[Standing]] = field(default_factory=lambda: defaultdict(list))

    def settling(self, duty: Duty) -> list[Settling]:
        """All that may settle a recurring duty."""
        period = duty.period
        found = self.published.get((duty.publisher_id, duty.kind, period.start if period else None), [])
        if not self.nothing or period is None:
            return found
        return [*found, *self.nothing.get((duty.publisher_id, duty.label, period), [])]


def _read(session: Session, within: Publisher | Unit | None, terms: Mapping[str, Terms], on: date) -> _Known:
    known = _Known()
    columns: tuple[Any, ...] = (
        Item.id, Item.publisher_id, Item.kind, Item.period_start, Item.formed_on, Item.elsewhere_on,
        Item.published_at, Item.is_public, Item.state,
    )  # fmt: skip
    query: Select[Any] = select(*columns)
    for row in session.execute(_joined(query, within).where(Item.kind.in_(terms)).order_by(Item.id)):
        if row.state == "withdrawn":
            continue
        each, settled = terms[row.kind], _settling(row)
        is_formed = row.formed_on is not None and row.formed_on <= on
        duty = each.of_item(row.publisher_id, row.formed_on, row.id) if is_formed else None
        if duty is not None:
            known.formed[row.publisher_id, row.kind].append(standing(duty, [settled] if settled else (), on))
        elif settled:
            known.published[row.publisher_id, row.kind, row.period_start].append(settled)
    for said, nothing in _nothings(session, within):
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


def _nothings(session: Session, within: Publisher | Unit | None) -> Iterator[tuple[_Nothing, Settling]]:
    """What says that a period has nothing to report, by the words of its latest edition."""
    told = {key: _text_fields(kind) for key, kind in kinds().items() if kind.settles == "another"}
    last = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    query = _joined(
        select(
            Item.kind, Item.publisher_id, Item.period_start, Item.elsewhere_on, Item.published_at, Item.is_public,
            Item.state, Edition.content,
        ).join(Edition, and_(Edition.item_id == Item.id, Edition.number == last)),
        within,
    )  # fmt: skip
    for row in session.execute(query.where(Item.kind.in_(told)).order_by(Item.id)):
        settled = _settling(row, nothing=True)
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


def _settling(row: Any, *, nothing: bool = False) -> Settling | None:
    """What an item settles: it was published, and is public or went to the archive after its notice."""
    if row.published_at is None or not (row.is_public or row.state == "archived"):
        return None
    return Settling(day_of(row.published_at), row.elsewhere_on is not None, nothing)


def _joined(query: Select[Any], within: Publisher | Unit | None) -> Select[Any]:
    return query if within is None else query.join(Publisher, Item.publisher_id == Publisher.id).where(_of(within))


def _of(within: Publisher | Unit | None) -> ColumnElement[bool]:
    """The publishers meant; a unit means those of all units below it."""
    live = Publisher.unit_id.in_(select(Unit.id).where(Unit.in_scope, Unit.merged_into_id.is_(None)))
    if within is None:
        return live
    if isinstance(within, Publisher):
        return Publisher.id == within.id
    below = select(Unit.id).where(Unit.division_code.startswith(within.division_code))
    return and_(live, or_(Publisher.unit_id == within.id, Publisher.unit_id.in_(below)))
