"""Plain text as people type and paste it: full-width digits, stray spaces, characters nobody sees. Pure."""

from __future__ import annotations

import unicodedata

# Not NFKC: that would also turn ① into 1 and ½ into 1⁄2, which are other texts.
_HALF_WIDTH = str.maketrans(
    {chr(0xFF01 + at): chr(0x21 + at) for at in range(94)} | {"\u3000": " ", "\u00a0": " ", "￥": "¥", "。": "."},
)
_MINUS = str.maketrans(dict.fromkeys("−–—‐", "-"))
# Controls, formats such as the zero-width space, half surrogates, private use: nobody sees them, and they hide
# a number from the privacy scan.
_UNSEEN = {"Cc", "Cf", "Cs", "Co"}


def half_width(text: str) -> str:
    """A text with half-width letters, digits and signs, without spaces at its ends."""
    return seen(text).translate(_HALF_WIDTH).strip()


def figures(text: str) -> str:
    """A number as typed, half-width, with an ASCII minus and without any spaces."""
    return "".join(half_width(text).translate(_MINUS).split())


def seen(text: str) -> str:
    """A text without the characters nobody sees; tabs and line ends stay."""
    return "".join(char for char in text if char in "\t\n\r" or unicodedata.category(char) not in _UNSEEN)


def one_line(text: str) -> str:
    """A text with every run of white space turned into one space."""
    return " ".join(seen(text).split())


def lines(text: str) -> str:
    """A text of several lines: one kind of line end, no spaces at the ends, at most one empty line in a row."""
    kept: list[str] = []
    for line in seen(text).splitlines():
        bare = line.strip()
        if bare or (kept and kept[-1]):
            kept.append(bare)
    return "\n".join(kept).strip()


def shortened(value: object, longest: int = 40) -> str:
    """What a message quotes of a value."""
    text = one_line(str(value))
    return text if len(text) <= longest else text[:longest] + "…"
