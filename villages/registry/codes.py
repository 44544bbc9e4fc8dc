"""Statistical division codes (统计用区划代码): 2+2+2+3+3 digits, province down to village."""

from __future__ import annotations

LEVELS = {2: "province", 4: "city", 6: "county", 9: "township", 12: "village"}
VILLAGE_DIGITS = 12
TOWNSHIP_DIGITS = 9
COUNTY_DIGITS = 6


def is_code(text: str, digits: int = VILLAGE_DIGITS) -> bool:
    """Whether a text is a division code of so many digits (ASCII digits only)."""
    return len(text) == digits and text.isascii() and text.isdigit() and text[0] != "0"


def level_of(code: str) -> str:
    """The level a code stands for, from its length; raises KeyError for a length that is none."""
    return LEVELS[len(code)]


def parent_code(code: str) -> str | None:
    """The code of the division above, or None for a province."""
    shorter = [digits for digits in LEVELS if digits < len(code)]
    return code[: shorter[-1]] if shorter else None
