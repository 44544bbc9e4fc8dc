"""Calls for help: one at a time, numbers sealed, gone when answered."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.staff import COUNTY, TOWNSHIP
from villages.audit.models import AuditEntry
from villages.core.refusal import Refusal
from villages.machines.actions import MOST_OPEN, answer_help, call_for_help, forget, revoke
from villages.machines.models import HelpCall
from villages.machines.phones import phone_number
from villages.machines.queries import answered_calls_within, call_within, open_calls_within, phone_of
from villages.registry.queries import unit_by_code

PHONE, OTHER = "13800000000", "13900000000"
OTHER_TOWNSHIP = "410923200"


def ring(session, kiosk, phone="", at=NOON, screen="home"):
    return call_for_help(session, kiosk, screen=screen, phone=phone, at=at)


def test_who_rings_again_makes_the_same_call(nanle, paired):
    with nanle.transaction() as session:
        kiosk = paired(session)
        first = ring(session, kiosk)
        assert ring(session, kiosk, at=NOON + timedelta(minutes=3)) is first
        assert first.called_at == NOON
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.act == "help.call")).all()) == 1


def test_a_number_comes_to_the_call_that_is_open(nanle, paired):
    with nanle.transaction() as session:
        kiosk = paired(session)
        first = ring(session, kiosk)
        assert ring(session, kiosk, PHONE) is first
        assert ring(session, kiosk) is first
        assert phone_of(session, first) == PHONE


def test_a_second_number_is_a_call_of_its_own_and_takes_nothing_from_the_first(nanle, paired):
    with nanle.transaction() as session:
        kiosk = paired(session)
        first, second = ring(session, kiosk, PHONE), ring(session, kiosk, OTHER)
        assert first is not second
        assert [phone_of(session, call) for call in (first, second)] == [PHONE, OTHER]


def test_too_many_who_wait_are_told_where_to_go(nanle, paired):
    with nanle.transaction() as session:
        kiosk = paired(session)
        for n in range(MOST_OPEN):
            ring(session, kiosk, f"1380000000{n}")
        with pytest.raises(Refusal, match="直接到窗口"):
            ring(session, kiosk, OTHER)
        assert ring(session, kiosk).phone_sealed  # without a number it is one of those that wait


def test_a_number_is_sealed_and_in_no_trace(nanle, paired):
    with nanle.transaction() as session:
        call = ring(session, paired(session), PHONE)
        assert PHONE not in call.phone_sealed
        session.flush()
        assert PHONE not in repr([vars(entry) for entry in session.scalars(select(AuditEntry))])
        call.phone_sealed, other = "", call.phone_sealed
        assert phone_of(session, call) == ""
        moved = ring(session, None, OTHER)
        moved.phone_sealed = other  # sealed for another row
        assert phone_of(session, moved) == ""


def test_an_answer_ends_the_call_and_clears_the_number(nanle, paired):
    with nanle.transaction() as session:
        kiosk = paired(session)
        call = ring(session, kiosk, PHONE)
        answer_help(session, call, by=TESTER, at=NOON + timedelta(minutes=1))
        assert (call.phone_sealed, call.answered_by) == ("", TESTER.name)
        with pytest.raises(Refusal, match="测试员已经应答了"):
            answer_help(session, call, by=TESTER, at=NOON)
        assert ring(session, kiosk) is not call


def test_two_who_answer_at_once_are_not_both_told_to_go(nanle, paired):
    with nanle.transaction() as session:
        number = ring(session, paired(session)).id
    together, outcomes = threading.Barrier(2), []

    def go():
        together.wait()
        try:
            with nanle.transaction() as session:
                answer_help(session, session.get(HelpCall, number), by=TESTER, at=NOON)
            outcomes.append("went")
        except Refusal:
            outcomes.append("refused")

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "went"]


def test_two_taps_at_once_are_one_call(nanle, paired):
    with nanle.transaction() as session:
        machine = paired(session)
    together = threading.Barrier(2)

    def tap():
        together.wait()
        with nanle.transaction() as session:
            ring(session, session.merge(machine, load=False))

    threads = [threading.Thread(target=tap) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with nanle.reading() as session:
        assert len(session.scalars(select(HelpCall)).all()) == 1


def test_a_number_nobody_called_is_forgotten_after_a_day_but_not_the_call(nanle, paired):
    day = timedelta(days=1)
    with nanle.transaction() as session:
        call = ring(session, paired(session), PHONE)
        assert forget(session, NOON + day) == 0
        assert forget(session, NOON + day + timedelta(seconds=1)) == 1
        session.refresh(call)
        assert call.phone_sealed == ""
        assert open_calls_within(session, unit_by_code(session, TOWNSHIP)) == [call]
        assert forget(session, NOON + timedelta(days=401)) == 1
        assert open_calls_within(session, None) == []


def test_calls_are_the_halls_areas_business_and_strangers_the_countys(nanle, paired):
    with nanle.transaction() as session:
        mine, stranger = ring(session, paired(session)), ring(session, None)
        county, township, other = (unit_by_code(session, code) for code in (COUNTY, TOWNSHIP, OTHER_TOWNSHIP))
        assert open_calls_within(session, township) == [mine]
        assert open_calls_within(session, other) == []
        assert open_calls_within(session, county) == open_calls_within(session, None) == [mine, stranger]
        assert call_within(session, other, mine.id) is None
        assert call_within(session, township, stranger.id) is None
        answer_help(session, mine, by=TESTER, at=NOON)
        assert answered_calls_within(session, township) == [mine]
        assert answered_calls_within(session, other) == []


def test_a_machine_that_is_no_longer_ours_rings_as_a_stranger(nanle, paired):
    with nanle.transaction() as session:
        kiosk = paired(session)
        revoke(session, kiosk, by=TESTER, at=NOON)
        assert ring(session, kiosk).kiosk is None


def test_a_screen_that_is_none_is_not_kept(nanle, paired):
    with nanle.transaction() as session:
        assert ring(session, paired(session), screen="张三 13800000000").screen == ""


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("", ""),
        ("  ", ""),
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+86 13800000000", "13800000000"),
        ("0393-6200000", "03936200000"),
        ("(0393) 6200000", "03936200000"),
        ("010 62000000", "01062000000"),
        ("6200000", "6200000"),
    ],
)
def test_numbers_are_taken_as_people_write_them(typed, digits):
    assert phone_number(typed) == digits


@pytest.mark.parametrize("typed", ["1380000000", "12800000000", "138000000001", "abc", "110", "0393", "１"])
def test_what_is_no_number_is_refused_with_what_to_do(typed):
    with pytest.raises(Refusal, match="手机号是 11 位数字"):
        phone_number(typed)
