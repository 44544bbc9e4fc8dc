"""An answer as a letter on A4, as PDF to be printed and as a Word file to be worked on. Pure.

The Word file is written part by part (ECMA-376), as the tables are; it holds what the letter says and nothing else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from villages.core.xml import HEAD, element
from villages.paper import fonts
from villages.paper.typesetting import typeset

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# Sizes in half points, lengths in twentieths of a point: as the format counts.
TITLE_SIZE, SIZE, NUMBER_SIZE = 40, 28, 24
TWO_CHARACTERS, BLANK_LINES = 2 * SIZE * 10, 800
A4 = {"w:w": "11906", "w:h": "16838"}
MARGINS = {"w:top": "1814", "w:right": "1531", "w:bottom": "1701", "w:left": "1531"}
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same letter is the same file


@dataclass(frozen=True)
class Letter:
    """What a letter says. `mark` is printed over every page unless it is '' (a draft is no answer)."""

    title: str
    number: str
    paragraphs: tuple[str, ...]
    signature: str
    day: str
    mark: str = ""


def as_pdf(letter: Letter, *, stamp: datetime) -> bytes:
    """The letter as a tagged PDF, fonts embedded. Raises PaperError where a character cannot be printed."""
    fonts.require_characters([*letter.paragraphs, letter.title, letter.signature, letter.mark])
    data = {
        "title": letter.title, "number": letter.number, "paragraphs": letter.paragraphs,
        "signature": letter.signature, "day": letter.day, "mark": letter.mark,
    }  # fmt: skip
    return typeset("letter", data, stamp)


def as_docx(letter: Letter) -> bytes:
    """The letter as a Word file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _members(letter):
            package.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), HEAD + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _members(letter: Letter) -> Iterator[tuple[str, str]]:
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    defaults = [element("Default", Extension="rels", ContentType=rels)]
    part = element("Override", PartName="/word/document.xml", ContentType=f"{TYPE}.document.main+xml")
    yield "[Content_Types].xml", element("Types", [*defaults, part], xmlns=f"{PACKAGE}/content-types")
    link = element("Relationship", Id="rId1", Type=f"{RELATIONS}/officeDocument", Target="word/document.xml")
    yield "_rels/.rels", element("Relationships", [link], xmlns=f"{PACKAGE}/relationships")
    page = element("w:sectPr", [element("w:pgSz", **A4), element("w:pgMar", **MARGINS)])
    body = element("w:body", [*_paragraphs(letter), page])
    yield "word/document.xml", element("w:document", [body], **{"xmlns:w": MAIN})


def _paragraphs(letter: Letter) -> Iterator[str]:
    if letter.mark:
        yield _paragraph(letter.mark, SIZE, "center")
    yield _paragraph(letter.title, TITLE_SIZE, "center", bold=True)
    yield _paragraph(f"编号：{letter.number}", NUMBER_SIZE, "right")
    for index, text in enumerate(letter.paragraphs):
        yield _paragraph(text, SIZE, "both", indent=TWO_CHARACTERS if index else 0)
    yield _paragraph(letter.signature, SIZE, "right", above=BLANK_LINES)
    yield _paragraph(letter.day, SIZE, "right")


def _paragraph(
    text: str, size: int, side: str, *, indent: int = 0, above: int = 0, bold: bool = False
) -> str:  # fmt: skip
    spacing = {"w:before": str(above), "w:after": "120", "w:line": "420", "w:lineRule": "atLeast"}
    looks = [element("w:spacing", **spacing), element("w:ind", **{"w:firstLine": str(indent)})]
    looks.append(element("w:jc", **{"w:val": side}))
    faces = {"w:ascii": "FangSong", "w:hAnsi": "FangSong", "w:eastAsia": "仿宋"}
    run = [element("w:rFonts", **faces), *([element("w:b")] if bold else []), element("w:sz", **{"w:val": str(size)})]
    said = element("w:t", text, **{"xml:space": "preserve"})
    return element("w:p", [element("w:pPr", looks), element("w:r", [element("w:rPr", run), said])])
