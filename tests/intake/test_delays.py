"""Guessing is slowed down; whoever owns what is guessed at is not."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from tests.factories import NOON
from villages.intake.delays import CODES, FORGOTTEN_AFTER, SUBSIDY, Guess, Waits, forget_guesses
from villages.intake.models import GuessWait
from villages.intake.sealed import GUESS, digest

NUMBER, OTHER = "202612345670", "202612345681"
HERE, THERE = "203.0.113.7", "2001:db8:1:2::5"
SECOND = timedelta(seconds=1)


def guess(session, target=NUMBER, network=HERE, *, at=NOON, is_known=False):
    """A wrong guess, where it is looked at; returns until when the next is not."""
    waits = Waits(session, Guess(target, network, is_known=is_known), at=at)
    if waits.until is None:
        waits.wrong()
    session.flush()
    return waits.until


def test_five_are_free_and_then_each_waits_twice_as_long(begun):
    session, _ = begun
    waits = [guess(session) for _ in range(CODES.pair.free)]
    assert waits == [None] * (CODES.pair.free - 1) + [NOON + CODES.pair.first]
    assert guess(session, at=NOON + CODES.pair.first - SECOND) == NOON + CODES.pair.first
    at, lengths = NOON, []
    for _ in range(7):
        at = guess(session, at=at) or at
        lengths.append(at)
    steps = [later - before for before, later in pairwise(lengths)]
    assert steps[0] == 2 * CODES.pair.first
    assert max(steps) == CODES.pair.longest


def test_what_one_guesses_wrong_keeps_nobody_else_waiting(begun):
    session, _ = begun
    for _ in range(CODES.pair.free):
        guess(session)
    assert guess(session) is not None
    assert guess(session, OTHER) is None
    assert guess(session, network=THERE) is None
    assert guess(session, is_known=True) is None


def test_a_halls_screen_is_a_network_of_its_own(begun):
    session, _ = begun
    for _ in range(CODES.pair.free):
        guess(session, network="machine 7")
    assert guess(session, network="machine 7") is not None
    assert guess(session, network="machine 8") is None


def test_neighbours_of_one_address_in_the_newer_protocol_are_one(begun):
    session, _ = begun
    for n in range(CODES.pair.free):
        guess(session, network=f"2001:db8:1:2::{n:x}")
    assert guess(session, network="2001:db8:1:2:ffff::1") is not None
    assert guess(session, network="2001:db8:1:3::1") is None


def test_one_network_gets_few_guesses_at_many_numbers(begun):
    session, _ = begun
    for n in range(CODES.network.free):
        assert guess(session, f"{n}", at=NOON + n * SECOND) is None or n == CODES.network.free - 1
    assert guess(session, OTHER, at=NOON + CODES.network.free * SECOND) is not None
    assert guess(session, OTHER, THERE) is None


def test_many_networks_at_one_number_get_three_each_and_the_owner_is_looked_at(begun):
    session, _ = begun
    key = digest(session, GUESS, f"target {NUMBER}")  # all but three of as many guesses as raise the alarm
    session.add(GuessWait(key=key, failures=CODES.alarm_at - CODES.alarmed.free, last_at=NOON))
    session.flush()
    for n in range(CODES.alarmed.free):
        guess(session, network=f"198.51.100.{n}")
    for _ in range(CODES.alarmed.free):
        last = guess(session, network="192.0.2.1")
    assert last == NOON + CODES.alarmed.longest
    waits = Waits(session, Guess(NUMBER, "192.0.2.99"), at=NOON)
    assert waits.until is None
    waits.right()
    assert guess(session, is_known=True) is None


def test_to_be_right_forgets_what_was_wrong_about_it(begun):
    session, _ = begun
    for _ in range(CODES.pair.free - 1):
        guess(session)
    Waits(session, Guess(NUMBER, HERE), at=NOON).right()
    session.flush()
    assert guess(session) is None


def test_wrong_guesses_are_forgotten_by_halves(begun):
    session, _ = begun
    for _ in range(CODES.pair.free - 1):
        guess(session)
    assert guess(session, at=NOON + 3 * CODES.pair.halved_every) is None


@pytest.mark.parametrize("early", [SECOND / 1000, timedelta(hours=2)])
def test_a_clock_that_goes_back_hurts_nobody(begun, early):
    session, _ = begun
    guess(session)
    assert guess(session, at=NOON - early) is None


def test_counts_are_kept_no_longer_than_they_slow_and_say_nothing(begun):
    session, _ = begun
    guess(session)
    kept = session.scalars(select(GuessWait.key)).all()
    assert len(kept) == 3
    assert all(len(key) == 64 and NUMBER not in key for key in kept)
    assert forget_guesses(session, NOON + FORGOTTEN_AFTER - SECOND) == 0
    assert forget_guesses(session, NOON + FORGOTTEN_AFTER) == 3
    assert session.scalar(select(func.count()).select_from(GuessWait)) == 0


@pytest.mark.parametrize("paces", [CODES, SUBSIDY], ids=["codes", "subsidy"])
def test_pausing_until_half_are_forgotten_pays_nobody(paces):
    for pace in (paces.pair, paces.alarmed, paces.network):
        assert pace.free / 2 * pace.longest <= pace.halved_every
