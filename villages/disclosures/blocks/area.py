"""area: land, in hundredths of the unit that the field states (亩 or 平方米)."""

from __future__ import annotations

import re

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import figures, shortened

PARTS = 100
MOST = 10**11
_SHAPE = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2})0*)?")


class Area(Block[int]):
    """'12.34亩' -> 1234; an int is taken as hundredths. At most two decimals, as in land registers."""

    label = "面积"
    options = frozenset({"unit"})

    def parse(self, given: object, field: Column, /) -> int:
        """The area in hundredths of the unit. Raises BlockError."""
        if isinstance(given, int) and not isinstance(given, bool):
            parts = given
        else:
            found = _SHAPE.fullmatch(figures(str(given)).removesuffix(field.unit)) if isinstance(given, str) else None
            if not found:
                raise BlockError(
                    f"“{field.label}”的值“{shortened(given)}”不是面积，"
                    f"请填数字，单位是{field.unit}，最多两位小数，例如 12.34"
                )
            parts = int(found[1].replace(",", "")) * PARTS + int((found[2] or "0").ljust(2, "0"))
        if not 0 <= parts <= MOST:
            raise BlockError(f"“{field.label}”的面积“{shortened(given)}”太大或是负数，请检查单位是不是{field.unit}")
        return parts

    def show(self, value: int, field: Column, /) -> str:
        """As '12.34 亩'."""
        whole, rest = divmod(value, PARTS)
        return f"{whole:,}.{rest:02} {field.unit}"

    def typed(self, value: int, _field: Column, /) -> str:
        """As '12.34'; the unit stands beside the input."""
        return f"{value // PARTS}.{value % PARTS:02}"


BLOCK = Area()
