"""The rank test itself: it sees a shift, and one time in a hundred it sees one where there is none."""

from random import Random

from tests.soak.ranks import LEVEL, likeness


def test_a_small_shift_is_seen_and_chance_is_not():
    chance = Random(1)  # noqa: S311 - the same samples each time
    seen, alarms = 0, 0
    for _ in range(100):
        first, second = ([chance.expovariate(1) for _ in range(200)] for _ in range(2))
        alarms += likeness(first, second) < LEVEL
        seen += likeness(first, [value + 0.35 for value in second]) < LEVEL
    assert alarms <= 4
    assert seen >= 95


def test_ties_and_trifles():
    assert likeness([], [1.0]) == 1.0
    assert likeness([1.0, 1.0], [1.0]) == 1.0
    # Five values against five, all smaller: u = 0, z = 2.611.
    assert round(likeness([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 4) == 0.009
