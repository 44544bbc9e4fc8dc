"""Resident identity numbers (公民身份号码, GB 11643): their form, date and check digit. Pure."""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric

# Provinces, and 81-83 for residents from Hong Kong, Macao and Taiwan; permits of foreigners put a 9 before a province.
PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
LONG, SHORT = 18, 15
FIRST_YEAR, LAST_YEAR = 1900, 2035
# 15 digits were issued until 1999; in a later decade's form a number of today begins with its date.
SHORT_YEARS = range(30, 100)


def has_form(number: str) -> bool:
    """Whether 18 characters have a province and a date of birth, whatever the check digit."""
    if len(number) != LONG or not number[:17].isdigit() or number[17] not in "0123456789X":
        return False
    return _is_place(number) and _is_date(int(number[6:10]), number[10:14])


def is_resident(number: str) -> bool:
    """Whether 18 characters are an identity number with a right check digit."""
    return has_form(number) and ric.calc_check_digit(number) == number[17]


def is_short(number: str, *, any_year: bool = False) -> bool:
    """Whether 15 digits may be an identity number of the first generation; it has no check digit."""
    if len(number) != SHORT or not number.isdigit() or int(number[:2]) not in PROVINCES:
        return False
    return (any_year or int(number[6:8]) in SHORT_YEARS) and _is_date(1900 + int(number[6:8]), number[8:12])


def is_cut_short(number: str) -> bool:
    """Whether 18 digits are an identity number whose last three digits a spreadsheet lost."""
    return number.endswith("000") and has_form(number)


def _is_place(number: str) -> bool:
    return int(number[:2]) in PROVINCES or (number[0] == "9" and int(number[1:3]) in PROVINCES)


def _is_date(year: int, month_and_day: str) -> bool:
    try:
        date(year, int(month_and_day[:2]), int(month_and_day[2:]))
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR
