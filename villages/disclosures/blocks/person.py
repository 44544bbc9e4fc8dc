"""person: a person's name, and nothing else about the person."""

from __future__ import annotations

import re

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import one_line, shortened

LONGEST = 40
_LETTERS = re.compile(r"[^\W\d_]+(?:[·•.' -][^\W\d_]+)*")


class Person(Block[str]):
    """Letters and the middle dot of long names. Two characters set apart to fill a column are put together."""

    label = "姓名"

    def parse(self, given: object, field: Column, /) -> str:
        """The name. Raises BlockError."""
        text = one_line(str(given))
        if not text.isascii():
            text = text.replace(" ", "").replace("•", "·").replace("．", "·")
        if len(text) > LONGEST or not _LETTERS.fullmatch(text):
            raise BlockError(
                f"“{field.label}”的值“{shortened(given)}”不是姓名，请只填一个人的姓名，不要带数字、电话或说明"
            )
        return text


BLOCK = Person()
