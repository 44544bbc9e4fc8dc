"""What looks like a flood is kept back; nobody is refused for good, whoever else sits behind the same address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOON
from villages.intake import flooding
from villages.intake.flooding import FIRST_WAIT, LONGEST_WAIT, NETWORK, PLACE, TEXT, Arrival, Pace, weigh

MINUTE = timedelta(minutes=1)
KEPT, TAKEN = True, False


def arrival(number=0, *, network="203.0.113.9", about="410999100201", age=MINUTE, at=NOON, **more):
    return Arrival(network, about, f"第 {number} 件事", at - age, **more)


def kept(session, found, *, at=NOON):
    """Whether a form is kept back."""
    return weigh(session, found, at=at).is_held


def flood(session, count, *, first=0, at=NOON, **more):
    return [kept(session, arrival(first + n, at=at, **more), at=at) for n in range(count)]


def test_many_people_behind_one_address_are_taken_and_only_what_is_too_much_is_kept_back(office):
    with office.transaction() as session:
        verdicts = [kept(session, arrival(n, about=f"41099910{n:04}")) for n in range(NETWORK.most + 3)]
        assert verdicts == [TAKEN] * NETWORK.most + [KEPT] * 3
        assert kept(session, arrival(99, network="198.51.100.7", about="")) == TAKEN
        later = NOON + 3 * NETWORK.forgets_one_in
        assert kept(session, arrival(100, about="", at=later), at=later) == KEPT
        later = NOON + 8 * NETWORK.forgets_one_in
        assert kept(session, arrival(101, about="", at=later), at=later) == TAKEN


def test_a_steady_stream_never_fills_a_count(office):
    with office.transaction() as session:
        moments = [NOON + n * NETWORK.forgets_one_in for n in range(2 * NETWORK.most)]
        assert {kept(session, arrival(n, about="", at=at), at=at) for n, at in enumerate(moments)} == {TAKEN}


def test_a_place_that_many_write_about_from_everywhere_is_looked_at(office):
    with office.transaction() as session:
        sent = [kept(session, arrival(n, network=f"203.0.113.{n}")) for n in range(PLACE.most + 1)]
        assert sent == [TAKEN] * PLACE.most + [KEPT]
        elsewhere = arrival(98, network="203.0.113.98", about="410999100202")
        assert kept(session, elsewhere) == TAKEN


def test_the_same_words_again_and_again_are_kept_back(office):
    with office.transaction() as session:
        same = [kept(session, arrival(7, network=f"203.0.113.{n}", about="")) for n in range(TEXT.most + 1)]
        assert same == [TAKEN] * TEXT.most + [KEPT]


@pytest.mark.parametrize("given", [{"age": timedelta(seconds=1)}, {"is_trapped": True}])
def test_what_no_person_does_is_kept_back(office, given, patient):
    patient(0)
    with office.transaction() as session:
        assert kept(session, arrival(**given)) == KEPT
        assert kept(session, Arrival("203.0.113.9", "", "", None)) == KEPT


@pytest.fixture
def small(monkeypatch):
    """Paces at which a flood takes few forms: four from one network, of which one is forgotten every half minute."""
    monkeypatch.setattr(flooding, "NETWORK", Pace(4, timedelta(seconds=30), fullest=80, waits_from=20))
    monkeypatch.setattr(flooding, "PLACE", Pace(3, timedelta(minutes=2), fullest=9))


@pytest.mark.usefixtures("small")
def test_in_a_great_flood_a_form_must_be_older_and_whoever_took_their_time_still_gets_through(office):
    with office.transaction() as session:
        flood(session, 20, age=LONGEST_WAIT)
        young = timedelta(seconds=5)
        assert weigh(session, arrival(1000, age=young), at=NOON).until == NOON - young + FIRST_WAIT
        flood(session, 60, first=20, age=LONGEST_WAIT)
        assert weigh(session, arrival(1000, age=young), at=NOON).until == NOON - young + LONGEST_WAIT
        assert kept(session, arrival(1001, age=LONGEST_WAIT)) == KEPT
        after = NOON + LONGEST_WAIT
        assert weigh(session, arrival(1000, age=LONGEST_WAIT, at=after), at=after).until is None
        elsewhere = arrival(1002, network="2001:db8:1::5", about="", age=young)
        assert kept(session, elsewhere) == TAKEN


@pytest.mark.usefixtures("small")
def test_a_flood_is_over_some_time_later(office):
    with office.transaction() as session:
        flood(session, 90, age=LONGEST_WAIT)
        later = NOON + 80 * timedelta(seconds=30)
        assert kept(session, arrival(2000, at=later), at=later) == TAKEN
