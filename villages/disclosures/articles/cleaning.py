"""Cleans an article's HTML, from wherever it was pasted, down to what a villager's page may show. Pure.

What comes out of here is what the gate scans, what is stored, and what is drawn. nh3 reads the HTML as a browser does
and drops what can do harm; the rest is read into the tree of markup.py and written anew from it, so that no tag,
attribute or address can come out that the tree has no word for. Text that a style hid is shown: styles are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import nh3

from villages.disclosures.articles.markup import MARKS, Block, Line, Paragraph, Span, plain, write
from villages.disclosures.articles.tree_reader import BLOCKS, SAME, TreeReader

SCHEMES = {"http", "https", "mailto", "tel"}
LONGEST_HEADING, LONGEST_ADDRESS = 80, 2_000
_TAGS = {"a", "br", *MARKS, *SAME, *BLOCKS}
# Elements whose text is not for readers.
_GONE = {
    *("applet", "audio", "button", "canvas", "datalist", "embed", "head", "iframe", "math", "noembed", "noframes"),
    *("noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xml"),
}
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# Word's clipboard keeps the mark before an item as text; bullets in a font of symbols, where "l" is a dot.
_BULLET = re.compile(r"<!(?:--)?\[if !supportLists\](?:--)?>(.*?)<!(?:--)?\[endif\](?:--)?>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>|&nbsp;")
# Nothing is written this deep; readers of HTML take time that grows with the square of it.
DEEPEST = 500
_OPENED = re.compile(r"<(/?)(?!(?:p|li|d[dt]|t[dhr]|br|hr|img|col|wbr|input|link|meta)\b)[a-z]", re.IGNORECASE)
_COUNTED = re.compile(r"[0-9一二三四五六七八九十(（①-⑳]")


def clean(html: str) -> str:
    """The HTML of an article's body with p, h3, h4, lists, tables, quotations, marks and links, and nothing else.

    Never raises. What is clean already comes back as it is.
    """
    return write(read(html))


def text_of(html: str) -> str:
    """The plain text of what clean leaves: a line for each paragraph, item and row; cells parted by tabs."""
    return plain(read(html))


def read(html: str) -> tuple[Block, ...]:
    """The blocks of an article's body."""
    if _is_too_deep(html):
        html = _TAG.sub("<br>", html)
    safe = nh3.clean(
        _BULLET.sub(_bullet, html.replace("\x00", "").encode(errors="ignore").decode()),
        tags=_TAGS, clean_content_tags=_GONE, attributes=_ATTRIBUTES, url_schemes=SCHEMES, link_rel=None,
    )  # fmt: skip
    reader = TreeReader(_address)
    reader.feed(safe)
    reader.close()
    return tuple(_headings(reader.finish()))


def _is_too_deep(html: str) -> bool:
    depth = 0
    for found in _OPENED.finditer(html):
        depth = max(depth - 1, 0) if found[1] else depth + 1
        if depth > DEEPEST:
            return True
    return False


def _bullet(found: re.Match[str]) -> str:
    mark = _TAG.sub("", found[1])
    return f"{mark.strip()} " if _COUNTED.search(mark) else "• "


def _address(href: str) -> str:
    """A link's address if it may be followed from a public page, else an empty text."""
    try:
        parts = urlsplit(href)
        is_named = bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    is_good = is_named if parts.scheme in ("http", "https") else parts.scheme in SCHEMES and bool(parts.path)
    return href if is_good and len(href) <= LONGEST_ADDRESS and not re.search(r"[\s\\]", href) else ""


def _headings(blocks: Sequence[Block]) -> list[Block]:
    """The article's own headings as h3, those below as h4: the page has its h1 and h2. Too long ones are paragraphs."""
    settled = [_heading(block) if isinstance(block, Paragraph) and block.tag != "p" else block for block in blocks]
    levels = {block.tag for block in settled if isinstance(block, Paragraph)} - {"p"}
    names = {level: "h3" if level == min(levels) else "h4" for level in levels} | {"p": "p"}
    return [Paragraph(names[b.tag], b.lines) if isinstance(b, Paragraph) else b for b in settled]


def _heading(block: Paragraph) -> Paragraph:
    line: Line = tuple(span for each in block.lines for span in (*each, Span(" ")))[:-1]
    line = TreeReader.tidy([Span(s.text, tuple(m for m in s.marks if m != "b"), s.href) for s in line])
    is_long = sum(len(span.text) for span in line) > LONGEST_HEADING
    return Paragraph("p", block.lines) if is_long else Paragraph(block.tag, (line,))
