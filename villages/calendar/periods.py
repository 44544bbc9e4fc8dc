"""Months, quarters, half years and years, and when what they tell is due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from villages.calendar.arithmetic import Calendar, Due, add_calendar_days, add_working_days

Cycle = Literal["month", "quarter", "half_year", "year"]
Unit = Literal["working", "calendar"]
CYCLES: tuple[Cycle, ...] = get_args(Cycle)
MONTHS: dict[Cycle, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_QUARTERS = "一二三四"
_HALVES = "上下"


@dataclass(frozen=True, order=True)
class Period:
    """One turn of a cycle, first and last day included."""

    start: date
    cycle: Cycle

    @property
    def end(self) -> date:
        """The last day."""
        return _first(self.start, MONTHS[self.cycle]) - timedelta(days=1)

    @property
    def label(self) -> str:
        """As people say it: 2026年9月, 2026年第三季度, 2026年上半年, 2026年."""
        turn, year = (self.start.month - 1) // MONTHS[self.cycle], f"{self.start.year}年"
        if self.cycle == "year":
            return year
        if self.cycle == "half_year":
            return f"{year}{_HALVES[turn]}半年"
        return f"{year}第{_QUARTERS[turn]}季度" if self.cycle == "quarter" else f"{year}{turn + 1}月"

    @property
    def next(self) -> Period:
        """The period after this one."""
        return Period(_first(self.start, MONTHS[self.cycle]), self.cycle)

    @property
    def previous(self) -> Period:
        """The period before this one."""
        return Period(_first(self.start, -MONTHS[self.cycle]), self.cycle)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def _first(day: date, months: int) -> date:
    """The first of the month that lies so many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def period_of(day: date, cycle: Cycle) -> Period:
    """The period of a cycle in which a day lies."""
    return Period(_first(day, -((day.month - 1) % MONTHS[cycle])), cycle)


def due_of(calendar: Calendar, period: Period, n: int, unit: Unit = "working") -> Due:
    """When what a period tells must be public: n working or calendar days after its last day."""
    return add_working_days(calendar, period.end, n) if unit == "working" else add_calendar_days(period.end, n)
