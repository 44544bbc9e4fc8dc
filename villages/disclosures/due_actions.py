"""Verbs of the duties: a kind's terms from a day on, and the day from which somebody owes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.freshness import raise_versions
from villages.core.refusal import Refusal
from villages.disclosures.due_queries import rules_of
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.kinds import UNITS
from villages.disclosures.models import PeriodRule
from villages.disclosures.rules import Rule, merged, rule_for
from villages.registry.models import EVERYTHING, Publisher, Unit
from villages.registry.queries import is_below

MOST_DAYS = 400


def set_rule(  # noqa: PLR0913 - a rule has this many terms
    session: Session, kind: Kind, valid_from: date, *, by: Actor, at: datetime, cycle: str | None = None,
    due_days: int | None = None, due_unit: str | None = None, warn_days: int | None = None,
    notice_days: int | None = None, notice_unit: str | None = None,
) -> Rule:  # fmt: skip
    """Set a kind's terms from a day on; what is not given stays as it was on that day. The same day again replaces.

    Raises Refusal with a line for each term that cannot be.
    """
    before = rule_for(kind, rules_of(session, kind), valid_from)
    rule = merged(
        before, valid_from=valid_from, cycle=cycle, due_days=due_days, due_unit=due_unit, warn_days=warn_days,
        notice_days=notice_days, notice_unit=notice_unit,
    )  # fmt: skip
    problems = _problems(kind, rule)
    if problems:
        raise Refusal(*problems)
    terms = {name: getattr(rule, name) for name in Rule.__dataclass_fields__ if name not in ("kind", "valid_from")}
    row = session.get(PeriodRule, (kind.key, valid_from))
    if row is None:
        session.add(PeriodRule(kind=kind.key, valid_from=valid_from, by=by.name, at=at, **terms))
    else:
        for name, value in {**terms, "by": by.name, "at": at}.items():
            setattr(row, name, value)
    session.flush()
    record(session, "duty.rule", f"kind:{kind.key}", by=by, at=at, valid_from=valid_from.isoformat(), **terms)
    _show_anew(session, Publisher.kind.in_(kind.publishers), at=at)
    return rule


def begin(session: Session, day: date, within: Unit | Publisher | None = None, *, by: Actor, at: datetime) -> int:
    """Have all publishers, those in a unit's area, or one owe from a day on; nothing before it counts as overdue.

    Returns how many there are; raises Refusal when there is none.
    """
    whose = true() if within is None else Publisher.id == within.id
    if isinstance(within, Unit):
        below = select(Unit.id).where(is_below(within.division_code))
        whose = Publisher.unit_id.in_(below)
    ids = session.scalars(select(Publisher.id).where(whose)).all()
    if not ids:
        raise Refusal("还没有公开单位，请先运行 villages init")
    session.execute(update(Publisher).where(whose).values(duties_from=day))
    subject = "publishers" if within is None else within.scope if isinstance(within, Unit) else f"publisher:{within.id}"
    record(session, "duty.begin", subject, by=by, at=at, day=day.isoformat(), publishers=len(ids))
    _show_anew(session, whose, at=at)
    return len(ids)


def _show_anew(session: Session, whose: ColumnElement[bool], *, at: datetime) -> None:
    """Raise the versions of the units of some publishers and of those above, whose pages count their duties."""
    units = select(Unit.id, Unit.parent_id).where(Unit.id.in_(select(Publisher.unit_id).where(whose)))
    ids = {unit_id for row in session.execute(units) for unit_id in row if unit_id is not None}
    raise_versions(session, {EVERYTHING, *(f"unit:{unit_id}" for unit_id in ids)}, at=at)


def _problems(kind: Kind, rule: Rule) -> list[str]:
    may = PERIODICAL if kind.cycle in PERIODICAL else (kind.cycle,)
    lines = []
    if rule.cycle not in may:
        lines.append(f"“{kind.label}”的周期不能是“{rule.cycle}”，可用的有：{'、'.join(may)}")
    if rule.due_unit not in UNITS or rule.notice_unit not in UNITS:
        lines.append(f"天数的单位只能是 {'、'.join(UNITS)}（工作日、自然日）")
    if kind.cycle == "none":
        lines.append(f"“{kind.label}”没有公开期限，不用设规则")
    elif not 0 < rule.due_days <= MOST_DAYS:
        lines.append(f"公开期限要在 1 到 {MOST_DAYS} 天之间，现在是 {rule.due_days}")
    elif not 0 <= rule.warn_days < rule.due_days:
        lines.append(f"提醒的天数要少于公开期限（{rule.due_days} 天），现在是 {rule.warn_days}")
    if not 0 <= rule.notice_days <= MOST_DAYS or (rule.notice_days == 0 and kind.after_notice != "keep"):
        lines.append(f"公示期要在 1 到 {MOST_DAYS} 天之间（没有公示期的填 0），现在是 {rule.notice_days}")
    return lines
