"""Dated rules: the terms of a kind on a day, and the period in which a day lies when its cycle changes. Pure.

A cycle changes only where a period of the old one and one of the new begin on the same day, so that each day lies in
one period and none is told twice (docs/decisions/0005-dated-rules.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from villages.calendar.periods import Cycle, Period, period_of
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.periods import EXAMPLES, parse_period

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """The terms of a kind from a day on; days are counted in their unit, working or calendar."""

    kind: str
    valid_from: date
    cycle: str
    due_days: int
    due_unit: str
    warn_days: int
    notice_days: int
    notice_unit: str


def default_rule(kind: Kind) -> Rule:
    """The terms that the catalogue gives."""
    return Rule(
        kind.key, kind.valid_from, kind.cycle, kind.due_days, kind.due_unit, kind.warn_days, kind.notice_days,
        kind.notice_unit,
    )  # fmt: skip


def rule_for(kind: Kind, rules: Iterable[Rule], day: date) -> Rule:
    """The terms in force on a day: the latest rule of the kind that is valid by then, else the catalogue's."""
    valid = [rule for rule in rules if rule.kind == kind.key and rule.valid_from <= day]
    return max(valid, key=lambda rule: rule.valid_from) if valid else default_rule(kind)


def merged(rule: Rule, **changes: object) -> Rule:
    """A rule with those terms changed that are given."""
    given = {name: value for name, value in changes.items() if value is not None}
    return replace(rule, **given)  # type: ignore[arg-type]


def turns(kind: Kind, rules: Sequence[Rule], began: date, on: date) -> Iterator[tuple[Period | None, Rule, date]]:
    """Period, terms and the day they count from, from the period in which a day lies; a day lies in one period only.

    A new cycle that begins in mid-turn waits: the old one goes on up to the new one's next first day.
    """
    first = period_on(kind, rules, began)
    return _turns(kind, rules, (first.start, first.cycle) if first else (began, None), on)


def period_on(kind: Kind, rules: Sequence[Rule], day: date) -> Period | None:
    """The period in which a day lies under the rules; None for a kind without periods.

    It does not depend on the day from which anybody's duty counts.
    """
    if kind.cycle not in PERIODICAL:
        return None
    cycle: Cycle = kind.cycle  # type: ignore[assignment]
    changes = [rule.valid_from for rule in rules if rule.kind == kind.key]
    first = period_of(min(changes, default=date.max), cycle)
    if day < first.start:
        return period_of(day, cycle)
    told = (period for period, _, _ in _turns(kind, rules, (first.start, cycle), day))
    return next((period for period in told if period is not None and day in period), None)


def _turns(
    kind: Kind, rules: Sequence[Rule], start: tuple[date, Cycle | None], on: date
) -> Iterator[tuple[Period | None, Rule, date]]:
    (day, before), is_told = start, False
    while day <= on:
        rule = rule_for(kind, rules, day)
        if rule.cycle not in PERIODICAL:
            if rule.cycle == "long_term" and not is_told:
                is_told = True
                yield None, rule, day
            later = [each.valid_from for each in rules if each.kind == kind.key and each.valid_from > day]
            day, before = min(later, default=date.max), None
            continue
        period = period_of(day, rule.cycle)  # type: ignore[arg-type]
        if before is not None and period.start < day:
            period = Period(day, before)
        yield period, rule, period.end
        day, before = period.next.start, period.cycle


def is_in_force(kind: Kind, rules: Sequence[Rule], period: Period | None) -> bool:
    """Whether a period is one that the kind is told for; for a kind without periods any will do."""
    return kind.cycle not in PERIODICAL or (period is not None and period == period_on(kind, rules, period.start))


def read_period(kind: Kind, rules: Sequence[Rule], text: str, known: Period | None = None) -> Period | None:
    """The period that a text means, in any cycle that the kind has or had; None where it means none in force.

    `known`: a period that was written down before, and is right whatever the rules say now.
    """
    told = (parse_period(text, cycle) for cycle in _cycles(kind, rules))
    found = [period for period in told if period is not None]
    if known is not None and parse_period(text, known.cycle) == known:
        return known
    return next((period for period in found if is_in_force(kind, rules, period)), None)


def told_as(kind: Kind, rules: Sequence[Rule], text: str) -> Period | None:
    """The period in force on the first day of the one that a text names: what a person should have written."""
    for cycle in _cycles(kind, rules):
        period = parse_period(text, cycle)
        if period is not None:
            return period_on(kind, rules, period.start)
    return None


def examples(kind: Kind, rules: Sequence[Rule], today: date) -> str:
    """How the period that ended last, and the one that runs, are written; one example where they are alike."""
    running = period_on(kind, rules, today)
    ended = period_on(kind, rules, running.start - DAY) if running else None
    found = dict.fromkeys(EXAMPLES[period.cycle] for period in (ended, running) if period)
    return "；".join(found)


def _cycles(kind: Kind, rules: Sequence[Rule]) -> dict[Cycle, None]:
    cycles = [kind.cycle, *(rule.cycle for rule in rules if rule.kind == kind.key)]
    return dict.fromkeys(cycle for cycle in cycles if cycle in PERIODICAL)  # type: ignore[misc]
