"""phone: a telephone number."""

from __future__ import annotations

import re

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import figures, shortened

_MOBILE = re.compile(r"(?:\+?86-?)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"\(?(0\d{2,3})[)-]?(\d{7,8})(?:[-转](\d{1,6}))?")
_LOCAL = re.compile(r"(\d{7,8})(?:[-转](\d{1,6}))?")
_SERVICE = re.compile(r"([48]00)-?(\d{3})-?(\d{4})")
_HOTLINE = re.compile(r"1\d{2,4}|9[56]\d{3,6}")
_MASKED = re.compile(r"1\d{2}\*{4}\d{4}|\*{4}\d{1,4}")


class Phone(Block[str]):
    """A landline as 0371-1234567, a mobile as 11 digits, 400 numbers, hotlines such as 12345. One number."""

    label = "电话"

    def parse(self, given: object, field: Column, /) -> str:
        """The number with hyphens. Raises BlockError."""
        text = figures(str(given))
        if _MASKED.fullmatch(text):
            return text
        # The mobile first, as 8 digits of one would pass for a local number.
        for shape in (_MOBILE, _LANDLINE, _SERVICE, _HOTLINE, _LOCAL):
            found = shape.fullmatch(text)
            if found:
                return "-".join(part for part in found.groups() if part) or text
        raise BlockError(
            f"“{field.label}”的值“{shortened(given)}”不是电话号码，请填一个号码，座机带区号，例如 0000-1234567"
        )


BLOCK = Phone()
