"""Sheets say what they must, in the right size and place, and never spill over."""

from dataclasses import replace
from datetime import datetime

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.paper.sheet_samples import (
    LAYOUTS,
    LONG_NAME,
    Box,
    code_boxes,
    decoded,
    glyphs,
    label,
    label_box,
    labels,
    paths,
    sheet,
    texts,
)
from villages.paper.errors import PaperError
from villages.paper.pages import pages_of

EVERY_LAYOUT = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
STICKERS = LAYOUTS["sticker-a4-3x7"]
DOOR = LAYOUTS["door-a4"]
WALL = LAYOUTS["wall-a3"]


@EVERY_LAYOUT
@pytest.mark.parametrize("test", [False, True])
def test_every_code_reads_as_its_address(layout, test):
    chosen = labels(layout.labels_per_page)
    assert {code.text for code in decoded(sheet(layout, chosen, test=test))} == {each.url for each in chosen}


@EVERY_LAYOUT
def test_codes_are_printed_as_wide_as_the_layout_says(layout):
    boxes = code_boxes(sheet(layout, labels(layout.labels_per_page)))
    assert len(boxes) == layout.labels_per_page
    for box in boxes:
        assert box.right - box.left == pytest.approx(layout.code_mm, abs=0.05)
        assert box.bottom - box.top == pytest.approx(layout.code_mm, abs=0.05)


@EVERY_LAYOUT
def test_codes_measure_right_in_pixels_too(layout):
    code = decoded(sheet(layout, labels(1)), dpi=600)[0].position
    width_mm = (code.top_right.x - code.top_left.x) / 600 * 25.4
    assert width_mm == pytest.approx(layout.code_mm, abs=0.2)


@pytest.mark.parametrize("address", ["https://a.cn/v/", "https://www.nanle.gov.cn/v/", f"https://{'long-' * 9}.cn/v/"])
def test_codes_of_short_and_long_addresses_are_equally_wide(address):
    (box,) = code_boxes(sheet(DOOR, [label(url=address + "12345678")]))
    assert box.right - box.left == pytest.approx(DOOR.code_mm, abs=0.05)


@EVERY_LAYOUT
@pytest.mark.parametrize("test", [False, True])
def test_nothing_lies_in_a_code_s_quiet_zone(layout, test):
    pdf = sheet(layout, labels(layout.labels_per_page), test=test, cut_lines=False)
    quiet = 4 * layout.code_mm / 37 - 0.05
    codes = code_boxes(pdf)
    ink = [box for box in [*(box for _, box in glyphs(pdf)), *(box for _, box in paths(pdf))] if box not in codes]
    for code in codes:
        around = Box(code.left - quiet, code.top - quiet, code.right + quiet, code.bottom + quiet)
        assert not [box for box in ink if around.meets(box) and not box.holds(around)]


@pytest.mark.parametrize(
    "text",
    [
        *("西邵集村", "西邵乡", "南乐县", "12345678", "www.nanle.gov.cn", "查信息", "知村事", "能办事", "能监督"),
        *("不收钱·不用登录·不要验证码", "先核对网址", "到乡镇便民服务大厅查", "www.nanle.gov.cn/msgk/v/12345678"),
    ],
)
def test_a_door_plate_says_what_it_must(text):
    chosen = [label(number="12345678", url="https://www.nanle.gov.cn/msgk/v/12345678")]
    assert text in texts(sheet(DOOR, chosen))[0]


def test_a_number_is_printed_in_groups_of_four():
    page = pypdfium2.PdfDocument(sheet(DOOR, [label(number="12345678")]))[0]
    assert "1234 5678" in page.get_textpage().get_text_range()


def test_an_address_without_https_is_printed_whole():
    assert "http://127.0.0.1:8000/v/12345678" in texts(sheet(DOOR, [label(url="http://127.0.0.1:8000/v/12345678")]))[0]


def test_a_sticker_says_names_number_and_domain_only():
    (text,) = texts(sheet(STICKERS, [label()]))
    assert text == "西邵集村南乐县西邵乡10000000www.nanle.gov.cn"


def test_a_poster_says_the_common_text_once():
    (text,) = texts(sheet(WALL, labels(41)))
    for once in ("查信息", "不要验证码", "先核对网址", "www.nanle.gov.cn/msgk/v/", "到乡镇便民服务大厅查", "西邵乡"):
        assert text.count(once) == 1
    assert text.count("西邵集村") == 41


@EVERY_LAYOUT
def test_a_test_says_so_on_every_page(layout):
    chosen = [*labels(30), *labels(30, township="福堪镇")]
    assert all("测试，勿张贴" in text for text in texts(sheet(layout, chosen, test=True)))


def test_every_test_sticker_says_so_for_they_get_cut_apart():
    assert texts(sheet(STICKERS, labels(21), test=True))[0].count("测试，勿张贴") == 21


@EVERY_LAYOUT
def test_what_is_not_a_test_does_not_say_so(layout):
    assert "测试" not in "".join(texts(sheet(layout, labels(2))))


@EVERY_LAYOUT
@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize("village", ["谷村", LONG_NAME, LONG_NAME * 2, "ABCDEFGHIJKLMNOPQRST1234567890"])
def test_names_of_any_length_stay_within_their_label(layout, village, test):
    chosen = [label(village=village, township=village[:20], county="新疆维吾尔自治区直辖县级行政区划")]
    (page,) = pages_of(layout, chosen)
    paper = Box(0, 0, layout.paper_width_mm, layout.paper_height_mm)
    allowed = paper if layout.template == "wall" else label_box(page.layout, 0)
    spilt = [sign for sign, box in glyphs(sheet(layout, chosen, test=test)) if not allowed.holds(box)]
    assert spilt == []


def test_long_names_on_a_poster_stay_within_their_cells():
    (page,) = pages_of(WALL, labels(42, village=LONG_NAME, township="镇"))
    cells = [label_box(page.layout, place) for place in range(42)]
    for sign, box in glyphs(sheet(WALL, labels(42, village=LONG_NAME, township="镇"))):
        if sign in "疆兵团":
            assert any(cell.holds(box) for cell in cells)


@pytest.mark.parametrize(
    ("layout", "least_mm"), [(DOOR, 13), (STICKERS, 2.2), (WALL, 8)], ids=["door", "sticker", "wall"]
)
def test_the_longest_real_name_can_still_be_read(layout, least_mm):
    heights = [box.bottom - box.top for sign, box in glyphs(sheet(layout, [label(village=LONG_NAME)])) if sign == "疆"]
    assert max(heights) > least_mm * 0.8


def test_a_skip_leaves_places_free_on_the_first_sheet_only():
    pdf = sheet(STICKERS, labels(22), skip=19)
    assert [len(code_boxes(pdf, page)) for page in range(2)] == [2, 20]
    assert label_box(STICKERS, 19).holds(code_boxes(pdf)[0])


@EVERY_LAYOUT
def test_a_shift_moves_everything(layout):
    straight, shifted = (paths(sheet(layout, labels(2), shift_mm=shift)) for shift in ((0, 0), (1.5, -2)))
    assert len(straight) == len(shifted) > 1
    for (_, before), (_, after) in zip(straight, shifted, strict=True):
        assert after.left - before.left == pytest.approx(1.5, abs=0.01)
        assert after.top - before.top == pytest.approx(-2, abs=0.01)


@pytest.mark.parametrize(("cut_lines", "lines"), [(None, 14), (True, 14), (False, 0)])
def test_cut_lines_come_as_the_layout_or_the_caller_says(cut_lines, lines):
    thin = [box for _, box in paths(sheet(STICKERS, labels(21), cut_lines=cut_lines)) if _is_line(box)]
    assert len(thin) == lines


def _is_line(box):
    return min(box.right - box.left, box.bottom - box.top) < 0.3 and max(box.right, box.bottom) > 100


@EVERY_LAYOUT
def test_the_same_input_gives_the_same_bytes(layout):
    assert sheet(layout, labels(5)) == sheet(layout, labels(5))


def test_the_document_is_tagged_and_says_its_title_and_language():
    pdf = sheet(DOOR, labels(1), title="福堪镇 码牌")
    document = pypdfium2.PdfDocument(pdf)
    assert pdfium.FPDFCatalog_IsTagged(document)
    assert document.get_metadata_value("Title") == "福堪镇 码牌"
    assert document.get_metadata_value("CreationDate") == "D:20261124010000Z"
    assert b"/Lang(zh-CN)" in pdf


def test_a_character_that_the_font_lacks_stops_the_job_with_its_name():
    with pytest.raises(PaperError, match="“𡌶”"):
        sheet(DOOR, [label(village="𡌶村")])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"shift_mm": (0, 21)}, "偏移量"),
        ({"shift_mm": (float("nan"), 0)}, "偏移量"),
        ({"help_text": "问" * 81}, "请缩短"),
        ({"skip": 1}, "跳过"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_words(changes, says):
    with pytest.raises(PaperError, match=says):
        sheet(DOOR, labels(1), **changes)


def test_nothing_to_print_is_refused():
    with pytest.raises(PaperError, match="没有要印的码牌"):
        sheet(DOOR, [])


def test_a_name_beyond_all_measure_is_refused():
    with pytest.raises(PaperError, match="请改用简称"):
        sheet(DOOR, [label(village="村" * 41)])


def test_a_code_that_does_not_fit_its_label_is_refused():
    with pytest.raises(PaperError, match="码号 10000000"):
        sheet(replace(STICKERS, code_mm=38), labels(1))


def test_a_moment_without_its_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        sheet(DOOR, labels(1), stamp=datetime(2026, 11, 24))  # noqa: DTZ001 - the mistake itself
