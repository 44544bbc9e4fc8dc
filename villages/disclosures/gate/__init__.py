"""The gate: what may not become public, and what a person must look at first. Pure.

Two tiers. *Stops* are numbers of persons (identity, bank card, mobile) however they are written; *asks* are what only
a person can judge. Give plain text, not HTML. Sources: PIPL Arts 6, 25, 28; facts §3.6; docs/gate.md says what is
found and what is not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from villages.disclosures.gate.findings import Edit, Finding, Piece, Tier
from villages.disclosures.gate.folding import CELL
from villages.disclosures.gate.numbers import PHONE, Hit, hits
from villages.disclosures.gate.words import words_in

__all__ = ["Edit", "Finding", "Piece", "Tier", "edits_of", "mask", "mask_pieces", "scan", "to_be_seen"]

IMAGE = "图片或扫描件，请人工查看"


class _Row:
    """Neighbouring pieces as one text."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.text = CELL.join(piece.text for piece in pieces)
        self.starts = [0]
        for piece in pieces[:-1]:
            self.starts.append(self.starts[-1] + len(piece.text) + 1)

    def at(self, offset: int) -> int:
        """Which piece an offset of the row lies in."""
        return bisect_right(self.starts, offset) - 1

    def where(self, start: int, end: int) -> str:
        """Where an extent stands."""
        first, last = self.pieces[self.at(start)].where, self.pieces[self.at(end - 1)].where
        return first if first == last else f"{first} 至 {last}"

    def hits(self) -> list[Hit]:
        """The numbers in it, telephones of exempt pieces left out."""
        return [
            hit
            for hit in hits(self.text, self.where)
            if hit.what != PHONE
            or not any(piece.exempt for piece in self.pieces[self.at(hit.start) : self.at(hit.end - 1) + 1])
        ]


def _rows(pieces: Iterable[Piece]) -> Iterator[_Row]:
    for _, row in groupby(pieces, key=lambda piece: piece.row):
        yield _Row(list(row))


def scan(pieces: Iterable[Piece]) -> list[Finding]:
    """Everything found, stops first, then in the order of the pieces."""
    found = []
    for row in _rows(pieces):
        for hit in row.hits():
            start = hit.start - row.starts[row.at(hit.start)]
            end = hit.end - row.starts[row.at(hit.end - 1)]
            found.append(Finding(row.where(hit.start, hit.end), hit.tier, hit.what, start, end, hit.masked))
        for piece in row.pieces:
            for what, start, end in words_in(piece.text, piece.where, exempt=piece.exempt):
                # Staff see the words themselves; numbers among them are masked.
                found.append(Finding(piece.where, Tier.ASK, what, start, end, mask(piece.text[start:end])))
    return sorted(found, key=lambda finding: finding.tier == Tier.ASK)


def mask(text: str) -> str:
    """The text with every stop masked: 138****1234, other numbers to their last four digits."""
    return mask_pieces([Piece("", text)])[0]


def mask_pieces(pieces: Sequence[Piece]) -> list[str]:
    """The texts of pieces with every stop masked; of a number split over several, the first shows the mask."""
    masked = []
    for piece, edits in zip(pieces, edits_of(pieces), strict=True):
        text = piece.text
        for edit in reversed(edits):
            text = text[: edit.start] + edit.text + text[edit.end :]
        masked.append(text)
    return masked


def edits_of(pieces: Sequence[Piece]) -> list[list[Edit]]:
    """What has to be written over in each piece so that no stop is left, from left to right."""
    found: list[list[Edit]] = []
    for row in _rows(pieces):
        edits: list[list[Edit]] = [[] for _ in row.pieces]
        for hit in (hit for hit in row.hits() if hit.tier == Tier.STOP):
            first, last = row.at(hit.start), row.at(hit.end - 1)
            for at in range(first, last + 1):
                left = max(0, hit.start - row.starts[at])
                right = min(len(row.pieces[at].text), hit.end - row.starts[at])
                edits[at].append(Edit(left, right, hit.masked if at == first else ""))
        found += edits
    return found


def to_be_seen(where: str) -> Finding:
    """The question that an image, a scan or an embedded file raises: nobody but a person can read it."""
    return Finding(where, Tier.ASK, IMAGE, 0, 0, "")
