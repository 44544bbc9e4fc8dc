"""The notice-board sheet says what the item says, in type that is read standing, and its code leads back."""

from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.paper.sheet_samples import decoded
from villages.paper import notices
from villages.paper.errors import PaperError
from villages.paper.notices import Notice, Part, compose

STAMP = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
URL = "https://www.county.gov.cn/msgk/items/123456"
LINES = Part(
    "逐笔账目", labels=("日期", "摘要", "收入"), right=(False, False, True), totals="共 2 条，收入合计 3.00 元。",
    rows=(("2026年9月3日", "机动地承包费", "1.00 元"), ("2026年9月9日", "坑塘租金", "2.00 元")),
)  # fmt: skip
NOTICE = Notice(
    place="西邵乡 西邵集村", title="收支账目", source="2026年9月 西邵集村集体经济组织", url=URL,
    facts=(("本期收入", "3.00 元"),), parts=(LINES, Part("说明", paragraphs=("第一段。", "第二段。"))),
    foot=("公开日期：2026年10月8日", f"网址：{URL}"),
)  # fmt: skip


def words(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(text.split()), len(document)


def test_everything_of_the_item_stands_on_the_sheet():
    text, pages = words(compose(NOTICE, stamp=STAMP))
    assert pages == 1
    for said in (
        "西邵乡西邵集村",
        "收支账目",
        "本期收入3.00元",
        "机动地承包费",
        "坑塘租金2.00元",
        "第二段。",
        "第1页，共1页",
    ):
        assert said in text


def test_the_code_leads_back_to_the_page():
    assert [code.text for code in decoded(compose(NOTICE, stamp=STAMP))] == [URL]


def test_type_is_large_enough_to_be_read_standing():
    written = pypdfium2.PdfDocument(compose(NOTICE, stamp=STAMP))[0].get_textpage()
    marks = [at for at in range(written.count_chars()) if not pdfium.FPDFText_IsGenerated(written, at)]
    sizes = {pdfium.FPDFText_GetFontSize(written, at) for at in marks}
    assert min(sizes) >= 10
    assert max(sizes) >= 26


def test_the_same_notice_gives_the_same_file():
    assert compose(NOTICE, stamp=STAMP) == compose(NOTICE, stamp=STAMP)


def test_a_mark_stands_on_top():
    assert words(compose(replace(NOTICE, mark="测试，勿张贴"), stamp=STAMP))[0].startswith("测试，勿张贴")


def test_a_table_with_many_columns_lies_on_its_side():
    wide = Part("资产", labels=tuple("一二三四五六七八"), rows=(tuple("甲乙丙丁戊己庚辛"),), right=(False,) * 8)
    page = pypdfium2.PdfDocument(compose(replace(NOTICE, parts=(wide,)), stamp=STAMP))[0]
    assert page.get_width() > page.get_height()


def test_what_is_too_long_for_a_wall_is_cut_and_says_so(monkeypatch):
    row = LINES.rows[0]
    long = replace(LINES, rows=(row,) * (notices.MOST_ROWS + 7))
    text, pages = words(compose(replace(NOTICE, parts=(long, Part("说明", paragraphs=("长" * 30_000,)))), stamp=STAMP))
    assert pages > 5
    assert "这里只印了前400行，还有7行，请扫码看全部。" in text
    assert "没有印完，请扫码看全文。" in text


def test_a_long_column_gives_way_before_dates_and_sums():
    row = ("2026年12月30日", "长" * 90, "99,999,999.99 元")
    pdf = compose(replace(NOTICE, parts=(replace(LINES, rows=(row,)),)), stamp=STAMP)
    lines = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().splitlines()
    assert [line for line in lines if row[0] in line]
    assert [line for line in lines if row[2] in line]


def test_a_word_wider_than_its_column_may_break_and_no_other():
    row = ("2026年9月3日", "票号" + "4109" * 20 + " No.123456", "1,234.00 元")
    text = pypdfium2.PdfDocument(compose(replace(NOTICE, parts=(replace(LINES, rows=(row,)),)), stamp=STAMP))[0]
    said = text.get_textpage().get_text_range()
    assert "No.123456" in said
    assert "1,234.00 元" in said
    assert "4109" * 20 in said.replace(notices.BREAK, "").replace("\r\n", "")


@pytest.mark.parametrize("above", range(6))
def test_a_short_row_is_not_cut_by_the_end_of_a_page(above):
    rows = (("2026年9月3日", "一二三四五六七八九十" * 8, "1.00 元"),) * 30
    parts = (Part("说明", paragraphs=("一段。",) * above), replace(LINES, rows=rows))
    document = pypdfium2.PdfDocument(compose(replace(NOTICE, parts=parts), stamp=STAMP))
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    assert len(texts) > 1
    assert all(text.count("一二三四五六七八九十") == 8 * text.count("1.00元") for text in texts)


def test_a_character_that_the_fonts_lack_is_named_and_nothing_is_printed():
    with pytest.raises(PaperError, match="U\\+2A6A5"):
        compose(replace(NOTICE, title="\U0002a6a5"), stamp=STAMP)
