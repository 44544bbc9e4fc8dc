"""lines: several lines of plain words."""

from __future__ import annotations

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import lines

LONGEST = 10_000


class Lines(Block[str]):
    """Line ends stay; at most 10 000 characters."""

    label = "多行文字"

    def parse(self, given: object, field: Column, /) -> str:
        """The text, its lines trimmed. Raises BlockError beyond 10 000 characters."""
        text = lines(str(given))
        if not text:
            raise BlockError(f"“{field.label}”里只有看不见的字符，请重新填写")
        if len(text) > LONGEST:
            raise BlockError(f"“{field.label}”有 {len(text)} 个字，最多 {LONGEST} 个，请写短一些，长文放进附件")
        return text


BLOCK = Lines()
