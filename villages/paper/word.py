"""An answer as a Word file to be worked on: what is typed into it looks like the rest. Pure; slow to load."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, cast

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH as SIDE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from villages.core.xml import clean
from villages.paper.letters import Letter

LATIN, CHINESE, SIZE = "FangSong", "仿宋", Pt(14)


def as_docx(letter: Letter, *, stamp: datetime) -> bytes:
    """The letter on A4, made at `stamp`; nothing in it tells who made it."""
    document = Document()
    _set_up(document)
    if letter.mark:
        _add(document, letter.mark, SIDE.CENTER)
    title = _add(document, letter.title, SIDE.CENTER).runs[0].font
    title.size, title.bold = Pt(20), True
    _add(document, f"编号：{letter.number}", SIDE.RIGHT).runs[0].font.size = Pt(12)
    for index, text in enumerate(letter.paragraphs):
        _add(document, text, SIDE.JUSTIFY).paragraph_format.first_line_indent = 2 * SIZE if index else None
    _add(document, letter.signature, SIDE.RIGHT).paragraph_format.space_before = Pt(40)
    _add(document, letter.day, SIDE.RIGHT)
    known = document.core_properties
    known.title, known.author, known.comments, known.created, known.modified = clean(letter.title), "", "", stamp, stamp
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Word) -> None:
    """A4 with its margins, and how every paragraph looks. The library's own template is American and Japanese."""
    page, plain = document.sections[0], cast("ParagraphStyle", document.styles["Normal"])
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = Mm(32), Mm(27), Mm(30), Mm(27)
    _number_pages(page.footer.paragraphs[0])
    plain.font.name, plain.font.size = LATIN, SIZE
    plain.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
    plain.element.rPr.append(_element("w:lang", "w:eastAsia", "zh-CN"))
    looks = plain.paragraph_format
    looks.space_after, looks.line_spacing, looks.line_spacing_rule = Pt(6), Pt(21), WD_LINE_SPACING.AT_LEAST


def _number_pages(foot: Paragraph) -> None:
    """As the printed letter has them: — 1 —."""
    foot.alignment = SIDE.CENTER
    foot.add_run("— ").element.addnext(_element("w:fldSimple", "w:instr", "PAGE"))
    foot.add_run(" —")


def _element(name: str, attribute: str, value: str) -> Any:
    made = OxmlElement(name)
    made.set(qn(attribute), value)
    return made


def _add(document: Word, text: str, side: SIDE) -> Paragraph:
    paragraph = document.add_paragraph(clean(text))
    paragraph.alignment = side
    return paragraph
