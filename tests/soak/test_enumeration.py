"""10 000 guesses at codes and at last fours, from twenty networks, by somebody who knows numbers and names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests import applications
from tests.intake.attack import PROXIED, Attack, Told, is_hit
from tests.intake.conftest import TEMPLATE, fill
from tests.soak.ranks import LEVEL, likeness

GUESSES, OWNERS = 10_000, 100
NETWORKS = [f"203.0.113.{at}" for at in range(1, 21)]
pytestmark = pytest.mark.soak


@pytest.fixture
def attack(databases, make_settings):
    databases.make(TEMPLATE, fill)
    with applications.running(make_settings(TEMPLATE, **PROXIED)) as app:
        yield Attack(app, count=OWNERS)


@pytest.mark.parametrize(("door", "owners"), [("at_names", "people"), ("at_codes", "cases")])
def test_ten_thousand_guesses_find_nothing_and_tell_nothing(attack, door, owners):
    told = list(getattr(attack, door)(GUESSES, NETWORKS))
    looked = [each for each in told if not each.waits]
    assert not [each for each in told if each.hits]
    for name, some in (("looked at", looked), ("told to wait", [each for each in told if each.waits])):
        assert alike(some) > LEVEL / 2, name  # two comparisons a door
    ask = attack.ask if owners == "people" else attack.find
    opened = [ask(f"198.51.{at % 250}.{at + 1}", *pair) for at, pair in enumerate(getattr(attack, owners).items())]
    assert all(is_hit(*each) for each in opened)


def alike(told: Sequence[Told]) -> float:
    """Real and invented targets are answered in the same words and sizes; how alike the times are."""
    real, invented = ([each for each in told if each.is_real is kind] for kind in (True, False))
    assert {(each.status, each.answer) for each in real} == {(each.status, each.answer) for each in invented}
    found = likeness([each.seconds for each in real], [each.seconds for each in invented])
    middle = sorted(each.seconds for each in told)[len(told) // 2] * 1000
    print(f"{len(told)} guesses, {middle:.1f} ms in the middle: p = {found:.3f}")  # noqa: T201 - a soak reports
    return found
