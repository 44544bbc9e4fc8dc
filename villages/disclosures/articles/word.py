"""A Word file (.docx) as an article: its title, its body as clean HTML, and how many pictures stay behind. Pure.

Not shown: comments, deleted and hidden text, headers and footers. They are read all the same by
documents.read_document, which also holds the limits; whoever calls this asks it first.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import mammoth
from mammoth.documents import Paragraph, Text

from villages.disclosures.articles.cleaning import clean
from villages.disclosures.documents.parts import Parts
from villages.disclosures.fields import LONGEST_TITLE
from villages.disclosures.wording import one_line

TITLES = ("title", "标题", "文档标题", "主标题", "文章标题", "公文标题")
_HEADING = re.compile(r"(?:heading|标题)\s*([1-6一二三四五六])", re.IGNORECASE)
# A title stands among the first paragraphs: above it at most the office, the number of the document, a date.
FIRST = 5
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BACK = re.compile(r'<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')
_QUOTES = ("Quote", "Intense Quote", "引用", "明显引用")
_STYLES = (
    "u => u\n"
    + "".join(f"p[style-name='{name}'] => blockquote > p:fresh\n" for name in _QUOTES)
    + "\n".join(
        f"p[style-name='{name}'] => h{at}:fresh"
        for at in range(1, 7)
        for name in (f"标题 {at}", f"标题{at}", f"标题{'一二三四五六'[at - 1]}")
    )
)


@dataclass(frozen=True)
class Article:
    """What a file holds: a title ('' where none is found), a clean body, and how many pictures were left out."""

    title: str
    html: str
    pictures: int = 0


def read_article(data: bytes, name: str) -> Article:
    """The article in a .docx; raises Refusal for a file that is damaged or not as Word writes it."""
    parts = Parts(data, name)
    for part in parts.xml_names(""):
        parts.parse(part, lambda *_: None, lambda _: None, lambda _: None)  # refuses entities before mammoth reads
    titles: list[str] = []
    pictures: list[object] = []

    def without_picture(image: object) -> list[Any]:
        pictures.append(image)
        return []

    try:
        found = mammoth.convert_to_html(
            io.BytesIO(_without_hidden(data)), style_map=_STYLES, include_embedded_style_map=False,
            convert_image=without_picture, transform_document=lambda document: _without_title(document, titles),
        )  # fmt: skip
    except Exception as error:  # the library raises many kinds for a file that lacks something
        raise parts.damaged() from error
    return Article("".join(titles), clean(_BACK.sub("", found.value)), len(pictures))


def _without_title(document: Any, titles: list[str]) -> Any:
    """The document without the paragraph that is its title, which is added to the list."""
    filled = [child for child in document.children if not isinstance(child, Paragraph) or _words(child)]
    for at, child in enumerate(filled[:FIRST]):
        if isinstance(child, Paragraph) and _is_title(child, is_first=at == 0):
            titles.append(_words(child))
            return document.copy(children=[each for each in document.children if each is not child])
    return document


def _is_title(paragraph: Paragraph, *, is_first: bool) -> bool:
    if len(_words(paragraph)) > LONGEST_TITLE:
        return False
    style = (paragraph.style_name or "").strip().lower()
    return style in TITLES or (is_first and (paragraph.alignment == "center" or bool(_HEADING.match(style))))


def _words(element: Any) -> str:
    return one_line("".join(_texts(element)))


def _texts(element: Any) -> Iterator[str]:
    if isinstance(element, Text):
        yield element.value
    elif getattr(element, "break_type", ""):
        yield " "
    else:
        for child in getattr(element, "children", ()):
            yield from _texts(child)


def _without_hidden(data: bytes) -> bytes:
    """The file without the runs of text that Word hides, which mammoth would show."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        hidden = _hiding_styles(old.read("word/styles.xml")) if "word/styles.xml" in old.namelist() else frozenset()
        for part in old.infolist():
            content = old.read(part)
            if re.fullmatch(r"word/(?:document|footnotes|endnotes)\.xml", part.filename):
                content = _shown(content, hidden)
            new.writestr(part.filename, content)
    return written.getvalue()


def _hiding_styles(content: bytes) -> frozenset[str]:
    root = ET.fromstring(content)  # noqa: S314 - read_article has refused document types
    styles = root.iter(f"{_W}style")
    return frozenset(style.get(f"{_W}styleId", "") for style in styles if _hides(style.find(f"{_W}rPr"), frozenset()))


def _shown(content: bytes, hidden: frozenset[str]) -> bytes:
    root = ET.fromstring(content)  # noqa: S314
    for parent in list(root.iter()):
        for run in parent.findall(f"{_W}r"):
            if _hides(run.find(f"{_W}rPr"), hidden):
                parent.remove(run)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _hides(properties: ET.Element | None, hidden: frozenset[str]) -> bool:
    if properties is None:
        return False
    vanish, style = properties.find(f"{_W}vanish"), properties.find(f"{_W}rStyle")
    if vanish is not None:
        return vanish.get(f"{_W}val", "1") not in ("0", "false", "off")
    return style is not None and style.get(f"{_W}val") in hidden
