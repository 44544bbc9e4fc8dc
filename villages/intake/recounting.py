"""The days of open cases, counted anew when the calendar has changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.calendar.queries import calendar_of
from villages.core.clock import day_text
from villages.intake.history import SYSTEM, Told, add_step, reckon
from villages.intake.models import Case
from villages.intake.workflow import ASKED, OPEN


def recount(session: Session, at: datetime) -> int:
    """Count the days of every open case that was counted by another calendar; returns how many last days moved."""
    version, moved = calendar_of(session).version, 0
    other = select(Case).where(Case.state.in_(OPEN), Case.calendar_version != version).order_by(Case.id)
    for case in session.scalars(other.with_for_update(of=Case)).all():
        before, was_provisional = case.due_on, case.is_provisional
        reckon(session, case)
        if (case.due_on, case.is_provisional) == (before, was_provisional):
            continue
        moved += 1
        told = f"放假安排有变动，答复的最后一天重新计算：原来是{_day(before)}，现在是{_day(case.due_on)}"
        is_shown = case.due_on != before and case.state not in ASKED  # who is waited for was told no day
        add_step(session, case, "recount", Told(text=told, is_shown=is_shown), by=SYSTEM, at=at)
        record(
            session, "case.recount", f"case:{case.number}", by=SYSTEM, at=at, old=_iso(before), new=_iso(case.due_on)
        )  # fmt: skip
    return moved


def _day(day: date | None) -> str:
    return day_text(day) if day else "（还没有开始算）"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
