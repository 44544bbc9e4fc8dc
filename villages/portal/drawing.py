"""How an item's values are drawn: short facts, then long parts cut so that a page stays small. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from villages.disclosures.blocks import show
from villages.disclosures.blocks.files import StoredFile, files_in
from villages.disclosures.blocks.steps import COLUMNS as STEP_COLUMNS
from villages.disclosures.blocks.steps import FILES as STEP_FILES
from villages.disclosures.checks import NEEDS
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.portal.articles import Fragment, fragments, joined

# Blocks drawn in a way of their own; all others are a label and a text.
LONG = {
    "lines": "portal/blocks/lines.html",
    "rich": "portal/blocks/rich.html",
    "table": "portal/blocks/table.html",
    "steps": "portal/blocks/steps.html",
}
SHORT = {"link": "portal/blocks/link.html", "phone": "portal/blocks/phone.html"}
# The fields of a statement that its sums show.
SUMS = tuple(name for name, block in NEEDS["statement"].items() if block == "money")
# In characters, so that with markup and style a page stays under 20 kB compressed.
WHOLE, PAGE, LEAST = 5_000, 3_500, 300
MOST_ROWS, PAGE_ROWS = 12, 30
# A page to print: some thirty sheets of A4, and of a roster five.
MOST_PRINTED, MOST_PRINTED_PEOPLE = 40_000, 100
PARAGRAPH = 600
_SENTENCES = re.compile(r".{1,%d}[。！？；]|.{1,%d}" % (PARAGRAPH - 1, PARAGRAPH))  # noqa: UP031 - braces are the pattern's


@dataclass(frozen=True)
class Fact:
    """A field with a short value. `address` is where a tap leads, if anywhere."""

    label: str
    text: str
    block: str
    address: str = ""

    @property
    def template(self) -> str:
        """The template of its own, or an empty text."""
        return SHORT.get(self.block, "")


@dataclass(frozen=True)
class Piece:
    """A paragraph, or a row: its head, then its cells as (label, text). Of an article, a fragment of its HTML."""

    text: str
    cells: tuple[tuple[str, str], ...] = ()
    is_done: bool = True
    fragment: Fragment | None = None
    files: tuple[StoredFile, ...] = ()

    @property
    def weight(self) -> int:
        """How much room it takes, in characters."""
        cells = sum(len(text) + 4 for _, text in self.cells)
        return len(self.text) + cells + sum(2 * len(file.name) + 40 for file in self.files)


@dataclass(frozen=True)
class Part:
    """A field with a long value: what is shown of it now, and how much there is."""

    name: str
    label: str
    block: str
    pieces: tuple[Piece, ...]
    count: int
    totals: tuple[tuple[str, str], ...] = ()
    start: int = 1
    page: int = 0
    pages: int = 1

    @property
    def template(self) -> str:
        """The template that draws it."""
        return LONG[self.block]

    @property
    def html(self) -> Markup:
        """What is shown of an article; it comes out of the cleaning, never out of what is stored."""
        return Markup(joined(piece.fragment for piece in self.pieces if piece.fragment))  # noqa: S704

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is shown here."""
        return len(self.pieces) < self.count


def facts(kind: Kind, values: Mapping[str, Any], *, without: Sequence[str] = ()) -> list[Fact]:
    """The short values in the kind's order; the title, which stands above all, left out."""
    fields = [field for field in kind.fields if field.block not in (*LONG, "files") and field.name not in without]
    found = [(field, show(values.get(field.name), field)) for field in fields if field.name != kind.short.title]
    return [Fact(field.label, text, field.block, _address(field, text)) for field, text in found if text]


def parts(kind: Kind, values: Mapping[str, Any]) -> list[Part]:
    """The long values, each cut to its share of a page when together they are too long for one."""
    whole = wholes(kind, values)
    share = max(LEAST, WHOLE // (len(whole) or 1))
    fits = sum(piece.weight for part in whole for piece in part.pieces) <= WHOLE
    return [_cut(part, WHOLE if fits else share) for part in whole]


def files(kind: Kind, values: Mapping[str, Any]) -> list[tuple[str, tuple[StoredFile, ...]]]:
    """The files of the fields that hold nothing else, under the fields' labels; those of steps stand with the steps."""
    found = [(field.label, tuple(files_in(values.get(field.name)))) for field in kind.fields if field.block == "files"]
    return [(label, each) for label, each in found if each]


def part_page(kind: Kind, values: Mapping[str, Any], name: str, page: int) -> Part | None:
    """One page, counted from 1, of one long value; None where there is none."""
    part = next((each for each in wholes(kind, values) if each.name == name), None)
    pages = list(_pages(part.pieces)) if part else []
    if part is None or not 0 < page <= len(pages):
        return None
    start = sum(len(each) for each in pages[: page - 1]) + 1
    return Part(part.name, part.label, part.block, pages[page - 1], part.count, part.totals, start, page, len(pages))


def fits_one_page(kind: Kind, whole: Sequence[Part]) -> bool:
    """Whether uncut parts may stand on one page to print; a long roster may not: nobody needs all of it at once."""
    rows = sum(len(part.pieces) for part in whole if part.block == "table")
    return sum(piece.weight for part in whole for piece in part.pieces) <= MOST_PRINTED and (
        kind.listed or rows <= MOST_PRINTED_PEOPLE
    )


def wholes(kind: Kind, values: Mapping[str, Any]) -> list[Part]:
    """The long values, uncut."""
    found = []
    for field in kind.fields:
        value = values.get(field.name)
        if field.block in LONG and value:
            pieces = tuple(_pieces(field, value))
            totals = _totals(field, value) if field.block == "table" else ()
            found.append(Part(field.name, field.label, field.block, pieces, len(pieces), totals))
    return found


def _pieces(field: Column, value: Any) -> Iterator[Piece]:
    if field.block == "table":
        yield from (_row(row, field.columns) for row in value)
    elif field.block == "steps":
        yield from _steps(field, value)
    elif field.block == "rich":
        yield from (Piece(fragment.text, fragment=fragment) for fragment in fragments(value))
    else:
        for line in show(value, field).splitlines():
            if line.strip():
                yield from (Piece(text) for text in ([line] if len(line) <= PARAGRAPH else _SENTENCES.findall(line)))


def _row(row: Mapping[str, Any], columns: Sequence[Column]) -> Piece:
    """A row under what names it: its person, else its first words."""
    shown = [(column, " ".join(show(row.get(column.name), column).split())) for column in columns]
    people = [column for column in columns if column.block == "person"]
    # Two persons in a row (handler, approver) act for it; one is what it is about.
    heads = people if len(people) == 1 else [column for column in columns if column.block in ("text", "choice")]
    head, name = next(((column, text) for column, text in shown if text and column in heads), (None, ""))
    return Piece(name, tuple((column.label, text) for column, text in shown if text and column is not head))


def _steps(field: Column, rows: Sequence[Mapping[str, Any]]) -> Iterator[Piece]:
    labels = {step.name: step.label for step in field.steps}
    for row in rows:
        told = [(c.label, show(row.get(c.name), c)) for c in STEP_COLUMNS if c.name != "step"]
        cells = tuple((label, text) for label, text in told if text)
        yield Piece(labels.get(row["step"], row["step"]), cells, files=row.get(STEP_FILES.name) or ())
    for step in field.steps[len(rows) :]:
        yield Piece(step.label, is_done=False)


def _totals(field: Column, rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """What the columns of money add up to."""
    sums = [(c, [row[c.name] for row in rows if row.get(c.name) is not None]) for c in field.columns]
    return tuple((c.label, show(sum(amounts), c)) for c, amounts in sums if c.block == "money" and amounts)


def _cut(part: Part, share: int) -> Part:
    taken, room = 0, share
    for piece in part.pieces[: MOST_ROWS if part.block == "table" else None]:
        room -= piece.weight
        if room < 0 and taken:
            break
        taken += 1
    return Part(part.name, part.label, part.block, part.pieces[:taken], part.count, part.totals)


def _pages(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    page: list[Piece] = []
    weight = 0
    for piece in pieces:
        if page and (weight + piece.weight > PAGE or len(page) == PAGE_ROWS):
            yield tuple(page)
            page, weight = [], 0
        page.append(piece)
        weight += piece.weight
    if page:
        yield tuple(page)


def _address(field: Column, text: str) -> str:
    """Where a tap on a value leads: a page elsewhere, or the telephone of an office; never a person's own."""
    if field.block == "link":
        return text if urlsplit(text).scheme in ("http", "https") else ""
    return f"tel:{text}" if field.block == "phone" and field.public and "*" not in text else ""
