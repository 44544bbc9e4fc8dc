"""The period that a text means, as people write it in spreadsheets. Pure."""

from __future__ import annotations

import re
from datetime import date

from villages.calendar.periods import MONTHS, Cycle, Period, period_of
from villages.disclosures.blocks.date import FIRST_YEAR, LAST_YEAR, day_from
from villages.disclosures.wording import figures

_TURNS = {**{digit: int(digit) for digit in "1234"}, **{word: at for at, word in enumerate("一二三四", start=1)}}
_YEAR = r"(?P<year>\d{4})"
_SHAPES: dict[Cycle, re.Pattern[str]] = {
    "month": re.compile(rf"{_YEAR}(?:年|[-/.])?(?P<month>\d{{1,2}})(?:月份?)?"),
    "quarter": re.compile(rf"{_YEAR}[年-]?(?:第?(?P<turn>[1-4一二三四])季度?|[Qq](?P<letter>[1-4]))"),
    "half_year": re.compile(rf"{_YEAR}年?(?P<half>[上下])半年度?"),
    "year": re.compile(rf"{_YEAR}(?:年度?|全年|年全年)?"),
}
_SPAN = re.compile(rf"{_YEAR}年(?P<first>\d{{1,2}})月?(?:-|至|到|~)(?P<last>\d{{1,2}})月")
EXAMPLES: dict[Cycle, str] = {
    "month": "2026年9月 或 2026-09",
    "quarter": "2026年第三季度",
    "half_year": "2026年上半年",
    "year": "2026年",
}


def parse_period(text: str, cycle: Cycle) -> Period | None:
    """The period of a cycle that a text means, or None.

    A month may also come as its first day, since Excel makes a date of it;
    the longer ones as their months, 2026年7—9月.
    """
    plain = figures(text)
    month = _first_month(plain, cycle)
    day = _first_of(*month) if month else day_from(text)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    period = period_of(day, cycle)
    return period if period.start == day else None


def _first_month(plain: str, cycle: Cycle) -> tuple[int, int] | None:
    found = _SHAPES[cycle].fullmatch(plain)
    if found:
        parts = found.groupdict()
        turn = _TURNS.get(parts.get("turn") or parts.get("letter") or "", 1)
        if parts.get("half") == "下":
            turn = 2
        return int(found["year"]), int(parts.get("month") or 1 + (turn - 1) * MONTHS[cycle])
    span = _SPAN.fullmatch(plain)
    if span and int(span["last"]) - int(span["first"]) + 1 == MONTHS[cycle]:
        return int(span["year"]), int(span["first"])
    return None


def _first_of(year: int, month: int) -> date | None:
    return date(year, month, 1) if year and 1 <= month <= 12 else None  # noqa: PLR2004 - months


def stored_period(start: date | None, cycle: str, default: str) -> Period | None:
    """The period that an item was written for; `default` is its kind's cycle, for items that keep none of their own."""
    cycle = cycle or default
    return Period(start, cycle) if start and cycle in MONTHS else None
