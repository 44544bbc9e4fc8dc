"""What a browser tells, and percentiles of it."""

from itertools import pairwise
from random import Random

import pytest

from villages.visits.speeds import BOUNDS, FAST_MS, LONGEST_TELLING, MEASURES, PAGES, marks_of, percentile


def test_a_telling_is_counted_in_steps():
    assert marks_of("item,201,640,1300") == [("item", "first", 240), ("item", "paint", 670), ("item", "load", 1300)]


def test_a_browser_that_does_not_know_when_it_painted_tells_the_rest():
    assert marks_of("scan,50,,60000") == [("scan", "first", 50), ("scan", "load", 60000)]


@pytest.mark.parametrize(
    "telling",
    [
        "", "item", "item,1,2", "item,1,2,3,4", "item,-1,2,3", "item,1,2,60001", "item,9,,8", "item,1.5,2,3",
        "item,1,99999,3", "nothing,1,2,3", "/items/7,1,2,3", "item,１,2,3", "item,1,2,3\n", "item,1,2,NaN", "item,,2,3",
        "item,1,2,", "\x00,1,2,3",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_counted(telling):
    assert marks_of(telling) == []


def test_every_telling_fits():
    for page in PAGES:
        assert marks_of(f"{page},10000,60000,60000")
        assert len(f"{page},10000,60000,60000") < LONGEST_TELLING
        assert len(page) <= 8


def test_steps_are_small_and_the_judged_times_are_among_them():
    assert all(second <= first * 1.25 for first, second in pairwise(BOUNDS))
    assert set(FAST_MS) == set(MEASURES)
    assert {ms for pair in FAST_MS.values() for ms in pair} <= set(BOUNDS)


def test_a_percentile_is_the_first_step_that_reaches_it():
    draw = Random(1)  # noqa: S311 - the same on every run
    times = sorted(draw.randint(1, 60_000) for _ in range(999))
    counts = {}
    for ms in times:
        (_, _, bound) = marks_of(f"item,0,,{ms}")[1]
        counts[bound] = counts.get(bound, 0) + 1
    for percent in (50, 75, 95, 100):
        true = times[-(-999 * percent // 100) - 1]
        assert true <= percentile(counts, percent) <= max(true * 1.25, 50)
    assert percentile({}, 75) == 0
