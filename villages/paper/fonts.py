"""The fonts of everything printed, and which characters they have. Made by scripts/subset_fonts.py."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from villages.paper.errors import PaperError

FACES = {"regular": "NotoSansSC-Regular", "bold": "NotoSansSC-Bold", "serif": "NotoSerifSC-Black"}
WIDE = 0x3000
"""From here on (Chinese punctuation and characters) every character is as wide as it is high."""
FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"


@cache
def covered() -> frozenset[int]:
    """The code points that every font has; read once."""
    files = [FOLDER / f"{name}.ttf" for name in FACES.values()]
    for file in files:
        if not file.is_file():
            raise PaperError(f"找不到字体文件 {file}，请重新安装本系统")
    return frozenset.intersection(*map(_points, files))


def missing_characters(texts: Iterable[str]) -> set[str]:
    """The characters of some texts that at least one font lacks; line breaks need no glyph."""
    return {char for char in set().union(*texts) if ord(char) not in covered() and char != "\n"}


def require_characters(texts: Iterable[str]) -> None:
    """Raise PaperError naming each missing character and a text in which it stands: paper must not show boxes."""
    texts = list(texts)
    missing = sorted(missing_characters(texts))
    if not missing:
        return
    where = {char: next(text for text in texts if char in text) for char in missing}
    named = "、".join(f"“{char}”(U+{ord(char):04X}，在“{where[char]}”里)" for char in missing)
    raise PaperError(
        f"字库里没有这些字：{named}；请改用字库里有的写法，或请技术人员用 scripts/subset_fonts.py 补字后再印"
    )


@cache
def advances() -> dict[str, dict[str, float]]:
    """How wide the narrow characters (below U+3000) of each face are, in em; all others are 1 em."""
    return {face: _narrow(FOLDER / f"{name}.ttf") for face, name in FACES.items()}


def _narrow(file: Path) -> dict[str, float]:
    with TTFont(file, lazy=True) as font:
        em, widths = font["head"].unitsPerEm, font["hmtx"]
        return {chr(point): widths[glyph][0] / em for point, glyph in font.getBestCmap().items() if point < WIDE}


def _points(file: Path) -> frozenset[int]:
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())
