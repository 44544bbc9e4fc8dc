"""days: a range of days, which may have no end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from villages.core.clock import day_text
from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.blocks import date as day_block
from villages.disclosures.fields import Column
from villages.disclosures.wording import half_width, shortened

_OPEN = re.compile(r"(起|至今|至长期|起长期有效|以来)$")
# A hyphen parts two days only with a space or another day around it: 2026-09-01 has hyphens of its own.
_BETWEEN = re.compile(r"\s*(?:至|到|~|—+|–|\s-+\s|--+|(?<=\d)-(?=\d{4}\D))\s*")


@dataclass(frozen=True)
class Days:
    """From `first` to `last`, both included; no `last` while no end is set."""

    first: date
    last: date | None


class Range(Block[Days]):
    """Parses '2026-09-01至2026-09-07', '2026年9月1日—2026年9月7日', '2026/9/1 - 2026/9/7', '2026年9月1日起'."""

    label = "起止日期"

    def parse(self, given: object, field: Column, /) -> Days:
        """The days. Raises BlockError."""
        days = given if isinstance(given, Days) else self._from_text(str(given), field)
        if days.last is not None and days.last < days.first:
            raise BlockError(
                f"“{field.label}”的结束日期 {day_text(days.last)} 早于开始日期 {day_text(days.first)}，请改正"
            )
        return days

    def _from_text(self, text: str, field: Column) -> Days:
        plain = half_width(text)
        if _OPEN.search(plain):
            return Days(day_block.BLOCK.parse(_OPEN.sub("", plain), field), None)
        parts = _BETWEEN.split(plain)
        if len(parts) != 2:  # noqa: PLR2004 - a first and a last day
            raise BlockError(
                f"“{field.label}”的值“{shortened(text)}”不是起止日期，请写成 2026-09-01至2026-09-07；"
                "没有结束日期的写成 2026-09-01起"
            )
        first, last = (day_block.BLOCK.parse(part, field) for part in parts)
        return Days(first, last)

    def show(self, value: Days, _field: Column, /) -> str:
        """As '2026年9月1日至2026年9月7日', or '…起' without an end."""
        return day_text(value.first) + (f"至{day_text(value.last)}" if value.last else "起")

    def to_json(self, value: Days, _field: Column, /) -> list[str | None]:
        """Both days in ISO 8601."""
        return [value.first.isoformat(), value.last.isoformat() if value.last else None]

    def from_json(self, data: list[str | None], _field: Column, /) -> Days:
        """From a list of two."""
        first, last = data
        return Days(date.fromisoformat(first or ""), date.fromisoformat(last) if last else None)


BLOCK = Range()
