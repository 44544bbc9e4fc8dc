"""text: one line of words."""

from __future__ import annotations

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import one_line


class Text(Block[str]):
    """Several lines pasted into it become one; at most 300 characters, 200 where it is an item's title."""

    label = "一行文字"

    def parse(self, given: object, field: Column, /) -> str:
        """The text on one line. Raises BlockError where it is too long."""
        text = one_line(str(given))
        if not text:
            raise BlockError(f"“{field.label}”里只有看不见的字符，请重新填写")
        if len(text) > field.most:
            raise BlockError(f"“{field.label}”有 {len(text)} 个字，最多 {field.most} 个，请写短一些")
        return text


BLOCK = Text()
