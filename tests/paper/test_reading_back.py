"""No sheet leaves unless every code on it was read, and nothing else."""

from dataclasses import replace

import pytest

from tests.paper.sheet_samples import LAYOUTS, label, labels, sheet
from villages.paper.errors import PaperError
from villages.paper.pages import pages_of
from villages.paper.readback import Reading, read_back

EVERY_LAYOUT = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
STICKERS = LAYOUTS["sticker-a4-3x7"]


@EVERY_LAYOUT
@pytest.mark.parametrize("test", [False, True])
def test_what_was_composed_is_read_back_whole(layout, test):
    chosen = [*labels(41), *(label(each, township="福堪镇") for each in range(41, 60))]
    reading = read_back(sheet(layout, chosen, test=test), pages_of(layout, chosen))
    assert reading.codes == 60
    assert reading.module_mm == pytest.approx(layout.code_mm / 37, rel=0.01)
    assert reading.distance_mm == pytest.approx(layout.code_mm * 10, rel=0.01)
    assert not reading.is_small


@pytest.mark.parametrize("changes", [{"skip": 9}, {"shift_mm": (2, -3)}, {"cut_lines": True}, {"cut_lines": False}])
def test_part_used_and_shifted_sheets_are_read_back_too(changes):
    pages = pages_of(STICKERS, labels(30), changes.get("skip", 0))
    assert read_back(sheet(STICKERS, labels(30), **changes), pages).codes == 30


def test_progress_is_told_page_by_page():
    told = []
    read_back(sheet(STICKERS, labels(50)), pages_of(STICKERS, labels(50)), progress=lambda *page: told.append(page))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_wrong_code_is_refused_with_its_page_and_number():
    printed, wanted = labels(30), labels(30)
    wanted[25] = label(99)
    with pytest.raises(PaperError, match=r"第 2 页码号 10000099 .*没有读出；读出了不该有的二维码 .*10000025"):
        read_back(sheet(STICKERS, printed), pages_of(STICKERS, wanted))


def test_a_code_printed_twice_is_refused():
    with pytest.raises(PaperError, match="不该有的二维码"):
        read_back(sheet(STICKERS, [*labels(2), label(1)]), [replace(pages_of(STICKERS, labels(2))[0])])


def test_a_code_off_the_paper_is_refused():
    far = replace(STICKERS, margin_left_mm=-20)
    with pytest.raises(PaperError, match="码号 10000000 的二维码没有读出"):
        read_back(sheet(far, labels(1)), pages_of(far, labels(1)))


def test_a_page_too_many_is_refused():
    with pytest.raises(PaperError, match="有 2 页，应有 1 页"):
        read_back(sheet(STICKERS, labels(22)), pages_of(STICKERS, labels(21)))


def test_a_code_of_the_wrong_size_is_refused():
    with pytest.raises(PaperError, match=r"宽 29\.\d 毫米，应是 27 毫米"):
        read_back(sheet(STICKERS, labels(1)), pages_of(replace(STICKERS, code_mm=27), labels(1)))


def test_another_reading_is_possible_after_a_refusal():
    with pytest.raises(PaperError) as refusal:
        read_back(sheet(STICKERS, labels(1)), pages_of(STICKERS, labels(2)))
    assert read_back(sheet(STICKERS, labels(2)), pages_of(STICKERS, labels(2))).codes == 2
    assert refusal.value


@pytest.mark.parametrize(("module_mm", "is_small"), [(0.8, False), (0.799, False), (0.79, True)])
def test_small_modules_are_warned_about(module_mm, is_small):
    assert Reading(pages=1, codes=1, module_mm=module_mm, code_mm=30).is_small is is_small
