"""一 and 不, whose tone follows what comes next: yi2 hu4, yi4 nian2, bu2 shi4. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

COUNTING = frozenset("零〇一二三四五六七八九十幺")
# What stands before a figure that is not the first of its number, or makes it an order.
LEADING = COUNTING | {"点", "第"}
# What makes a number the name of something in a row: 一月, 一组, 一等奖; of two characters: 一季度.
ORDINAL = ("月", "日", "号", "组", "楼", "等", "级", "期", "队", "季度")


class Said(NamedTuple):
    """A character and its syllable; where the file of readings says how, it is settled."""

    character: str
    syllable: str
    settled: bool = False


def flowing(read: Sequence[Said]) -> Iterator[str]:
    """The syllables, each 一 and 不 that is not settled as it is said before the next."""
    for at, (character, syllable, settled) in enumerate(read):
        following = read[at + 1].syllable if at + 1 < len(read) else ""
        if settled or character not in ("一", "不"):
            yield syllable
        elif character == "不":
            yield "bu2" if following.endswith("4") else "bu4"
        elif not following or _is_figure(read, at):
            yield "yi1"
        else:
            yield "yi2" if following.endswith("4") else "yi4"


def _is_figure(read: Sequence[Said], at: int) -> bool:
    """Whether the 一 there is one figure of several, or counts an order."""
    before = read[at - 1].character if at else ""
    after = "".join(said.character for said in read[at + 1 : at + 3])
    is_decimal = after[:1] == "点" and after[1:] in COUNTING
    return before in LEADING or after[0] in COUNTING or is_decimal or after.startswith(ORDINAL)
