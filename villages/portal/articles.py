"""How an article is drawn: cut into fragments of whole elements, so that a page can end after any of them. Pure.

Whatever was stored, it is cleaned once more here; editions of earlier versions never were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from villages.disclosures.articles.cleaning import read
from villages.disclosures.articles.markup import (
    Line,
    Listing,
    Paragraph,
    Quote,
    Span,
    Table,
    line_text,
    plain,
    write,
    write_item,
    write_lines,
)
from villages.portal.grids import LONGEST_ROW, rows_of

LONGEST = 600
_SENTENCES = re.compile(r"[^。！？；]{0,%d}[。！？；]|[^。！？；]{1,%d}" % (LONGEST - 1, LONGEST))  # noqa: UP031 - braces are the pattern's


@dataclass(frozen=True)
class Fragment:
    """A whole element, or an item or row of one: neighbours of the same `group` stand between its `opens` and `closes`.

    `text` is what it says, whose length is what it weighs.
    """

    html: str
    text: str
    group: int = 0
    opens: str = ""
    closes: str = ""


def fragments(html: str) -> list[Fragment]:
    """An article as fragments, none much longer than a paragraph or a row may be."""
    return [fragment for at, block in enumerate(read(html), start=1) for fragment in _block(block, at)]


def joined(found: Iterable[Fragment]) -> str:
    """Neighbouring fragments as HTML."""
    written: list[str] = []
    group, closes = 0, ""
    for fragment in found:
        if fragment.group != group or not group:
            written += [closes, fragment.opens]
            group, closes = fragment.group, fragment.closes
        written.append(fragment.html)
    return "".join((*written, closes))


def _block(block: Paragraph | Listing | Quote | Table, group: int) -> Iterator[Fragment]:
    if isinstance(block, Paragraph):
        yield from _paragraph(block)
    elif isinstance(block, Listing):
        yield from _listing(block, group)
    elif isinstance(block, Quote):
        for each in block.blocks:
            inner = _paragraph(each) if isinstance(each, Paragraph) else _listing(each, 0)
            yield from (
                Fragment(f"{f.opens}{f.html}{f.closes}", f.text, group, "<blockquote>", "</blockquote>") for f in inner
            )
    else:
        yield from _table(block, group)


def _paragraph(block: Paragraph) -> Iterator[Fragment]:
    for lines in cut(block.lines):
        piece = Paragraph(block.tag, lines)
        yield Fragment(write((piece,)), plain((piece,)))


def _listing(block: Listing, group: int) -> Iterator[Fragment]:
    """An item each; of a very long item all but its beginning is drawn as paragraphs."""
    for at, item in enumerate(block.items, start=1):
        opens = f'<ol start="{at}">' if block.tag == "ol" and at > 1 else f"<{block.tag}>"
        text = plain((Listing(block.tag, (item,)),))
        if len(text) <= LONGEST_ROW:
            yield Fragment(write_item(item), text, group, opens, f"</{block.tag}>")
            continue
        first, *rest = cut(tuple(_flat(item)))
        yield Fragment(write_item(first), "".join(map(line_text, first)), group, opens, f"</{block.tag}>")
        for lines in rest:
            yield from _paragraph(Paragraph("p", lines))


def _flat(item: Sequence[Line | Listing]) -> Iterator[Line]:
    for each in item:
        if isinstance(each, Listing):
            yield from (line for inner in each.items for line in _flat(inner))
        else:
            yield each


def _table(table: Table, group: int) -> Iterator[Fragment]:
    drawn = rows_of(table)
    if drawn.caption:
        yield Fragment(f"<p><b>{write_lines(drawn.caption)}</b></p>", "".join(map(line_text, drawn.caption)))
    for html, text, cells in drawn.rows:
        if len(text) <= LONGEST_ROW:
            yield Fragment(html, text, group, drawn.opens, drawn.closes)
            continue
        for label, lines in cells:
            if label:
                yield Fragment(f"<p><b>{write_lines((label,))}</b></p>", line_text(label))
            yield from _paragraph(Paragraph("p", lines))


def cut(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Lines in portions of at most LONGEST characters, which end with a line or a sentence wherever one ends."""
    portion: list[Line] = []
    room = LONGEST
    for line in lines:
        for piece in _sentences(line) if len(line_text(line)) > LONGEST else [line]:
            size = len(line_text(piece))
            if portion and size > room:
                yield tuple(portion)
                portion, room = [], LONGEST
            portion.append(piece)
            room -= size
    if portion:
        yield tuple(portion)


def _sentences(line: Line) -> Iterator[Line]:
    """A long line in portions of whole sentences, marks kept; a sentence that is too long is cut where it must be."""
    text = line_text(line)
    start = end = 0
    for found in _SENTENCES.finditer(text):
        if found.end() - start > LONGEST and end > start:
            yield _between(line, start, end)
            start = end
        end = found.end()
    yield _between(line, start, len(text))


def _between(line: Line, start: int, end: int) -> Line:
    kept, at = [], 0
    for span in line:
        text = span.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            kept.append(Span(text, span.marks, span.href))
        at += len(span.text)
    return tuple(kept)
