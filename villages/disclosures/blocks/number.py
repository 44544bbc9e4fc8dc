"""number: a count, in the unit that the field states."""

from __future__ import annotations

import re

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import figures, shortened

MOST = 10**12
_SHAPE = re.compile(r"\d+|\d{1,3}(,\d{3})+")


class Number(Block[int]):
    """A whole number, not negative: '1,234', '12户' when the unit is 户."""

    label = "数量"
    options = frozenset({"unit"})

    def parse(self, given: object, field: Column, /) -> int:
        """The count. Raises BlockError."""
        text = figures(str(given)).removesuffix(field.unit)
        if isinstance(given, bool) or not _SHAPE.fullmatch(text) or int(text.replace(",", "")) > MOST:
            raise BlockError(
                f"“{field.label}”的值“{shortened(given)}”不对，请只填整数（单位：{field.unit}），没有就填 0"
            )
        return int(text.replace(",", ""))

    def show(self, value: int, field: Column, /) -> str:
        """As '1,234 户'."""
        return f"{value:,} {field.unit}"

    def typed(self, value: int, _field: Column, /) -> str:
        """As '1234'; the unit stands beside the input."""
        return str(value)


BLOCK = Number()
