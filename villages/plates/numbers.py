"""The plate number: seven random digits and a check digit. Pure.

Damm's algorithm (1, a quasigroup of order 10) notices every single wrong digit and every swap of neighbours.
"""

from __future__ import annotations

import secrets
import unicodedata

from stdnum import damm

DIGITS = 8


def new_number() -> str:
    """A random number: not consecutive, and not starting with 0, which spreadsheets would drop."""
    body = str(10 ** (DIGITS - 2) + secrets.randbelow(9 * 10 ** (DIGITS - 2)))
    return body + str(damm.calc_check_digit(body))


def plain(text: str) -> str:
    """A number as typed or printed, without any kind of space or dash: '1234-5678' -> '12345678'."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Zs", "Pd", "Cf", "Cc"))


def is_number(text: str) -> bool:
    """Whether a text has the form of a number, whatever its check digit."""
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def has_right_check_digit(number: str) -> bool:
    """Whether no single digit is wrong and no neighbours are swapped."""
    return is_number(number) and damm.is_valid(number)


def spoken(number: str) -> str:
    """A number as printed and spoken: '12345678' -> '1234 5678'."""
    return f"{number[:4]} {number[4:]}"
