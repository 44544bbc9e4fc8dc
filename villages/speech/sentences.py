"""A text cut into sentences, and how much of it is read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# About three minutes: the voice says 3 characters a second (measured by bench/speech.py).
MOST = 540
LONGEST = 120
REST = "全文请看页面。"
_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]*")
_CLAUSE = re.compile(r"[^，、,：:]+[，、,：:]*")


def sentences(text: str) -> list[str]:
    """The sentences of a text that is already worded; one that is too long for a breath is cut at its commas."""
    return [piece for found in _SENTENCE.findall(text) for piece in _breaths(found.strip()) if _weight(piece)]


def within(found: Iterable[str], most: int = MOST) -> list[str]:
    """As many sentences as there is time for; where some are left out, where they can be read is said last."""
    taken: list[str] = []
    room = most
    for sentence in found:
        room -= _weight(sentence)
        if room < 0 and taken:
            return [*taken, REST]
        taken.append(sentence)
    return taken


def _breaths(sentence: str) -> Iterator[str]:
    breath = ""
    for clause in _CLAUSE.findall(sentence):
        for start in range(0, len(clause), LONGEST):
            piece = clause[start : start + LONGEST]
            if breath and len(breath) + len(piece) > LONGEST:
                yield breath
                breath = ""
            breath += piece
    if breath:
        yield breath


def _weight(sentence: str) -> int:
    """How many syllables a sentence has, nearly."""
    return sum(char.isalnum() for char in sentence)
