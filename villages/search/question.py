"""What is looked for, and what is found. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from villages.search.folding import Part

# So many hits are counted; beyond, there are "more", and pages reach them all the same.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Question:
    """Words that must all occur (folded, see folding.words_of), as of a day, and what hits must be besides.

    `units`: ids of the units whose texts are meant; None for all.
    """

    words: tuple[str, ...]
    today: date
    units: tuple[int, ...] | None = None
    section: str = ""
    kind: str = ""
    year: int = 0


@dataclass(frozen=True)
class Hit:
    """One text that was found, cut into (text, whether it is a hit)."""

    subject: str
    ref: int
    unit_id: int
    section: str
    kind: str
    day: date
    title: Sequence[Part]
    snippet: Sequence[Part]


@dataclass(frozen=True)
class Found:
    """A page of hits in order: those with all words in their title first, then the latest.

    `count`: how many there are in all, None for more than MOST_COUNTED. The numbers by section, kind and year are
    empty where there is no count.
    """

    hits: Sequence[Hit]
    count: int | None
    has_more: bool
    sections: Mapping[str, int]
    kinds: Mapping[str, int]
    years: Mapping[int, int]
