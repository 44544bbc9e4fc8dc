"""Which label lies where."""

import pytest

from tests.paper.sheet_samples import LAYOUTS, label, labels
from villages.paper.errors import PaperError
from villages.paper.pages import pages_of, spread

STICKERS = LAYOUTS["sticker-a4-3x7"]
WALL = LAYOUTS["wall-a3"]


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (21, [21]), (22, [21, 1]), (50, [21, 21, 8])])
def test_labels_fill_sheet_after_sheet(count, sizes):
    assert [len(page.labels) for page in pages_of(STICKERS, labels(count))] == sizes


@pytest.mark.parametrize(("skip", "sizes"), [(0, [21, 9]), (5, [16, 14]), (20, [1, 21, 8])])
def test_only_the_first_sheet_was_used_before(skip, sizes):
    pages = pages_of(STICKERS, labels(30), skip)
    assert [len(page.labels) for page in pages] == sizes
    assert [page.first for page in pages] == [skip] + [0] * (len(pages) - 1)


def test_skipped_places_stay_free():
    left, top, _ = next(pages_of(STICKERS, labels(1), 4)[0].places())
    assert (left, top) == STICKERS.place(4)


@pytest.mark.parametrize(
    ("name", "skip"), [("sticker-a4-3x7", 21), ("sticker-a4-3x7", -1), ("door-a4", 1), ("wall-a3", 1)]
)
def test_an_impossible_skip_is_refused(name, skip):
    with pytest.raises(PaperError, match="跳过的格数"):
        pages_of(LAYOUTS[name], labels(1), skip)


def test_every_label_is_on_exactly_one_page():
    pages = pages_of(STICKERS, labels(47), 3)
    assert [each.number for page in pages for each in page.labels] == [each.number for each in labels(47)]


def test_each_cut_line_is_drawn_once():
    (page,) = pages_of(STICKERS, labels(21))
    lines = page.lines()
    assert len(lines) == len(set(lines)) == 6 + 8  # both edges of three columns; seven rows touch


def test_cut_lines_enclose_what_is_printed_and_no_more():
    (page,) = pages_of(STICKERS, labels(2), 3)
    assert {y for _, y, _, _ in page.lines()} == {53.25, 91.35}


def test_a_label_as_large_as_its_paper_needs_no_cut():
    (page,) = pages_of(LAYOUTS["door-a4"], labels(1))
    assert page.lines() == []


def test_every_township_gets_its_own_poster():
    chosen = [
        label(0),
        label(1, township="福堪镇"),
        label(2, township="福堪镇"),
        label(3, county="清丰县", township="福堪镇"),
    ]
    assert [len(page.labels) for page in pages_of(WALL, chosen)] == [1, 2, 1]


@pytest.mark.parametrize(("count", "sizes"), [(18, [18]), (41, [41]), (42, [42]), (43, [42, 1])])
def test_a_poster_takes_the_largest_township_and_goes_on_when_full(count, sizes):
    assert [len(page.labels) for page in pages_of(WALL, labels(count))] == sizes


@pytest.mark.parametrize("count", [1, 2, 7, 18, 25, 41, 42])
def test_a_poster_of_few_villages_gives_each_more_room_but_the_same_code(count):
    wide = spread(WALL, count)
    assert wide.labels_per_page >= count
    assert wide.code_mm == WALL.code_mm
    assert wide.columns * wide.pitch_x_mm == pytest.approx(WALL.columns * WALL.pitch_x_mm)
    assert wide.rows * wide.pitch_y_mm == pytest.approx(WALL.rows * WALL.pitch_y_mm)
    assert wide.pitch_x_mm >= WALL.pitch_x_mm
    assert wide.pitch_y_mm >= WALL.pitch_y_mm
