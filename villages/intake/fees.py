"""The information-processing fee (信息处理费), worked out and explained; it is never collected here. Pure.

Source: 政府信息公开信息处理费管理办法 (国办函〔2020〕109号): by item or by page, never both; each
band's rate falls on what lies in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ITEMS, PAGES = "items", "pages"
FREE = {ITEMS: 10, PAGES: 30}
UNITS = {ITEMS: "件", PAGES: "页"}
# The last page of a band and yuan a page.
PAGE_BANDS = ((100, 10), (200, 20), (None, 40))
FIRST_ITEM_BAND, ITEM_BAND, ITEM_STEP = 30, 10, 100


@dataclass(frozen=True)
class Line:
    """Some units that cost alike: from the `first` to the `last`, `rate` yuan each."""

    first: int
    last: int
    rate: int

    @property
    def amount(self) -> int:
        """Yuan."""
        return (self.last - self.first + 1) * self.rate


@dataclass(frozen=True)
class Fee:
    """A fee in yuan, and the bands that make it up."""

    scale: str
    count: int
    lines: Sequence[Line]

    @property
    def amount(self) -> int:
        """Yuan."""
        return sum(line.amount for line in self.lines)

    @property
    def explain(self) -> str:
        """The arithmetic in words."""
        unit = UNITS[self.scale]
        said = [f"{FREE[self.scale]}{unit}以内不收费"]
        said += [f"第{line.first}到{line.last}{unit}，每{unit}{line.rate}元，共{line.amount}元" for line in self.lines]
        return "；".join(said) + f"。合计{self.amount}元。"


def fee(scale: str, count: int) -> Fee:
    """The fee for so many items (of one applicant in one calendar month) or pages. Raises ValueError below 0."""
    if count < 0:
        raise ValueError(count)
    lines, first = [], FREE[scale] + 1
    while first <= count:
        last, rate = _band(scale, first)
        lines.append(Line(first, min(last or count, count), rate))
        first = lines[-1].last + 1
    return Fee(scale, count, tuple(lines))


def _band(scale: str, first: int) -> tuple[int | None, int]:
    """The last unit of the band that a unit lies in, and its rate."""
    if scale == PAGES:
        return next((last, rate) for last, rate in PAGE_BANDS if last is None or first <= last)
    if first <= FIRST_ITEM_BAND:
        return FIRST_ITEM_BAND, ITEM_STEP
    step = (first - FIRST_ITEM_BAND - 1) // ITEM_BAND + 1
    return FIRST_ITEM_BAND + step * ITEM_BAND, ITEM_STEP * (step + 1)
