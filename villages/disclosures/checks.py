"""The arithmetic that a kind may demand of its items, by the name that a catalogue file gives. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from villages.disclosures import statement

# Check -> the required fields it reads, and their blocks.
NEEDS: dict[str, dict[str, str]] = {
    "none": {},
    "statement": {
        "opening": "money",
        "income": "money",
        "expenditure": "money",
        "closing": "money",
        "lines": "table",
    },
}
CHECKS = tuple(NEEDS)


def problems(
    check: str,
    values: Mapping[str, Any],
    *,
    period: tuple[date, date] | None = None,
    before: Mapping[str, Any] | None = None,
) -> list[str]:
    """What does not add up in an item's values, a Chinese line each.

    `period` is the item's first and last day, `before` the values published for the period before it.
    """
    if check == "none":
        return []
    earlier = statement.from_values(before) if before is not None else None
    return statement.problems(statement.from_values(values), period=period, before=earlier)
