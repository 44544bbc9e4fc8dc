"""Counting working days: the starting day is not counted, a deadline ends with its last day. Pure.

Source: 政府信息公开条例 as counted in practice (facts §1.1). Years whose arrangement is not known are counted with
weekends and the days off by law, and every result that touches one says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from villages.calendar.statutory import statutory_days
from villages.core.clock import day_text

DAY = timedelta(days=1)
SATURDAY = 5
# In a year that is not announced, working weekends make the true date earlier than a Monday-to-Friday count, by up to
# this many calendar days (every start day of 2019-2026; the tests count it again).
MARGIN = timedelta(days=4)
PROVISIONAL = "暂定"


@dataclass(frozen=True)
class Day:
    """What the calendar says of one day that differs from its weekday, or has a name."""

    is_workday: bool
    name: str = ""


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days that were announced. `years` are known whole; `version` is to be kept with a stored deadline."""

    days: Mapping[date, Day] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    version: int = 0

    def is_known(self, day: date) -> bool:
        """Whether the arrangement of the day's year was announced."""
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether offices work on a day; in an unknown year weekends and the days off by law are free."""
        given = self.days.get(day)
        if given is not None:
            return given.is_workday
        return day.weekday() < SATURDAY and (self.is_known(day) or day not in statutory_days(day.year))

    def name_of(self, day: date) -> str:
        """The holiday that a day belongs to; empty for an ordinary day."""
        given = self.days.get(day)
        if given is not None:
            return given.name
        return "" if self.is_known(day) else statutory_days(day.year).get(day, "")


@dataclass(frozen=True)
class Due:
    """The last day of a period. Where it is provisional, work must be done by `target`, which is safe."""

    on: date
    provisional: bool
    target: date
    explain: str

    @property
    def text(self) -> str:
        """The day as people read it: 2027年1月5日（暂定）."""
        return day_text(self.on) + (f"（{PROVISIONAL}）" if self.provisional else "")


@dataclass(frozen=True)
class Count:
    """A number of working days; negative when counted backwards."""

    days: int
    provisional: bool


def add_working_days(calendar: Calendar, start: date, n: int) -> Due:
    """The n-th working day after a day; `start` itself for 0. Raises ValueError below 0."""
    if n < 0:
        raise ValueError(n)
    on, left, free, extra = start, n, list[str](), list[date]()
    while left:
        on += DAY
        works, name = calendar.is_workday(on), calendar.name_of(on)
        left -= works
        if name and not works and name not in free:
            free.append(name)
        if works and on.weekday() >= SATURDAY:
            extra.append(on)
    unknown = _unknown_years(calendar, start, on)
    target = _safe(calendar, start, n, on) if unknown else on
    counted = f"自{day_text(start)}的次日起第{n}个工作日"
    return Due(on, bool(unknown), target, counted + _passed(free, extra) + _warned(unknown, target))


def add_calendar_days(start: date, n: int) -> Due:
    """The n-th day after a day, whatever day it is; never provisional."""
    on = start + n * DAY
    return Due(on, provisional=False, target=on, explain=f"自{day_text(start)}的次日起第{n}天（自然日）")


def working_days_between(calendar: Calendar, start: date, end: date) -> Count:
    """Working days after `start` up to and with `end`; the negative of the reverse when `end` is earlier."""
    if end < start:
        back = working_days_between(calendar, end, start)
        return Count(-back.days, back.provisional)
    days = sum(calendar.is_workday(start + step * DAY) for step in range(1, (end - start).days + 1))
    return Count(days, bool(_unknown_years(calendar, start, end)))


def _unknown_years(calendar: Calendar, start: date, end: date) -> list[int]:
    """Years without an arrangement among the days after `start` up to `end`."""
    first = (start + DAY).year if end > start else end.year
    return [year for year in range(first, end.year + 1) if year not in calendar.years] if end > start else []


def _safe(calendar: Calendar, start: date, n: int, provisional: date) -> date:
    """A day that the true date cannot precede: known days as announced, Monday to Friday after them, less a margin.

    Never before the first day that is unknown (the true date lies no earlier), never after the provisional date.
    """
    on, left, border = start, n, None
    while left:
        on += DAY
        if calendar.is_known(on):
            left -= calendar.is_workday(on)
        else:
            border = border or on
            left -= on.weekday() < SATURDAY
    return min(max(on - MARGIN, border or on), provisional)


def _passed(free: list[str], extra: list[date]) -> str:
    passed = f"，其间{'、'.join(free)}放假" if free else ""
    return passed + (f"，{'、'.join(f'{day.month}月{day.day}日' for day in extra)}调休上班" if extra else "")


def _warned(unknown: list[int], target: date) -> str:
    if not unknown:
        return ""
    years = "、".join(str(year) for year in unknown)
    return f"；{years}年的放假安排尚未公布，此日期为{PROVISIONAL}，请最迟于{day_text(target)}办完"
