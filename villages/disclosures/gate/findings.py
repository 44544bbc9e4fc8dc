"""What the gate is given, and what it answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """STOP: not published until masked, or overridden with a reason by a second person. ASK: a person ticks."""

    STOP = "stop"
    ASK = "ask"


@dataclass(frozen=True)
class Piece:
    """A text and where it stands, in words for staff: a field, a cell, a page of an attachment.

    Pieces that follow each other and have the same `row` are also read as one, as numbers are split over cells.
    `exempt`: a contact field that its kind declares public; telephone, address and network names may stand there.
    """

    where: str
    text: str
    exempt: bool = False
    row: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing found. `start` and `end` are offsets in the piece, `end` in the last of several pieces.

    `masked` is what staff are shown; the value itself is never kept.
    """

    where: str
    tier: Tier
    what: str
    start: int
    end: int
    masked: str


@dataclass(frozen=True)
class Edit:
    """text[start:end] of a piece is to be written over; an empty text where a number began in a piece before."""

    start: int
    end: int
    text: str
