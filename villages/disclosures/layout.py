"""One sheet as a kind lays it out: which column is which, and rows grouped into items. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from villages.core.spreadsheet import Row, Sheet
from villages.disclosures import blocks
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.disclosures.wording import figures

UNIT, PERIOD = "\x00unit", "\x00period"
# The heading of the column in which a checked workbook is given back; whatever stands below it is passed over.
MARKED = "要改的地方"
# Above the headings there may be a title and a line such as 单位：元.
MOST_ABOVE = 10
_REMARK = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class Heads:
    """The headings found in a sheet: column of the sheet by what it means, and the words that mean nothing here."""

    row: Row
    own: dict[str, int]
    below: dict[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]

    def word(self, at: int) -> str:
        """What a column is called in the sheet."""
        return self.row.cells[at]


def cell(row: Row, at: int | None) -> str:
    """A cell of a row; '' where the column or the cell is not there."""
    return row.cells[at] if at is not None and at < len(row.cells) else ""


def find_heads(sheet: Sheet, kind: Kind) -> Heads:
    """The row of headings: of the first rows, the one with the most words that the kind knows."""
    meanings = _meanings(kind)
    known = [sum(_meant(word, meanings) is not None for word in row.cells) for row in sheet.rows[:MOST_ABOVE]]
    row = sheet.rows[known.index(max(known))]
    own: dict[str, int] = {}
    below: dict[str, int] = {}
    unknown, twice = [], []
    for at, word in enumerate(row.cells):
        if not word or word == MARKED:
            continue
        meaning = _meant(word, meanings)
        if meaning is None:
            unknown.append(word)
            continue
        into, name = (own, meaning[1]) if meaning[0] == "own" else (below, meaning[1])
        if name in into:
            twice.append(word)
        into.setdefault(name, at)
    return Heads(row, own, below, tuple(unknown), tuple(twice))


def lacking(kind: Kind, heads: Heads) -> Iterator[tuple[str, ...]]:
    """The words of each column that must be there but is not; the unit's column is the caller's to judge."""
    for field in kind.fields:
        if field.required and field.name in kind.sheet.headings and field.name not in heads.own:
            yield kind.sheet.headings[field.name]
    for column in columns_of(kind):
        if column.required and column.name not in heads.below:
            yield kind.sheet.columns[column.name]


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The columns of the field that rows are read into; none where each row is an item."""
    if not kind.sheet.rows_into:
        return ()
    into = kind.field(kind.sheet.rows_into)
    return blocks.blocks()[into.block].columns(into)


def groups(kind: Kind, heads: Heads, rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows of each item, in their order."""
    if kind.sheet.layout == "row_per_item":
        yield from ([row] for row in rows)
        return
    group: list[Row] = []
    for row in rows:
        if group and not all(cell(row, at) in ("", cell(group[0], at)) for at in heads.own.values()):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _meanings(kind: Kind) -> dict[str, tuple[str, str]]:
    sheet = kind.sheet
    named = [("own", UNIT, sheet.unit), ("own", PERIOD, sheet.period)]
    named += [("own", name, words) for name, words in sheet.headings.items()]
    named += [("below", name, words) for name, words in sheet.columns.items()]
    return {_bare(word): (where, name) for where, name, words in named for word in words}


def _meant(word: str, meanings: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """What a heading means; a unit in brackets behind it may be left out of account: 金额（元）."""
    bare = _bare(word)
    return meanings.get(bare) or meanings.get(_REMARK.sub("", bare))


def _bare(word: str) -> str:
    """A heading without spaces, brackets' width and the star that marks what must be filled."""
    return figures(word).strip("*")
