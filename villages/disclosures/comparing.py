"""Two editions side by side, field by field: what was taken out and what was put in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from villages.disclosures.blocks import blocks, show
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind

# Beyond this a line is compared sentence by sentence, so that one changed word does not show a page of text twice.
LONGEST_LINE = 200
# Beyond this the words of two pieces are not laid over each other.
LONGEST_PIECE = 1_000
LEAST_ALIKE = 0.4
_SENTENCES = re.compile(r"[^。！？；]{0,599}[。！？；]|[^。！？；]{1,600}")
_TOKENS = re.compile(r"[0-9][0-9,.]*|[\s\S]")
# A file in place of another of the same name, or HTML that reads the same.
SAME_WORDS = "文字没有变，文件或排版换过"

# A run of characters, and whether the other side has it too.
Run = tuple[str, bool]


@dataclass(frozen=True)
class Pair:
    """One place that differs: the runs before and after; empty where nothing stood. `where` names a row."""

    where: str
    before: tuple[Run, ...]
    after: tuple[Run, ...]

    @property
    def before_text(self) -> str:
        """What stood there."""
        return "".join(text for text, _ in self.before)

    @property
    def after_text(self) -> str:
        """What stands there."""
        return "".join(text for text, _ in self.after)

    @property
    def weight(self) -> int:
        """How much room it takes, in characters."""
        return len(self.before_text) + len(self.after_text) + 40


@dataclass(frozen=True)
class Change:
    """A field that differs."""

    name: str
    label: str
    pairs: tuple[Pair, ...]


def compared(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The fields whose values differ, in the kind's order; values as values_from_json gives them."""
    found = []
    for field in kind.fields:
        old, new = before.get(field.name), after.get(field.name)
        pairs = tuple(_pairs(field, old, new)) if old != new else ()
        if old != new and not pairs:
            before_text, after_text = (show(value, field)[:LONGEST_LINE] for value in (old, new))
            pairs = (Pair(SAME_WORDS, ((before_text, True),), ((after_text, True),)),)
        if pairs:
            found.append(Change(field.name, field.label, pairs))
    return found


def _pairs(field: Column, before: Any, after: Any) -> Iterator[Pair]:
    if blocks()[field.block].columns(field):
        yield from _aligned(_rows(field, before), _rows(field, after), "第 {} 行")
    else:
        yield from _aligned(_lines(show(before, field)), _lines(show(after, field)), "")


def _rows(field: Column, value: Any) -> list[str]:
    """A text for each row."""
    return [" ".join(show((row,), field).split()).removeprefix("1. ") for row in value or ()]


def _lines(text: str) -> list[str]:
    return [
        piece.strip()
        for line in text.splitlines()
        for piece in ([line] if len(line) <= LONGEST_LINE else _SENTENCES.findall(line))
        if piece.strip()
    ]


def _aligned(before: Sequence[str], after: Sequence[str], where: str) -> Iterator[Pair]:
    """What differs between two lists of texts; what was taken out and put in at one place stands side by side."""
    for tag, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            continue
        for at, (old, new) in enumerate(zip_longest(before[a:b], after[c:d])):
            number = (c if new is not None else a) + at + 1
            yield _laid_over(where.format(number), old or "", new or "")


def _laid_over(where: str, old: str, new: str) -> Pair:
    """Two texts with what they share; little in common shows them whole."""
    if not old or not new or max(len(old), len(new)) > LONGEST_PIECE:
        return Pair(where, _whole(old), _whole(new))
    # A figure differs as a whole: 1,850 and 1,900, not 85 and 90.
    olds, news = _TOKENS.findall(old), _TOKENS.findall(new)
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return Pair(where, _whole(old), _whole(new))
    codes = matcher.get_opcodes()
    return Pair(
        where,
        tuple(("".join(olds[a:b]), tag == "equal") for tag, a, b, _, _ in codes if b > a),
        tuple(("".join(news[c:d]), tag == "equal") for tag, _, _, c, d in codes if d > c),
    )


def _whole(text: str) -> tuple[Run, ...]:
    return ((text, False),) if text else ()
