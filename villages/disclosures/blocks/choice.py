"""choice: one of the words that the field states."""

from __future__ import annotations

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import one_line, shortened


class Choice(Block[str]):
    """The word itself is the value, so that a kind's file is the only place that knows it."""

    label = "选一项"
    options = frozenset({"choices"})

    def parse(self, given: object, field: Column, /) -> str:
        """The word. Raises BlockError with the words to choose from."""
        text = one_line(str(given))
        if text not in field.choices:
            raise BlockError(f"“{field.label}”的值“{shortened(given)}”不在可选范围，请填：{'、'.join(field.choices)}")
        return text


BLOCK = Choice()
