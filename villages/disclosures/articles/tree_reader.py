"""Reads HTML that nh3 has made well-formed into the tree of markup.py, and tidies its text. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import Any

from villages.disclosures.articles.markup import MARKS, Block, Cell, Line, Listing, Paragraph, Quote, Row, Span, Table
from villages.disclosures.wording import seen

SAME = {"strong": "b", "em": "i"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol")
BLOCKS = (
    *HEADINGS, *_LISTS, "li", "p", "blockquote", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th",
    *("address", "article", "aside", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
    *("footer", "form", "header", "hr", "legend", "main", "nav", "pre", "section", "summary"),
)  # fmt: skip
MOST_LISTS, MOST_COLUMNS, MOST_ROWS = 4, 50, 1_000
_SPACES = re.compile(r"\s+")


@dataclass
class _Frame:
    """An open element that holds others: what it is, and what it holds so far."""

    name: str
    held: list[Any] = field(default_factory=list)
    spans: tuple[int, int] = (1, 1)


class TreeReader(HTMLParser):
    """Feed it, close it, then ask finish."""

    def __init__(self, address: Callable[[str], str]) -> None:
        """`address` gives a link's address as it may be shown, or an empty text."""
        super().__init__(convert_charrefs=True)
        self.address = address
        self.frames = [_Frame("root")]
        self.lines: list[list[Span]] = [[]]
        self.opened: list[tuple[str, bool]] = []
        self.marks = dict.fromkeys(MARKS, 0)
        self.links: list[str] = []
        self.heading = "p"
        self.verbatim = 0

    def finish(self) -> list[Block]:
        """The blocks that were read."""
        self._part()
        return list(self.frames[0].held)

    @property
    def _top(self) -> _Frame:
        return self.frames[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a mark, a link or a block."""
        if tag in ("br", "hr"):
            self.lines.append([])
            if tag == "hr":
                self._part()
            return
        tag, given = SAME.get(tag, tag), dict(attrs)
        holds = False
        if tag in self.marks:
            self.marks[tag] += 1
        elif tag == "a":
            self.links.append(self.address(seen(given.get("href") or "").strip()))
        else:
            self._part()
            holds = self._opens(tag)
            if holds:
                self.frames.append(_Frame(tag, spans=(_span(given, "colspan"), _span(given, "rowspan"))))
            self.verbatim += tag == "pre"
            if tag in HEADINGS and self._top.name == "root":
                self.heading = tag
        self.opened.append((tag, holds))

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last; nh3 leaves nothing crossed."""
        if tag in ("br", "hr") or not self.opened:
            return
        tag, holds = self.opened.pop()
        if tag in self.marks:
            self.marks[tag] -= 1
        elif tag == "a":
            self.links.pop()
        else:
            self._part()
            self.verbatim -= tag == "pre"
            self.heading = "p" if tag in HEADINGS else self.heading
            if holds:
                self._close(self.frames.pop())

    def handle_data(self, data: str) -> None:
        """Add text to the line."""
        marks = tuple(mark for mark in MARKS if self.marks[mark])
        href = self.links[-1] if self.links else ""
        for at, text in enumerate(data.split("\n") if self.verbatim else [data]):
            if at:
                self.lines.append([])
            self.lines[-1].append(Span(seen(text), marks, href))

    def _opens(self, tag: str) -> bool:
        """Whether an element may stand where we are; where not, only its text stays."""
        within = self._top.name
        if tag in _LISTS:
            depth = sum(frame.name in _LISTS for frame in self.frames)
            return within in ("root", "blockquote", "li") and depth < MOST_LISTS
        return within in {
            "li": _LISTS, "blockquote": ("root",), "table": ("root",), "caption": ("table",), "thead": ("table",),
            "tbody": ("table",), "tfoot": ("table",), "tr": ("thead", "tbody", "tfoot"), "td": ("tr",), "th": ("tr",),
        }.get(tag, ())  # fmt: skip

    def _part(self) -> None:
        """End the paragraph: what has gathered goes where we are."""
        lines, self.lines = [self.tidy(line) for line in self.lines], [[]]
        if self._top.name in ("root", "blockquote"):
            for is_text, group in groupby(lines, key=bool):
                if is_text:
                    self._top.held.append(Paragraph(self.heading, tuple(group)))
        elif self._top.name in ("li", "td", "th", "caption"):
            self._top.held += [line for line in lines if line]

    def _close(self, frame: _Frame) -> None:
        name, held = frame.name, tuple(frame.held)
        if name in ("td", "th"):
            self._top.held.append(Cell(name, held, *frame.spans))
        elif name in _LISTS and held:
            self._top.held.append(Listing(name, held))
        elif name == "blockquote" and held:
            self._top.held.append(Quote(held))
        elif name == "table":
            self._top.held += _table(frame.held)
        elif name in ("caption", "thead", "tbody", "tfoot"):
            self._top.held.append((name, held))
        elif held:  # li, tr
            self._top.held.append(held)

    @staticmethod
    def tidy(line: Sequence[Span]) -> Line:
        """A line without spaces at its ends or several in a row, neighbours of one kind joined."""
        kept: list[Span] = []
        for (marks, href), group in groupby(line, key=lambda span: (span.marks, span.href)):
            text = _SPACES.sub(_space, "".join(span.text for span in group))
            if not kept or kept[-1].text[-1].isspace():
                text = text.lstrip()
            if text and kept and (kept[-1].marks, kept[-1].href) == (marks, href):
                kept[-1] = Span(kept[-1].text + text, marks, href)
            elif text:
                kept.append(Span(text, marks, href))
        if kept and kept[-1].text[-1].isspace():
            last = kept.pop()
            kept += [Span(text, last.marks, last.href)] if (text := last.text.rstrip()) else []
        return tuple(kept)


def _space(found: re.Match[str]) -> str:
    """One space for a run; between the two characters of a name people write a full-width one."""
    return "\u3000" if set(found[0]) == {"\u3000"} else " "


def _span(given: dict[str, str | None], name: str) -> int:
    value = given.get(name) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 1  # noqa: PLR2004


def _table(held: Sequence[tuple[str, Sequence[Any]]]) -> list[Table]:
    """The table of its sections, none if no word stands in it; a first row of th alone is its head."""
    caption: tuple[Line, ...] = next((tuple(lines) for name, lines in held if name == "caption"), ())
    head: list[Row] = [row for name, rows in held if name == "thead" for row in rows]
    # Feet come last, as they are shown.
    body: list[Row] = [row for part in ("tbody", "tfoot") for name, rows in held if name == part for row in rows]
    if not head and len(body) > 1 and all(cell.tag == "th" and cell.rows <= 1 for cell in body[0]):
        head.append(body.pop(0))
    if not body:
        head, body = [], head
    if not any(cell.lines for row in head + body for cell in row):
        return []
    return [Table(caption, _settled(head), _settled(body))]


def _settled(rows: list[Row]) -> tuple[Row, ...]:
    """Rows with spans that stay inside; empty rows left out where no span can miss them."""
    if all(cell.rows <= 1 for row in rows for cell in row):
        rows = [row for row in rows if any(cell.lines for cell in row)]
    return tuple(
        tuple(
            Cell(c.tag, c.lines, min(max(c.columns, 1), MOST_COLUMNS), min(max(c.rows, 1), len(rows) - at, MOST_ROWS))
            for c in row
        )
        for at, row in enumerate(rows)
    )
