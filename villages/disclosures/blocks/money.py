"""money: an amount as whole fen."""

from __future__ import annotations

import re
from decimal import Decimal

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import figures, shortened

FEN = 100
WAN = 10_000
# 1 000 亿元: more than any county has, and far from where SQLite's integers end.
MOST_FEN = 10**13
# Excel keeps 15 digits; what stands behind them is noise of its arithmetic, as in 0.30000000000000004.
EXCEL_DIGITS = 15
_SHAPE = re.compile(r"(-?)[¥]?(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(万元|万|元)?")


class Money(Block[int]):
    """Parses '1,234.5', '￥12.00', '12元', '1.2万元', '（12.00）'; an int is taken as fen. Shown as '1,234.50 元'."""

    label = "金额"

    def parse(self, given: object, field: Column, /) -> int:
        """The amount in fen. Raises BlockError."""
        if isinstance(given, int) and not isinstance(given, bool):
            return _within(given, field)
        text = figures(str(given))
        if text.startswith("(") and text.endswith(")"):
            text = "-" + text[1:-1]  # how accountants write a minus
        # A float is no text and not fen either: whoever hands one over must say which.
        found = _SHAPE.fullmatch(text) if isinstance(given, str) else None
        if not found or (found[1] and found[2]):
            raise BlockError(f"“{field.label}”的值“{shortened(given)}”不是金额，请填阿拉伯数字，单位是元，例如 1234.50")
        whole, decimals, unit = found[3].replace(",", ""), found[4] or "", found[5] or "元"
        exact = _without_noise(Decimal(f"{whole}.{decimals or 0}"))
        fen = exact * FEN * (WAN if unit.startswith("万") else 1)
        if fen != int(fen):
            raise BlockError(f"“{field.label}”的值“{shortened(given)}”小数太多，请精确到分（元后面最多两位小数）")
        return _within(-int(fen) if found[1] or found[2] else int(fen), field)

    def show(self, value: int, _field: Column, /) -> str:
        """As '1,234.50 元'."""
        return yuan(value) + " 元"

    def typed(self, value: int, _field: Column, /) -> str:
        """As '1234.50', in yuan; the unit stands beside the input."""
        return yuan(value).replace(",", "")


def yuan(fen: int) -> str:
    """Fen as yuan without a unit: -123450 -> '-1,234.50'."""
    whole, rest = divmod(abs(fen), FEN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02}"


def _without_noise(exact: Decimal) -> Decimal:
    digits = exact.as_tuple().digits
    if len(digits) <= EXCEL_DIGITS:
        return exact
    rounded = Decimal(f"{exact:.{EXCEL_DIGITS - 1}e}")
    return rounded if rounded * FEN == int(rounded * FEN) else exact


def _within(fen: int, field: Column) -> int:
    if abs(fen) > MOST_FEN:
        raise BlockError(f"“{field.label}”的金额 {yuan(fen)} 元太大，请检查单位是不是元")
    return fen


BLOCK = Money()
