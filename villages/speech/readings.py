"""Chinese characters as pinyin with tone figures, and marks at which the voice pauses. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("readings.toml")
_PAUSES = {
    **dict.fromkeys("，、,：:（）()【】[]〔〕—…·/", ","), **dict.fromkeys("；;", ","), **dict.fromkeys("。.！!", "."),
    **dict.fromkeys("？?", "?"),
}  # fmt: skip
_TOKENS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[A-Za-z]|.", re.DOTALL)
# What the voice cannot say as one syllable.
_UNSAID = {"m": "mu", "n": "en", "ng": "en", "hm": "hen", "hng": "hen"}


def pinyin(sentence: str, names: Collection[str] = ()) -> str:
    """A worded sentence as syllables with tone figures: 银行。 -> 'yin2 hang2.'; `names` are people's."""
    said: list[str] = []
    for piece in _TOKENS.findall(sentence):
        if piece in _PAUSES:
            if said and said[-1][-1] not in ",.?":
                said[-1] += _PAUSES[piece]
        elif piece.isascii() and piece.isalpha():
            said += table("letters")[piece.upper()].split()
        elif len(piece) > 1 or piece >= "\u3400":
            said += (_sayable(syllable) for syllable in _characters(piece, names))
    return " ".join(said).rstrip(",.?") + ("?" if said and said[-1].endswith("?") else "." if said else "")


def _characters(text: str, names: Collection[str]) -> Iterator[str]:
    """The syllables of characters alone: words by the file, people by their family names, others by the dictionary."""
    known = {**table("words"), **table("places")}
    own = {name: reading for name in names if (reading := _name(name))}
    words = sorted({*known, *own}, key=len, reverse=True)
    for piece in re.split(f"({'|'.join(map(re.escape, words))})", text):
        if piece in own or piece in known:
            yield from (own.get(piece) or known[piece]).split()
        elif piece:
            yield from _dictionary(piece)


def _name(name: str) -> str:
    """A person's name where the dictionary would read its family name otherwise, else an empty text."""
    surnames = table("surnames")
    head = next((name[:size] for size in (2, 1) if name[:size] in surnames), "")
    rest = name[len(head) :]
    if not head or not re.fullmatch(r"[\u3400-\u9fff]+", rest):
        return ""
    return f"{surnames[head]} {' '.join(_dictionary(rest))}"


def _dictionary(text: str) -> Iterator[str]:
    library = _library()
    yield from library.lazy_pinyin(text, style=library.Style.TONE3, errors="ignore", v_to_u=False, tone_sandhi=True)


def _sayable(syllable: str) -> str:
    letters = syllable.rstrip("12345")
    return _UNSAID.get(letters, letters) + syllable[len(letters) :].replace("5", "")


@cache
def table(name: str) -> dict[str, str]:
    """One table of the file of readings."""
    tables: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tables[name]


@cache
def _library() -> Any:
    """Loaded when something is said, as its dictionary takes 50 MB."""
    import pypinyin  # noqa: PLC0415 - see above

    return pypinyin
