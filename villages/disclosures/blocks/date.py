"""date: a plain day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from villages.core.clock import day_text
from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import figures, half_width, shortened

FIRST_YEAR, LAST_YEAR = 1949, 2100
# Excel counts days from here, with a 29 February 1900 that never was; right from March 1900 on.
EXCEL_START = date(1899, 12, 30)
_SHAPES = (
    re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"),
    re.compile(r"(\d{4})(年)(\d{1,2})月(\d{1,2})日?"),
    re.compile(r"(\d{4})()(\d{2})(\d{2})"),
)
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")


class Day(Block[date]):
    """Parses 2026-09-01, 2026年9月1日, 2026/9/1, 2026.9.1, 20260901 and Excel's day numbers; no time of day."""

    label = "日期"

    def parse(self, given: object, field: Column, /) -> date:
        """The day. Raises BlockError, also for a time of day."""
        if isinstance(given, datetime):
            raise BlockError(f"“{field.label}”只填日期，不填时刻")
        day = given if isinstance(given, date) else day_from(str(given))
        if day is None:
            raise BlockError(
                f"“{field.label}”的值“{shortened(given)}”不是日期，请写清年月日，例如 2026-09-01 或 2026年9月1日"
            )
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BlockError(f"“{field.label}”的年份是 {day.year} 年，请检查是不是写错了")
        return day

    def show(self, value: date, _field: Column, /) -> str:
        """As '2026年9月1日'."""
        return day_text(value)

    def typed(self, value: date, _field: Column, /) -> str:
        """As '2026-09-01', which a browser's calendar takes too."""
        return value.isoformat()

    def to_json(self, value: date, _field: Column, /) -> str:
        """ISO 8601."""
        return value.isoformat()

    def from_json(self, data: str, _field: Column, /) -> date:
        """From ISO 8601."""
        return date.fromisoformat(data)


def day_from(text: str) -> date | None:
    """The day a text means, or None. A spreadsheet's date comes as '2026-09-01 00:00:00'."""
    plain = figures(_MIDNIGHT.sub("", half_width(text)))
    serial = _SERIAL.fullmatch(plain)
    if serial:
        return EXCEL_START + timedelta(days=int(serial[1]))
    for shape in _SHAPES:
        found = shape.fullmatch(plain)
        if found:
            try:
                return date(int(found[1]), int(found[3]), int(found[4]))
            except ValueError:
                return None
    return None


BLOCK = Day()
