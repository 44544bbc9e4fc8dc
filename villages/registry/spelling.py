"""Pinyin of place names, for finding: full letters and initials, in every reading."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

# More combinations than this help nobody; no name of a county in Henan reaches it.
MOST = 32
# Letters kept of one spelling; nobody types more.
LONGEST = 120

# Readings used in place and family names that the dictionary of single characters lacks or hides.
LOCAL_READINGS = {
    "仝": "tóng",
    "单": "dān,shàn,chán",
    "盖": "gài,gě",
    "重": "zhòng,chóng",
    "任": "rén,rèn",
    "卜": "bǔ",
    "邵": "shào",
    "谷": "gǔ",
}


def spellings(name: str) -> list[tuple[str, str]]:
    """Every (letters, initials) a person may type for a name, such as ('xishaojicun', 'xsjc')."""
    library = _library()
    syllables = library.pinyin(name, style=library.Style.NORMAL, heteronym=True)
    readings = [[r.lower() for r in dict.fromkeys(s) if r.isascii() and r.isalnum()] for s in syllables]
    found: dict[tuple[str, str], None] = {}
    for choice in product(*(r for r in readings if r)):
        letters = "".join(choice)[:LONGEST]
        found[(letters, "".join(c[0] for c in choice))] = None
        if len(found) >= MOST:
            break
    return list(found)


@cache
def _library() -> Any:
    """Pypinyin with our readings; loaded when a name is spelt, as its dictionary takes 50 MB that no reader needs."""
    import pypinyin  # noqa: PLC0415 - see above

    pypinyin.load_single_dict({ord(character): readings for character, readings in LOCAL_READINGS.items()})
    return pypinyin
