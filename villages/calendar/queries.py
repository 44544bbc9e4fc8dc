"""Questions to the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.calendar.arithmetic import Calendar, Day
from villages.calendar.models import SCOPE, CalendarDay
from villages.core.freshness import freshness_of

_KEPT = "villages.calendar"


def calendar_of(session: Session) -> Calendar:
    """The calendar as announced, read once per session."""
    kept = session.info.get(_KEPT)
    if kept is None:
        columns = select(CalendarDay.day, CalendarDay.is_workday, CalendarDay.name)
        days = {row.day: Day(row.is_workday, row.name) for row in session.execute(columns)}
        version, _ = freshness_of(session, SCOPE)
        kept = session.info[_KEPT] = Calendar(days, frozenset(day.year for day in days), version)
    return kept


def forget(session: Session) -> None:
    """Have the session read the calendar again when it is asked for next."""
    session.info.pop(_KEPT, None)


def days_of(session: Session, year: int) -> Sequence[CalendarDay]:
    """The rows of a year, by day."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return session.scalars(select(CalendarDay).where(within).order_by(CalendarDay.day)).all()
