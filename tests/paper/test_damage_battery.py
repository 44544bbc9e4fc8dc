"""The battery of bench/damage is repeatable and fair; how codes fare in it is the bench's business."""

import pytest

from bench.damage.battery import photograph
from bench.damage.codes import OURS, PRINT, SIZES_MM, USUAL, address, draw, print_width, rows, sample_numbers
from bench.damage.decoders import zxing
from bench.damage.scene import ALL, SEVERITIES

NUMBER = sample_numbers(1, seed=1)[0]
TEXT = address(NUMBER)


@pytest.mark.parametrize("kind", ALL)
def test_same_seed_same_photograph(kind):
    first, again, other = (photograph(TEXT, OURS, kind, 2, seed).tobytes() for seed in ("a", "a", "b"))
    assert first == again != other


@pytest.mark.parametrize("kind", ALL)
def test_severity_0_is_the_clean_code(kind):
    assert photograph(TEXT, OURS, kind, 0, "a").tobytes() == draw(TEXT, OURS).tobytes()


def test_every_kind_has_every_severity_and_each_is_different():
    for ladder in ALL.values():
        assert len(set(ladder)) == SEVERITIES


@pytest.mark.parametrize("size", SIZES_MM)
def test_clean_codes_are_read(size):
    for number in sample_numbers(5, seed=2):
        assert zxing(draw(address(number), OURS, print_width(size))) == {address(number)}


def test_both_codes_are_printed_equally_wide_and_hit_by_the_same_damage():
    assert draw(TEXT, OURS).size == draw(TEXT, USUAL).size == (PRINT, PRINT)
    assert len(rows(TEXT, OURS)) > len(rows(TEXT, USUAL))
    assert photograph(TEXT, OURS, "tear", 4, "a").size == photograph(TEXT, USUAL, "tear", 4, "a").size
