"""rich: an article's body as HTML. It is cleaned here, whatever way it comes in, and again when it is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser

from villages.disclosures.articles.cleaning import clean, text_of
from villages.disclosures.blocks import Block, BlockError, Passage
from villages.disclosures.fields import Column
from villages.disclosures.wording import lines, seen

LONGEST = 500_000
# What a program adds around the words may be many times as long, but not without end.
LONGEST_GIVEN = 10 * LONGEST
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

    def texts(self, value: str, field: Column, /) -> Iterator[Passage]:
        """The plain text, then what does not show: addresses, and what stands in a body that was never cleaned."""
        yield Passage(field.label, text_of(value))
        reader = _Hidden(convert_charrefs=True)
        reader.feed(value)
        reader.close()
        yield from (Passage(f"{field.label}（不显示的部分）", hidden) for hidden in reader.hidden)


class _Hidden(HTMLParser):
    """Gathers attributes and comments."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.hidden: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden.extend(value for name, value in attrs if value and name not in ("rel", "colspan", "rowspan"))

    def handle_comment(self, data: str) -> None:
        self.hidden.append(data)


BLOCK = Rich()
