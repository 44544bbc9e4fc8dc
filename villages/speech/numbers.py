"""Numbers as they are said in Mandarin: 12460 -> 一万两千四百六十. Pure."""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零一二三四五六七八九"
# Said one by one, as in a telephone number, a one is 幺, so that nobody takes it for a seven.
CALLED = "零幺二三四五六七八九"
GROUPS = ("", "万", "亿", "万亿")
PLACES = ("", "十", "百", "千")
BEYOND = 10**16
FEN = 100


def one_by_one(figures: str, *, called: bool = False) -> str:
    """Each figure by itself: 2026 -> 二零二六; `called` as in telephone numbers: 12345 -> 幺二三四五."""
    return "".join((CALLED if called else DIGITS)[int(figure)] for figure in figures)


def count(number: int) -> str:
    """A whole number: 102 -> 一百零二, 2000 -> 两千; beyond 10^16 its figures one by one."""
    if number < 0:
        return "负" + count(-number)
    if number >= BEYOND:
        return one_by_one(str(number))
    if number == 0:
        return "零"
    said, lacks = "", False
    for at in reversed(range(len(GROUPS))):
        group = number // 10_000**at % 10_000
        if not group:
            lacks = bool(said)
            continue
        said += ("零" if said and (lacks or group < 1000) else "") + _group(group, at, first=not said) + GROUPS[at]  # noqa: PLR2004 - four places
        lacks = False
    return said


def _group(number: int, at: int, *, first: bool) -> str:
    """Up to four places; `at` counts the groups below."""
    if number == 2 and at:  # noqa: PLR2004 - 两万, 两亿
        return "两"
    said, lacks = "", False
    for place in reversed(range(len(PLACES))):
        figure = number // 10**place % 10
        if not figure:
            lacks = bool(said)
            continue
        name = "两" if figure == 2 and place == 3 else DIGITS[figure]  # noqa: PLR2004 - 两千
        if figure == 1 and place == 1 and first and not said:
            name = ""  # 十二, but 一百一十二
        said += ("零" if lacks else "") + name + PLACES[place]
        lacks = False
    return said


def amount(figures: str) -> str:
    """A number as written, with thousands separators and decimals: 12.50 -> 十二点五."""
    whole, _, decimals = figures.replace(",", "").partition(".")
    sign = "负" if whole.startswith("-") else ""
    decimals = decimals.rstrip("0")
    said = count(int(whole.lstrip("-") or "0"))
    return sign + said + ("点" + one_by_one(decimals) if decimals else "")


def yuan(figures: str) -> str:
    """Yuan as written, said in 元, 角 and 分: 1,234.50 -> 一千两百三十四元五角."""
    fen = Decimal(figures.replace(",", "")) * FEN
    if fen != int(fen):
        return amount(figures) + "元"
    whole, rest = divmod(abs(int(fen)), FEN)
    jiao, odd = divmod(rest, 10)
    said = count(whole) + "元" if whole or not rest else ""
    if jiao:
        said += DIGITS[jiao] + "角"
    elif odd and whole:
        said += "零"
    return ("负" if fen < 0 else "") + said + (DIGITS[odd] + "分" if odd else "")
