"""rich: an article's body as HTML. It is cleaned where it comes in; here it is only measured and read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from html.parser import HTMLParser

from villages.disclosures.blocks import Block, BlockError, Passage
from villages.disclosures.fields import Column
from villages.disclosures.gate.findings import Edit
from villages.disclosures.html_source import HtmlSource
from villages.disclosures.wording import lines, seen

LONGEST = 500_000
# Elements that part words; others, such as <b>, may stand in the middle of a number.
_PARTS = frozenset(
    (
        *("address", "article", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figure", "hr", "li"),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tbody",
            "tfoot",
            "thead",
            "tr",
            "ul",
        ),
    ),
)
_CELLS = frozenset({"td", "th"})
_TAG = re.compile(r"<[/!a-zA-Z]")


class Rich(Block[str]):
    """HTML of at most 500 000 characters with some text or a picture in it; shown as its plain text."""

    label = "正文"

    def parse(self, given: object, field: Column, /) -> str:
        """The HTML; plain text is put into paragraphs. Raises BlockError."""
        html = seen(str(given)).strip()
        if not _TAG.search(html):
            html = "".join(f"<p>{escape(unescape(line), quote=False)}</p>" for line in lines(html).splitlines() if line)
        if len(html) > LONGEST:
            raise BlockError(f"“{field.label}”太长（{len(html)} 个字符），请把长表格或全文放进附件")
        if not _Reader.of(html).text() and "<img" not in html.lower():
            raise BlockError(f"“{field.label}”没有内容，请填写正文")
        return html

    def show(self, value: str, _field: Column, /) -> str:
        """The plain text."""
        return _Reader.of(value).text()

    def texts(self, value: str, field: Column, /) -> Iterator[Passage]:
        """The plain text, then what does not show: attributes and comments."""
        reader = _Reader.of(value)
        yield Passage(field.label, reader.text())
        yield from (Passage(f"{field.label}（不显示的部分）", hidden) for hidden in reader.hidden)

    def rewritten(self, value: str, field: Column, edits: Iterator[Sequence[Edit]], /) -> str:
        """The HTML with its words, attributes and comments written over; its tags stay."""
        wanted = [next(edits) for _ in self.texts(value, field)]
        return HtmlSource(value, parts=_PARTS, cells=_CELLS).rewritten(wanted) if any(wanted) else value


class _Reader(HTMLParser):
    """Gathers an HTML text's words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden: list[str] = []

    @classmethod
    def of(cls, html: str) -> _Reader:
        """A reader that has read a text to its end."""
        reader = cls()
        reader.feed(html)
        reader.close()
        return reader

    def text(self) -> str:
        return "\n".join(line for line in lines("".join(self.words)).splitlines() if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        self.hidden.extend(value for _, value in attrs if value)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _CELLS:
            self._part(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.hidden.append(data)

    def _part(self, tag: str) -> None:
        if tag in _CELLS:
            self.words.append("\t")
        elif tag in _PARTS:
            self.words.append("\n")


BLOCK = Rich()
