"""What a spreadsheet says before it becomes items: drafts that are read and checked, and problems at their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from villages.calendar.periods import Period
from villages.disclosures.self_check import Tail
from villages.registry.models import Publisher


@dataclass(frozen=True)
class Draft:
    """A draft that is read and checked already; `where` says in Chinese where it came from, `sheet` and `row` too.

    `tails`: of a roster, what was in the columns that are not kept, as far as people are found by it.
    """

    where: str
    publisher: Publisher
    period: Period | None
    values: dict[str, Any]
    sheet: str = ""
    row: int = 0
    tails: tuple[Tail, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: sheet, row as the person's program counts it, column from 0. `line` says all of it.

    Without a sheet it is the whole file's, without a column (None) the whole row's.
    """

    line: str
    reason: str
    sheet: str = ""
    row: int = 0
    column: int | None = None
