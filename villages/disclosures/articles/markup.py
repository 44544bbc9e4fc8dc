"""An article's body as a small tree that can hold nothing harmful, and how it is written as HTML or plain text. Pure.

A body is a tuple of blocks: Paragraph, Listing, Quote, Table. What these classes cannot say cannot be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import takewhile
from typing import TypeAlias

# In the order in which they are nested; a link stands around them all.
MARKS = ("b", "i", "u", "sup", "sub")
REL = "noopener nofollow"


@dataclass(frozen=True)
class Span:
    """A run of text with its marks, some of MARKS in that order, and the address of its link."""

    text: str
    marks: tuple[str, ...] = ()
    href: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """What opens around it, outermost first."""
        link = (f'a href="{escape(self.href)}" rel="{REL}"',) if self.href else ()
        return link + self.marks


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """Lines under one tag: p, h3 or h4."""

    tag: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Listing:
    """A list, ul or ol; an item is made of lines and of further lists."""

    tag: str
    items: tuple[tuple[Line | Listing, ...], ...]


@dataclass(frozen=True)
class Quote:
    """A quotation of paragraphs and lists."""

    blocks: tuple[Paragraph | Listing, ...]


@dataclass(frozen=True)
class Cell:
    """A cell, td or th, and how many columns and rows it takes."""

    tag: str
    lines: tuple[Line, ...]
    columns: int = 1
    rows: int = 1


Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table: caption, rows of its head, rows of its body."""

    caption: tuple[Line, ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]


Block: TypeAlias = Paragraph | Listing | Quote | Table


def write(blocks: Iterable[Block]) -> str:
    """Blocks as HTML."""
    return "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<{block.tag}>{write_lines(block.lines)}</{block.tag}>"
    if isinstance(block, Listing):
        return f"<{block.tag}>{''.join(map(write_item, block.items))}</{block.tag}>"
    if isinstance(block, Quote):
        return f"<blockquote>{write(block.blocks)}</blockquote>"
    return f"{open_table(block)}{''.join(map(write_row, block.body))}</tbody></table>"


def open_table(table: Table) -> str:
    """A table up to its first row."""
    caption = f"<caption>{write_lines(table.caption)}</caption>" if table.caption else ""
    head = f"<thead>{''.join(map(write_row, table.head))}</thead>" if table.head else ""
    return f"<table>{caption}{head}<tbody>"


def write_row(row: Row) -> str:
    """A row as HTML."""
    return f"<tr>{''.join(map(_cell, row))}</tr>"


def _cell(cell: Cell) -> str:
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<{cell.tag}{spans}>{write_lines(cell.lines)}</{cell.tag}>"


def write_item(item: Sequence[Line | Listing]) -> str:
    """An item of a list as HTML."""
    written: list[str] = []
    was_line = False
    for each in item:
        is_line = not isinstance(each, Listing)
        if is_line and was_line:
            written.append("<br>")
        written.append(_block(each) if isinstance(each, Listing) else write_lines((each,)))
        was_line = is_line
    return f"<li>{''.join(written)}</li>"


def write_lines(lines: Iterable[Line]) -> str:
    """Lines as HTML, parted by br."""
    return "<br>".join("".join(_spans(line)) for line in lines)


def _spans(line: Line) -> Iterator[str]:
    opened: tuple[str, ...] = ()
    for span in (*line, Span("")):
        tags = span.tags
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(opened, tags, strict=False)))
        yield from (f"</{tag.split(' ')[0]}>" for tag in reversed(opened[kept:]))
        yield from (f"<{tag}>" for tag in tags[kept:])
        yield escape(span.text, quote=False)
        opened = tags


def plain(blocks: Iterable[Block]) -> str:
    """Blocks as text: a line for each line, item and row; cells parted by tabs."""
    return "\n".join(text for block in blocks for text in _texts(block))


def _texts(block: Block | Sequence[Line | Listing]) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from map(line_text, block.lines)
    elif isinstance(block, Listing):
        for item in block.items:
            yield from _texts(item)
    elif isinstance(block, Quote):
        yield from (text for each in block.blocks for text in _texts(each))
    elif isinstance(block, Table):
        yield from map(line_text, block.caption)
        yield from ("\t".join(cell_text(cell) for cell in row) for row in (*block.head, *block.body))
    else:
        for each in block:
            if isinstance(each, Listing):
                yield from _texts(each)
            else:
                yield line_text(each)


def line_text(line: Line) -> str:
    """A line's words."""
    return "".join(span.text for span in line)


def cell_text(cell: Cell) -> str:
    """A cell's words in one line."""
    return " ".join(map(line_text, cell.lines))
