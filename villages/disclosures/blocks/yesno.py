"""yesno: yes or no."""

from __future__ import annotations

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import half_width, shortened

WORDS = {
    **dict.fromkeys(("是", "有", "√", "✓", "1", "true", "yes", "y"), True),
    **dict.fromkeys(("否", "不是", "无", "没有", "×", "0", "false", "no", "n"), False),
}


class YesNo(Block[bool]):
    """'是', '有', '√' or '否', '无', '×'; shown as 是 or 否."""

    label = "是或否"

    def parse(self, given: object, field: Column, /) -> bool:
        """The answer. Raises BlockError."""
        word = half_width(str(given)).lower()
        if word not in WORDS:
            raise BlockError(f"“{field.label}”的值“{shortened(given)}”看不懂，请填 是 或 否")
        return WORDS[word]

    def show(self, value: bool, _field: Column, /) -> str:  # noqa: FBT001 - it is the value
        """是 or 否."""
        return "是" if value else "否"


BLOCK = YesNo()
