"""Finds the sequences of digits in folded text that may be one number: whole groups, with little between them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from villages.disclosures.gate.folding import CELL, UNSEEN
from villages.disclosures.gate.resident import is_resident

LONGEST = 20
SHORTEST = 11
_RESIDENT = 18
_NEVER_SPLIT = {12, 13, 14, 20}
_TOKEN = re.compile(rf"[0-9](?:{UNSEEN}*[0-9])*|(?<=[0-9])X|(?<![A-Za-z])X(?![A-WYZa-z])")
# More than this between two groups and they are two numbers.
_GAP = re.compile(rf"(?:[ .(,/\n{CELL}-]){{1,8}}")


@dataclass(frozen=True, slots=True)
class Token:
    """A group of digits, or the X that ends an identity number."""

    start: int
    end: int
    digits: str


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring groups, taken as one number.

    `gaps` are what stands between them, unseen characters left out; `beside` the sizes of the groups that follow on
    either side, 0 where none does.
    """

    start: int
    end: int
    digits: str
    sizes: tuple[int, ...]
    gaps: tuple[str, ...]
    beside: tuple[int, int]

    @property
    def gap(self) -> str:
        """The kinds of separator, each once, in order of their codes."""
        return "".join(sorted(set("".join(self.gaps))))


def windows(folded: str) -> Iterator[Window]:
    """Every sequence of neighbouring groups that has 11 to 20 digits together."""
    tokens = _tokens(folded)
    gaps = [_gap(folded, tokens[i], tokens[i + 1]) for i in range(len(tokens) - 1)]
    for i, first in enumerate(tokens):
        if first.digits == "X":
            continue
        digits, j = first.digits, i
        while True:
            if _is_worth_a_look(digits, j - i):
                yield _window(tokens, gaps, i, j, digits)
            if j == len(gaps) or gaps[j] is None or len(digits) >= LONGEST or digits[-1] == "X":
                break
            j += 1
            digits += tokens[j].digits


def _is_worth_a_look(digits: str, splits: int) -> bool:
    """Whether so many digits may be a number at all: telephones begin with 1, few lengths are written in groups."""
    length = len(digits)
    if length == SHORTEST:
        return digits[0] == "1" and digits[1] > "2"
    if length in _NEVER_SPLIT:
        return splits == 0 or (digits[0] == "0" and splits < length - 1) or splits == (length - 1) // 4
    return SHORTEST < length <= LONGEST


def _window(tokens: list[Token], gaps: list[str | None], i: int, j: int, digits: str) -> Window:
    within = tuple(gap or "" for gap in gaps[i:j])
    kinds = set("".join(within))

    def beside(gap: int, token: int) -> int:
        """The size of a neighbour that is set off by the same separators as the groups themselves."""
        between = gaps[gap] if 0 <= gap < len(gaps) else None
        return len(tokens[token].digits) if between is not None and set(between) <= kinds else 0

    sizes = tuple(len(token.digits) for token in tokens[i : j + 1])
    return Window(tokens[i].start, tokens[j].end, digits, sizes, within, (beside(i - 1, i - 1), beside(j, j + 1)))


def _gap(folded: str, left: Token, right: Token) -> str | None:
    """What separates two groups, or None where they are surely two numbers."""
    between = folded[left.end : right.start].replace(UNSEEN, "")
    if right.digits == "X":
        return between if len(between) <= 2 and not between.strip(f" -.\n{CELL}") else None  # noqa: PLR2004
    return between if _GAP.fullmatch(between) else None


def _tokens(folded: str) -> list[Token]:
    tokens = []
    for match in _TOKEN.finditer(folded):
        digits = match.group().replace(UNSEEN, "")
        if len(digits) >= _RESIDENT:
            follows_x = folded[match.end() : match.end() + 1] == "X"
            tokens += _unglued(match, digits, follows_x=follows_x)
        else:
            tokens.append(Token(match.start(), match.end(), digits))
    return tokens


def _unglued(match: re.Match[str], digits: str, *, follows_x: bool) -> list[Token]:
    """A long group as it is, or cut where an identity number with its check digit lies inside."""
    places = [match.start() + at for at, character in enumerate(match.group()) if character != UNSEEN]
    places.append(match.end())
    ends = len(digits) - 17 if follows_x else -1
    for at in range(len(digits) - 16):
        length = 17 if at == ends and is_resident(digits[at:] + "X") else 18
        if length == 17 or is_resident(digits[at : at + 18]):  # noqa: PLR2004
            cuts = [0, at, at + length, len(digits)]
            return [
                Token(places[left], places[right], digits[left:right]) for left, right in pairwise(cuts) if right > left
            ]
    return [Token(match.start(), match.end(), digits)]
