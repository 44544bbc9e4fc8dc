"""several: any of the words that the field states."""

from __future__ import annotations

import re

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import half_width, seen, shortened

_BETWEEN = re.compile(r"[、,;/|\s]+")


class Several(Block[tuple[str, ...]]):
    """'决策公开、结果公开': parted by 、 , ; / or spaces; kept in the field's own order, each once.

    A standard directory's ticked boxes are understood as well: '■政府网站 □政府公报' is 政府网站.
    """

    label = "选几项"
    options = frozenset({"choices"})

    def parse(self, given: object, field: Column, /) -> tuple[str, ...]:
        """The words. Raises BlockError."""
        parts = given if isinstance(given, (tuple, list)) else _parts(str(given))
        wrong = [part for part in parts if part not in field.choices]
        if wrong:
            raise BlockError(
                f"“{field.label}”里的“{shortened('、'.join(map(str, wrong)))}”不在可选范围，"
                f"请从这些里选：{'、'.join(field.choices)}"
            )
        if not parts:
            raise BlockError(f"“{field.label}”一项也没有选，请至少选一项")
        return tuple(choice for choice in field.choices if choice in parts)

    def show(self, value: tuple[str, ...], _field: Column, /) -> str:
        """Parted by 、."""
        return "、".join(value)

    def typed(self, value: tuple[str, ...], _field: Column, /) -> list[str]:
        """The words that are ticked."""
        return list(value)

    def nothing(self) -> list[str]:
        """No tick."""
        return []

    def to_json(self, value: tuple[str, ...], _field: Column, /) -> list[str]:
        """A list."""
        return list(value)

    def from_json(self, data: list[str], _field: Column, /) -> tuple[str, ...]:
        """From a list."""
        return tuple(data)


def _parts(text: str) -> list[str]:
    plain = half_width(seen(text))
    if "■" in plain or "□" in plain:
        plain = " ".join(re.findall(r"■\s*([^■□]*)", plain))
    return [part for part in _BETWEEN.split(plain) if part]


BLOCK = Several()
