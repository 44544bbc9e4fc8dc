"""The Word file of an answer: what it says, how it looks to who writes on in it, and what it does not tell."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from villages.paper.letters import Letter
from villages.paper.word import as_docx

pytestmark = pytest.mark.glass
STAMP = datetime(2026, 11, 20, 4, tzinfo=UTC)
TEXTS = ("示例：", "灯泡明天\x0b就换。")  # Word's own line break, which no Word file may hold as it is
LETTER = Letter("关于路灯的答复", "2026 0001", TEXTS, "示例镇人民政府", "2026年11月20日", "草稿")


@pytest.fixture(scope="module")
def file():
    return as_docx(LETTER, stamp=STAMP)


@pytest.fixture(scope="module")
def document(file):
    return Document(io.BytesIO(file))


def test_it_says_what_the_letter_says_in_its_order(document):
    assert [each.text for each in document.paragraphs] == [
        "草稿", "关于路灯的答复", "编号：2026 0001", "示例：", "灯泡明天就换。", "示例镇人民政府", "2026年11月20日",
    ]  # fmt: skip
    assert document.paragraphs[3].paragraph_format.first_line_indent is None
    assert document.paragraphs[4].paragraph_format.first_line_indent.pt == 28


def test_it_is_a4_in_a_chinese_face_and_counts_its_pages(document):
    page, plain = document.sections[0], document.styles["Normal"].element.rPr
    assert (round(page.page_width / Mm(1)), round(page.page_height / Mm(1))) == (210, 297)
    assert round(page.left_margin / Mm(1)) == 27
    assert (plain.rFonts.get(qn("w:eastAsia")), plain.find(qn("w:lang")).get(qn("w:eastAsia"))) == ("仿宋", "zh-CN")
    foot = page.footer.paragraphs[0]
    assert [each.tag.rsplit("}")[1] for each in foot._p] == ["pPr", "r", "fldSimple", "r"]  # noqa: SLF001
    assert foot.text == "—  —"


def test_nothing_in_it_tells_who_made_it(file, document):
    known = document.core_properties
    assert (known.author, known.last_modified_by, known.comments, known.title) == ("", "", "", LETTER.title)
    assert known.created.replace(tzinfo=UTC) == STAMP
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        assert b"python-docx" not in package.read("docProps/core.xml")
