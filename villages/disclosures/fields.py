"""What a kind asks for: its fields, the columns of a table, the steps of a procedure. Pure data, made by kinds.py."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LONGEST_LINE, LONGEST_TITLE = 300, 200
MASKS = ("none", "omit", "last4", "phone")


@dataclass(frozen=True)
class Share:
    """A part of a whole that a vote needs: 2/3 itself is enough, or (`beyond`) it must be more than 1/2."""

    part: Fraction
    beyond: bool

    def is_met(self, count: int, whole: int) -> bool:
        """Whether `count` out of `whole` people are enough."""
        needed = self.part * whole
        return count > needed if self.beyond else count >= needed

    def spoken(self) -> str:
        """As a villager says it: 超过一半, 达到三分之二."""
        words = "零一二三四五六七八九"
        half = self.part == Fraction(1, 2)
        part = "一半" if half else f"{words[self.part.denominator]}分之{words[self.part.numerator]}"
        return ("超过" if self.beyond else "达到") + part


@dataclass(frozen=True)
class Meeting:
    """A body that may take a step: how many must come, and how many of those present must agree."""

    label: str
    quorum: Share
    majority: Share


@dataclass(frozen=True)
class Step:
    """One of the ordered steps of a procedure. `shown_days`: calendar days the notice stays up (0 = no such rule)."""

    name: str
    label: str
    shown_days: int
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True)
class Column:
    """A value that is asked for, alone or in a table. Further settings belong to its block (blocks.OPTIONS).

    `mask` is applied when a value is read, so that what must not be shown is never stored.
    `public` exempts a unit's phone from the privacy scan. `most`: how many characters one line of text may have.
    """

    name: str
    label: str
    block: str
    required: bool
    public: bool
    mask: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    columns: tuple[Column, ...] = ()
    steps: tuple[Step, ...] = ()
    least: int = 0
    most: int = LONGEST_LINE


@dataclass(frozen=True)
class Field(Column):
    """A field of a kind: `help` is the line below its input, `short` says whether lists show it."""

    help: str = ""
    short: bool = False
