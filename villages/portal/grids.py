"""Tables of an article for a screen of 360 pixels: narrow ones stay tables, of others each row is a card. Pure.

A card shows a row's first value large, then each further value after the label that stands over it. No script and no
scrolling sideways is needed, and what is read aloud makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from villages.disclosures.articles.markup import (
    Cell,
    Line,
    Row,
    Span,
    Table,
    cell_text,
    line_text,
    open_table,
    write_lines,
    write_row,
)

# How many characters side by side still read well in a table, by its number of columns.
WIDEST = {1: 10_000, 2: 34, 3: 21}
LONGEST_ROW = 1_200
LONGEST_LABEL = 20
MOST_TOGETHER = 12
_FIGURES = re.compile(r"[\d.,%￥¥+\-/\s]+")

Labelled: TypeAlias = tuple[Line, tuple[Line, ...]]
Drawn: TypeAlias = tuple[str, str, tuple[Labelled, ...]]


@dataclass(frozen=True)
class Rows:
    """A table's rows as (HTML, text, cells with their labels), what stands around them, and its caption."""

    opens: str
    closes: str
    caption: tuple[Line, ...]
    rows: tuple[Drawn, ...]


def rows_of(table: Table) -> Rows:
    """A table as it is drawn."""
    table = _headed(table)
    grid = expanded(table.body)
    heads = expanded(table.head)
    width = max((len(row) for row in grid + heads), default=0)
    if _is_narrow(grid + heads, width):
        opens = open_table(Table((), table.head, ()))
        return Rows(opens, "</tbody></table>", table.caption, tuple(_clusters(table.body, grid)))
    labels = [_label(row[at].lines for row in heads if at < len(row)) for at in range(width)]
    cards = tuple(_card(row, labels, width) for row in grid if any(cell.lines for cell in row))
    return Rows('<ul class="rows">', "</ul>", table.caption, cards)


def expanded(rows: Sequence[Row]) -> list[Row]:
    """Rows in which a cell that takes several places stands in each of them."""
    grid: list[dict[int, Cell]] = [{} for _ in rows]
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in grid[at]:
                column += 1
            for below in grid[at : at + cell.rows]:
                below.update(dict.fromkeys(range(column, column + cell.columns), cell))
            column += cell.columns
    empty = Cell("td", ())
    return [tuple(row.get(column, empty) for column in range(max(row, default=-1) + 1)) for row in grid]


def _headed(table: Table) -> Table:
    """The table with a first row over all columns as its caption, and a first row of labels as its head."""
    caption, head, body = table.caption, list(table.head), list(table.body)
    rows = head or body
    while len(rows) > 1 and len(rows[0]) == 1 and rows[0][0].columns > 1 and rows[0][0].rows == 1:
        caption += rows.pop(0)[0].lines
    if not head and len(body) > 1 and _are_labels(body[0]):
        head = [tuple(Cell("th", cell.lines, cell.columns, 1) for cell in body.pop(0))]
    return Table(caption, tuple(head), tuple(body))


def _are_labels(row: Row) -> bool:
    texts = [cell_text(cell) for cell in row]
    return (
        len(row) > 1
        and all(cell.rows == 1 for cell in row)
        and all(text and len(text) <= LONGEST_LABEL and not _FIGURES.fullmatch(text) for text in texts)
    )


def _is_narrow(grid: Sequence[Row], width: int) -> bool:
    """Whether a table's longest cells fit side by side; letters and figures take half a place."""
    if width not in WIDEST:
        return False
    longest = [max((_room(row[at]) for row in grid if at < len(row)), default=0) for at in range(width)]
    return sum(longest) <= WIDEST[width]


def _room(cell: Cell) -> float:
    if cell.columns > 1:
        return 0
    return max((sum(0.5 if char.isascii() else 1 for char in line_text(line)) for line in cell.lines), default=0)


def _clusters(body: Sequence[Row], grid: Sequence[Row]) -> Iterator[Drawn]:
    """Rows of a table; those that one cell holds together stay together, unless they are too many for a page."""
    start = end = 0
    for at, row in enumerate(body):
        end = max(end, at + max((cell.rows for cell in row), default=1))
        if end > at + 1:
            continue
        rows = body[start:end]
        if len(rows) > MOST_TOGETHER:
            for wide in grid[start:end]:
                alone = tuple(Cell(cell.tag, cell.lines) for cell in wide)
                yield _written((alone,), wide)
        else:
            yield _written(rows, [cell for row in rows for cell in row])
        start = end


def _written(rows: Sequence[Row], cells: Sequence[Cell]) -> Drawn:
    text = "\n".join("\t".join(map(cell_text, row)) for row in rows)
    return "".join(map(write_row, rows)), text, tuple(((), cell.lines) for cell in cells if cell.lines)


def _card(row: Row, labels: Sequence[Line], width: int) -> Drawn:
    """A row as an item of a list; a row of one cell over all columns is a heading."""
    once: list[tuple[Line, Cell]] = []
    for at, cell in enumerate(row):
        # A cell over several columns is said once, under the first of their labels.
        if cell.lines and not (at and cell is row[at - 1] and cell.columns > 1):
            once.append((labels[at] if cell.columns < width else (), cell))
    text = "\n".join(f"{line_text(label)} {cell_text(cell)}" for label, cell in once)
    first = f"<b>{write_lines(once[0][1].lines)}</b>"
    rest = "".join(_pair(label, cell) for label, cell in once[1:])
    html = f'<li>{first}<dl class="cells">{rest}</dl></li>' if rest else f"<li>{first}</li>"
    return html, text, tuple((label, cell.lines) for label, cell in once)


def _pair(label: Line, cell: Cell) -> str:
    return f"<div><dt>{write_lines((label,))}</dt><dd>{write_lines(cell.lines)}</dd></div>"


def _label(heads: Iterator[tuple[Line, ...]]) -> Line:
    """What stands over a column, from top to bottom, once each."""
    lines = dict.fromkeys(line for head in heads for line in head)
    return tuple(span for at, line in enumerate(lines) for span in ((Span(" "), *line) if at else line))
