"""The form in which texts are compared, and what of a text is shown around a hit. Pure.

Folded: compatibility forms and case undone (NFKD, casefold), marks dropped, traditional characters as simplified ones,
white space and punctuation left out. Between two digits a gap stays as `_`, so that 〔2021〕3号, [2021]3号 and
(2021)3号 are the same and 20213号 is not; a comma between digits (1,234) is no gap. A line's end stays: nothing is
found across it. All of it looks at single characters, so that a part of a text folds to a part of the folded text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

GAP = "_"
# What is typed beyond this is left out; nobody reads so many words off a notice.
LONGEST_QUERY = 60
SNIPPET = 80
# How much of a snippet stands before its first hit.
BEFORE = 24
FIRST_CHINESE = 0x2E80
# Above lie private characters that nobody shares a font for.
LAST_CHARACTER = 0xFFFFF

_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9])")
_GAP = re.compile(r"(?<=[0-9])[ ,]+(?=[0-9])")
_NOTHING = re.compile(r"[ ,]+")
Part = tuple[str, bool]


class _Characters(dict[int, str]):
    """One character -> what it is folded to; a space for what parts words."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        folded = self[code] = "".join(map(_folded, plain))
        return folded


CHARACTERS = _Characters({ord("\n"): "\n"})


def fold(text: str) -> str:
    """The form of a text in which it is compared."""
    text = text.translate(CHARACTERS)
    return _NOTHING.sub("", _GAP.sub(GAP, _THOUSANDS.sub("", text)))


def words_of(query: str) -> tuple[str, ...]:
    """What a person looks for: folded words, each of which must occur; none where they typed only signs."""
    words = (fold(word) for word in query[:LONGEST_QUERY].split())
    return tuple(dict.fromkeys(word for word in words if word))


def marked(line: str, words: Sequence[str]) -> list[Part]:
    """A line cut into (text, whether it is a hit)."""
    return _cut(line, _spans(line, words), 0, len(line))


def snippet(text: str, folded: str, words: Sequence[str]) -> list[Part]:
    """At most SNIPPET characters around the first hit in a text whose folded form is known; its start without one."""
    lines = text.split("\n")
    hit = next((at for at, line in enumerate(folded.split("\n")) if any(word in line for word in words)), None)
    line = lines[hit] if hit is not None else next((line for line in lines if line.strip()), "")
    spans = _spans(line, words)
    start = max(0, spans[0][0] - BEFORE) if spans and len(line) > SNIPPET else 0
    start = max(0, min(start, len(line) - SNIPPET))
    end = min(len(line), start + SNIPPET)
    parts = _cut(line, spans, start, end)
    return [*([("…", False)] if start else []), *parts, *([("…", False)] if end < len(line) else [])]


def _spans(line: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words stand in a line, as (start, end) in it; those that touch are joined."""
    folded, origins = _followed(line)
    found = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            found.append((origins[at], origins[at + len(word) - 1] + 1))
            at = folded.find(word, at + 1)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _followed(line: str) -> tuple[str, list[int]]:
    """A folded line, and for each of its characters the place in the line that it came from."""
    signs = [(sign, at) for at, character in enumerate(line) for sign in CHARACTERS[ord(character)]]
    raw = "".join(sign for sign, _ in signs)
    gone: set[int] = set()
    gaps: set[int] = set()
    for run in _NOTHING.finditer(raw):
        gone.update(range(*run.span()))
        if _GAP.match(raw, run.start()) and not _THOUSANDS.match(raw, run.start()):
            gaps.add(run.start())
    kept = [
        (GAP if at in gaps else sign, origin) for at, (sign, origin) in enumerate(signs) if at in gaps or at not in gone
    ]
    return "".join(sign for sign, _ in kept), [origin for _, origin in kept]


def _cut(line: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> list[Part]:
    return [(text, is_hit) for text, is_hit in _pieces(line, spans, start, end) if text]


def _pieces(line: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Part]:
    at = start
    for first, last in spans:
        if last > start and first < end:
            yield line[at : max(at, first)], False
            at = max(at, first)
            yield line[at : min(last, end)], True
            at = min(last, end)
    yield line[at:end], False


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf":
        return ""
    if character == ",":
        return character
    if ord(character) > LAST_CHARACTER or not (character.isalnum() or category == "Co"):
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return _simple().convert(character) if ord(character) >= FIRST_CHINESE else character


@cache
def _simple() -> Any:
    """OpenCC's table from traditional to simplified characters."""
    import opencc  # noqa: PLC0415 - loaded when the first Chinese character is folded

    return opencc.OpenCC("t2s")
