"""rich: an article's body as HTML. It is cleaned here, whatever way it comes in, and again when it is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

from villages.disclosures.articles.cleaning import clean, text_of
from villages.disclosures.blocks import Block, BlockError, Passage
from villages.disclosures.fields import Column
from villages.disclosures.gate.findings import Edit
from villages.disclosures.html_source import HtmlSource
from villages.disclosures.wording import lines, seen

LONGEST = 500_000
# What a program adds around the words may be many times as long, but not without end.
LONGEST_GIVEN = 10 * LONGEST
# Elements that part words; others, such as <b>, may stand in the middle of a number.
_PARTS = frozenset(
    {"p", "h3", "h4", "br", "ul", "ol", "li", "blockquote", "table", "caption", "thead", "tbody", "tr"},
)
_CELLS = frozenset({"td", "th"})
_TAG = re.compile(r"<[/!a-zA-Z]")


class Rich(Block[str]):
    """Clean HTML of at most 500 000 characters with some text in it; shown as its plain text."""

    label = "正文"

    def parse(self, given: object, field: Column, /) -> str:
        """The clean HTML; plain text is put into paragraphs. Raises BlockError."""
        html = seen(str(given)).strip()
        if not _TAG.search(html):
            html = "".join(f"<p>{escape(unescape(line), quote=False)}</p>" for line in lines(html).splitlines() if line)
        length = len(html)
        if length <= LONGEST_GIVEN:
            html = clean(html)
            length = len(html)
        if length > LONGEST:
            raise BlockError(f"“{field.label}”太长（{length} 个字符），请把长表格或全文放进附件")
        if not html:
            raise BlockError(f"“{field.label}”没有内容，请填写正文；图片请放进附件")
        return html

    def show(self, value: str, _field: Column, /) -> str:
        """The plain text."""
        return text_of(value)

    def typed(self, value: str, _field: Column, /) -> str:
        """The clean HTML."""
        return value

    def texts(self, value: str, field: Column, /) -> Iterator[Passage]:
        """The plain text, then what does not show, the addresses of links; of a body never cleaned, its clean form."""
        source = source_of(value)
        yield Passage(field.label, source.text())
        yield from (Passage(f"{field.label}（不显示的部分）", hidden) for hidden in source.hidden())

    def rewritten(self, value: str, field: Column, edits: Iterator[Sequence[Edit]], /) -> str:
        """The HTML with its words and addresses written over; its tags stay."""
        wanted = [next(edits) for _ in self.texts(value, field)]
        return source_of(value).rewritten(wanted) if any(wanted) else value


def source_of(value: str) -> HtmlSource:
    """A body taken apart, clean whatever it was."""
    return HtmlSource(clean(value), parts=_PARTS, cells=_CELLS)


BLOCK = Rich()
