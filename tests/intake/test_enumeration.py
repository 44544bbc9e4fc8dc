"""A short attack: what somebody who guesses sees of real and of invented names and numbers. The long one is a soak."""

import pytest

from tests import applications
from tests.intake.attack import PROXIED, Attack, is_hit

NETWORKS = [f"203.0.113.{at}" for at in range(1, 3)]


@pytest.fixture
def attack(small_county, make_settings):
    with applications.running(make_settings(small_county, **PROXIED)) as app:
        yield Attack(app, count=8)


@pytest.mark.parametrize(("door", "owners"), [("at_names", "people"), ("at_codes", "cases")])
def test_guessing_finds_nothing_and_tells_nothing_and_the_owners_get_in(attack, door, owners):
    told = list(getattr(attack, door)(120, NETWORKS))
    real, invented = ([each for each in told if each.is_real is kind] for kind in (True, False))
    assert {each.answer for each in real} == {each.answer for each in invented}
    assert {each.status for each in real} == {each.status for each in invented}
    looked = [each for each in told if not each.waits]
    assert 0 < len(looked) < 120
    assert not any(each.hits for each in told)
    ask = attack.ask if owners == "people" else attack.find
    for at, (name, secret) in enumerate(getattr(attack, owners).items()):
        assert is_hit(*ask(f"198.51.100.{at + 1}", name, secret))
