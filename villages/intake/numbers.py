"""The receipt: a number that says which case, and a code that says whose. Pure.

Twelve digits: the year, seven at random, a check digit (Damm). They are no secret: people read them out on the
telephone. The eight digits of the code are, and nothing leads from one to the other.
"""

from __future__ import annotations

import secrets
import unicodedata

from stdnum import damm

DIGITS, CODE_DIGITS = 12, 8
YEAR_DIGITS, RANDOM_DIGITS = 4, 7


def new_number(year: int) -> str:
    """A number of a year that nobody can guess from another."""
    body = f"{year:0{YEAR_DIGITS}}{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}}"
    return body + str(damm.calc_check_digit(body))


def new_code() -> str:
    """A new code."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def plain(text: str) -> str:
    """What was typed, down to plain digits: full-width ones and any kind of space or dash are what people type."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if unicodedata.category(c) not in ("Zs", "Pd", "Cf", "Cc"))


def is_number(text: str) -> bool:
    """Whether a text can be the number of a case."""
    return len(text) == DIGITS and text.isascii() and text.isdigit() and damm.is_valid(text)


def spoken(digits: str) -> str:
    """A number or a code in groups of four, as it is printed and said."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
