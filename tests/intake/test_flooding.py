"""What looks like a flood is kept back; nobody is refused for good, whoever else sits behind the same address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOON
from villages.intake.flooding import LONGEST_WAIT, NETWORK, PLACE, TEXT, Arrival, Verdict, weigh

MINUTE = timedelta(minutes=1)
KEPT, TAKEN = Verdict(is_held=True), Verdict(is_held=False)


def arrival(number=0, *, network="203.0.113.9", about="410999100201", age=MINUTE, at=NOON, **more):
    return Arrival(network, about, f"第 {number} 件事", at - age, **more)


def flood(session, count, *, first=0, at=NOON, **more):
    return [weigh(session, arrival(first + n, at=at, **more), at=at) for n in range(count)]


def test_many_people_behind_one_address_are_taken_and_only_what_is_too_much_is_kept_back(office):
    with office.transaction() as session:
        verdicts = [weigh(session, arrival(n, about=f"41099910{n:04}"), at=NOON) for n in range(NETWORK.most + 3)]
        assert verdicts == [TAKEN] * NETWORK.most + [KEPT] * 3
        assert weigh(session, arrival(99, network="198.51.100.7", about=""), at=NOON) == TAKEN
        later = NOON + 3 * NETWORK.forgets_one_in
        assert weigh(session, arrival(100, about="", at=later), at=later) == KEPT
        later = NOON + 8 * NETWORK.forgets_one_in
        assert weigh(session, arrival(101, about="", at=later), at=later) == TAKEN


def test_a_steady_stream_never_fills_a_count(office):
    with office.transaction() as session:
        moments = [NOON + n * NETWORK.forgets_one_in for n in range(2 * NETWORK.most)]
        assert {weigh(session, arrival(n, about="", at=at), at=at) for n, at in enumerate(moments)} == {TAKEN}


def test_a_place_that_many_write_about_from_everywhere_is_looked_at(office):
    with office.transaction() as session:
        sent = [weigh(session, arrival(n, network=f"203.0.113.{n}"), at=NOON) for n in range(PLACE.most + 1)]
        assert sent == [TAKEN] * PLACE.most + [KEPT]
        elsewhere = arrival(98, network="203.0.113.98", about="410999100202")
        assert weigh(session, elsewhere, at=NOON) == TAKEN


def test_the_same_words_again_and_again_are_kept_back(office):
    with office.transaction() as session:
        same = [weigh(session, arrival(7, network=f"203.0.113.{n}", about=""), at=NOON) for n in range(TEXT.most + 1)]
        assert same == [TAKEN] * TEXT.most + [KEPT]


@pytest.mark.parametrize("given", [{"age": timedelta(seconds=1)}, {"is_trapped": True}])
def test_what_no_person_does_is_kept_back(office, given, patient):
    patient(0)
    with office.transaction() as session:
        assert weigh(session, arrival(**given), at=NOON) == KEPT
        assert weigh(session, Arrival("203.0.113.9", "", "", None), at=NOON) == KEPT


def test_in_a_great_flood_a_form_must_be_older_and_whoever_took_their_time_still_gets_through(office):
    with office.transaction() as session:
        flood(session, 3 * NETWORK.most, age=LONGEST_WAIT)
        new = weigh(session, arrival(1000, age=timedelta(seconds=5)), at=NOON)
        assert new.until == NOON - timedelta(seconds=5) + LONGEST_WAIT
        assert weigh(session, arrival(1001, age=LONGEST_WAIT), at=NOON) == KEPT
        after = NOON + LONGEST_WAIT
        assert weigh(session, arrival(1000, age=LONGEST_WAIT, at=after), at=after).until is None
        elsewhere = arrival(1002, network="2001:db8:1::5", about="", age=timedelta(seconds=5))
        assert weigh(session, elsewhere, at=NOON) == TAKEN


def test_a_flood_is_over_some_hours_later(office):
    with office.transaction() as session:
        flood(session, 3 * NETWORK.most + 9, age=LONGEST_WAIT)
        later = NOON + timedelta(hours=3)
        assert weigh(session, arrival(2000, at=later), at=later) == TAKEN
