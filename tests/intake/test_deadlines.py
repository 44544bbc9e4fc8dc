"""Until when a case must be answered: the vectors, all that moves the clock, and a slow count beside the quick one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendar.test_arithmetic import CASES, KNOWN, without
from villages.calendar.arithmetic import Calendar
from villages.intake.deadlines import (
    ANSWERED,
    ASKED_TO_CORRECT,
    CONFIRMED,
    CONSULTED,
    CONSULTING,
    CORRECTED,
    EXTENDED,
    FEE_ASKED,
    FEE_PAID,
    LAPSED,
    RECEIVED,
    Event,
    Span,
    Terms,
    clock,
)
from villages.intake.kinds import kinds

TWENTY = Span(20, "working", "政府信息公开条例第三十三条第二款")
FIFTEEN = Span(15, "working", "政府信息公开条例第三十二条")
APPLICATION = Terms(
    TWENTY, extension=Span(20, "working", "政府信息公开条例第三十三条第二款"), by_confirmation=True,
    pause="政府信息公开条例第三十三条第三款", restart="政府信息公开条例第三十条",
)  # fmt: skip
PETITION = Terms(Span(60, "calendar", "信访工作条例第三十四条"), extension=Span(30, "calendar", "同条"))
MONDAY = date(2026, 3, 2)


def on(days):
    return MONDAY + timedelta(days=days)


@pytest.mark.parametrize(("start", "n", "due"), CASES)
def test_the_vectors_of_the_domain_facts(start, n, due):
    found = clock(Terms(Span(n, "working", "")), [Event(RECEIVED, start)], KNOWN).due
    assert found.provisional if due == "unknown" else found.on == date.fromisoformat(due)


# Working days of facts §9 -> what of an application lasts so long.
LASTS = {7: "the request to correct", 15: "a consultation", 20: "the answer", 40: "the answer with its extension"}


@pytest.mark.parametrize(("start", "n", "due"), CASES)
def test_the_vectors_of_the_domain_facts_as_an_application_lives_them(start, n, due):
    assert set(LASTS) == {days for _, days, _ in CASES}
    dated = kinds()["foi_request"].on(start)
    begun = [Event(CONFIRMED, start)]
    if n == dated.terms.correct.days:
        found = dated.terms.correct.after(KNOWN, start)
    elif n == dated.consult.days:
        found = clock(dated.terms, [*begun, Event(CONSULTING, start, 1, dated.consult)], KNOWN).waits_until
    else:
        is_longer = n == dated.terms.answer.days + dated.terms.extension.days
        found = clock(dated.terms, [*begun, Event(EXTENDED, start)] if is_longer else begun, KNOWN).due
    assert found.provisional if due == "unknown" else found.on == date.fromisoformat(due)


def test_an_online_application_runs_from_the_day_both_sides_confirm():
    assert clock(APPLICATION, [Event(RECEIVED, MONDAY)], KNOWN).state == "unconfirmed"
    found = clock(APPLICATION, [Event(RECEIVED, MONDAY), Event(CONFIRMED, on(2))], KNOWN)
    assert found.due.on == date(2026, 4, 1)


def test_a_correction_starts_the_period_anew():
    events = [Event(CONFIRMED, MONDAY), Event(ASKED_TO_CORRECT, on(3), limit=Span(10, "working", ""))]
    asked = clock(APPLICATION, events, KNOWN)
    assert (asked.state, asked.waits_until.on) == ("correcting", date(2026, 3, 19))
    corrected = clock(APPLICATION, [*events, Event(CORRECTED, on(10))], KNOWN)
    assert corrected.due.on == clock(APPLICATION, [Event(CONFIRMED, on(10))], KNOWN).due.on


def test_the_days_of_a_consultation_do_not_count():
    events = [Event(CONFIRMED, MONDAY), Event(CONSULTING, on(7), limit=FIFTEEN), Event(CONSULTED, on(14))]
    found = clock(APPLICATION, events, KNOWN)
    assert clock(APPLICATION, [Event(CONFIRMED, MONDAY)], KNOWN).due.on == date(2026, 3, 30)
    assert found.due.on == date(2026, 4, 7)  # five working days later, with the holiday of 清明 between
    assert "征求意见 7 天不算" in found.due.explain
    assert {day.why for day in found.days if on(7) < day.on <= on(14)} == {
        "征求意见，不计入（政府信息公开条例第三十三条第三款）"
    }


def test_two_consultations_at_once_are_taken_off_once():
    one = [Event(CONFIRMED, MONDAY), Event(CONSULTING, on(7), 1, FIFTEEN), Event(CONSULTED, on(16), 1)]
    two = [*one, Event(CONSULTING, on(8), 2, FIFTEEN), Event(CONSULTED, on(15), 2)]
    assert clock(APPLICATION, one, KNOWN).due.on == clock(APPLICATION, two, KNOWN).due.on


def test_whoever_does_not_answer_has_used_all_the_time_and_no_more():
    events = [Event(CONFIRMED, MONDAY), Event(CONSULTING, on(7), limit=FIFTEEN)]
    found = clock(APPLICATION, events, KNOWN)
    assert found.state == "consulting"
    assert found.waits_until.on == date(2026, 3, 30)
    assert found.is_waiting(date(2026, 3, 30))
    assert not found.is_waiting(date(2026, 3, 31))
    answered = clock(APPLICATION, [*events, Event(CONSULTED, date(2026, 3, 30))], KNOWN)
    assert found.due.on == answered.due.on


def test_who_answers_after_their_time_gains_the_office_none():
    events = [Event(CONFIRMED, MONDAY), Event(CONSULTING, on(7), limit=FIFTEEN)]
    silent = clock(APPLICATION, events, KNOWN)
    late = clock(APPLICATION, [*events, Event(CONSULTED, silent.waits_until.on + timedelta(days=9))], KNOWN)
    assert late.due == replace(silent.due, explain=late.due.explain)


def test_one_extension_adds_its_days_and_a_second_none():
    once = clock(APPLICATION, [Event(CONFIRMED, MONDAY), Event(EXTENDED, on(20))], KNOWN)
    twice = clock(APPLICATION, [Event(CONFIRMED, MONDAY), Event(EXTENDED, on(20)), Event(EXTENDED, on(21))], KNOWN)
    assert once.period == 40
    assert once.due.on == twice.due.on == date(2026, 4, 28)


def test_a_fee_stops_the_clock_until_it_is_paid_and_then_it_starts_anew():
    asked = [Event(CONFIRMED, MONDAY), Event(FEE_ASKED, on(3), limit=TWENTY)]
    assert clock(APPLICATION, asked, KNOWN).state == "paying"
    paid = clock(APPLICATION, [*asked, Event(FEE_PAID, on(8))], KNOWN)
    assert paid.due.on == clock(APPLICATION, [Event(CONFIRMED, on(8))], KNOWN).due.on


@pytest.mark.parametrize(("what", "word"), [(ASKED_TO_CORRECT, "等补正"), (FEE_ASKED, "等缴费")])
def test_where_nothing_comes_the_rest_of_the_period_runs_on(what, word):
    asked = [Event(CONFIRMED, MONDAY), Event(what, on(3), limit=Span(10, "working", ""))]
    waiting = clock(APPLICATION, asked, KNOWN)
    lapsed = clock(APPLICATION, [*asked, Event(LAPSED, date(2026, 3, 25))], KNOWN)
    assert (lapsed.state, lapsed.waits_until) == ("running", None)
    # Two days were gone when the writer was told; eighteen are left after the 19th, with the holiday of 清明 between.
    assert waiting.due.on == lapsed.due.on == date(2026, 4, 15)
    assert lapsed.due.explain.endswith(f"其间{word} 15 天不算")
    assert lapsed.due.on < clock(APPLICATION, [Event(CONFIRMED, waiting.waits_until.on)], KNOWN).due.on


def test_who_is_asked_on_the_last_day_leaves_the_office_one():
    last = clock(APPLICATION, [Event(CONFIRMED, MONDAY)], KNOWN).due.on
    found = clock(APPLICATION, [Event(CONFIRMED, MONDAY), Event(FEE_ASKED, last, limit=TWENTY)], KNOWN)
    assert found.waits_until.on < found.due.on == Span(1, "working", "").after(KNOWN, found.waits_until.on).on


def test_an_application_that_nobody_confirmed_counts_from_what_it_was_asked():
    asked = [Event(RECEIVED, MONDAY), Event(ASKED_TO_CORRECT, on(1), limit=Span(5, "working", ""))]
    found = clock(APPLICATION, [*asked, Event(LAPSED, on(15))], KNOWN)
    assert found.due.on == TWENTY.after(KNOWN, on(8)).on


def test_calendar_days_run_through_holidays():
    assert clock(PETITION, [Event(RECEIVED, MONDAY)], KNOWN).due.on == MONDAY + timedelta(days=60)
    extended = clock(PETITION, [Event(RECEIVED, MONDAY), Event(EXTENDED, on(50))], KNOWN)
    assert extended.due.on == MONDAY + timedelta(days=90)


def test_an_answer_on_the_last_day_is_in_time_and_one_after_it_is_late():
    due = clock(APPLICATION, [Event(CONFIRMED, MONDAY)], KNOWN).due.on
    for day, late in ((due, False), (due + timedelta(days=1), True)):
        assert clock(APPLICATION, [Event(CONFIRMED, MONDAY), Event(ANSWERED, day)], KNOWN).is_late is late
    unanswered = clock(APPLICATION, [Event(CONFIRMED, MONDAY)], KNOWN)
    assert not unanswered.is_overdue(due)
    assert unanswered.is_overdue(due + timedelta(days=1))


def test_what_comes_after_the_answer_moves_nothing():
    events = [Event(CONFIRMED, MONDAY), Event(ANSWERED, on(5))]
    assert clock(APPLICATION, [*events, Event(EXTENDED, on(6))], KNOWN) == clock(APPLICATION, events, KNOWN)


def test_a_year_that_is_not_announced_is_told_and_the_target_is_safe():
    before = without(2026)
    start = date(2025, 12, 20)
    early = clock(APPLICATION, [Event(CONFIRMED, start)], before)
    assert early.due.provisional
    assert "暂定" in early.due.text
    assert early.due.target <= clock(APPLICATION, [Event(CONFIRMED, start)], KNOWN).due.on


def test_every_day_of_the_arithmetic_says_whether_it_counts():
    found = clock(APPLICATION, [Event(CONFIRMED, date(2026, 9, 24))], KNOWN)
    assert [day.number for day in found.days if day.number] == list(range(1, 21))
    assert found.days[-1].on == found.due.on
    why = {day.on: day.why for day in found.days}
    assert why[date(2026, 10, 1)] == "国庆节放假"
    assert why[date(2026, 10, 18)] == "周末"
    assert why[date(2026, 10, 10)] == ""


def slow(events, calendar: Calendar, terms: Terms):
    """The last day, by walking through the calendar one day at a time and keeping a tally."""
    day, tally, running, allowed, last = date(2019, 1, 1), 0, False, terms.answer.days, None
    open_until: dict[object, date] = {}
    while day < date(2026, 12, 31):
        works = terms.answer.unit == "calendar" or calendar.is_workday(day)
        stands = any(until >= day for until in open_until.values())
        counts = running and works and not stands and last is None
        if counts:
            tally += 1
            last = day if tally == allowed else None
        for event in (each for each in events if each.on == day):
            if event.what in (RECEIVED if terms.answer.unit == "calendar" else CONFIRMED, CORRECTED, FEE_PAID):
                running, tally, last, open_until = True, 0, None, {}
            elif event.what in (ASKED_TO_CORRECT, FEE_ASKED):
                tally, last = tally - counts, None if last == day else last
                open_until[event] = ends(event, calendar)
            elif event.what == CONSULTING:
                open_until[event.number] = ends(event, calendar)
            elif event.what == CONSULTED and event.number in open_until:
                open_until[event.number] = day
            elif event.what == EXTENDED:
                allowed, last = terms.answer.days + terms.extension.days, None
        day += timedelta(days=1)
    return last


def ends(event, calendar: Calendar):
    """Until when somebody has time, a day at a time."""
    end, left = event.on, event.limit.days
    while left:
        end += timedelta(days=1)
        left -= calendar.is_workday(end)
    return end


@st.composite
def histories(draw):
    """What may happen to an application between 2019 and 2025, each thing at least a day after the one before."""
    day = draw(st.dates(date(2019, 1, 2), date(2024, 12, 31)))
    events, number, is_open, is_waiting, extended = [Event(CONFIRMED, day)], 0, False, False, False
    for _ in range(draw(st.integers(0, 7))):
        day += timedelta(days=draw(st.integers(1, 30)))
        if is_waiting:
            is_waiting, asked = False, events[-1]
            if draw(st.booleans()):
                day = max(day, ends(asked, KNOWN) + timedelta(days=1))
                events.append(Event(LAPSED, day))
                continue
            events.append(Event(CORRECTED if asked.what == ASKED_TO_CORRECT else FEE_PAID, day))
            is_open = False
            continue
        what = draw(st.sampled_from([CONSULTING, CONSULTED, EXTENDED, ASKED_TO_CORRECT, FEE_ASKED]))
        if what == CONSULTING:
            number += 1
            events.append(Event(what, day, number, FIFTEEN))
            is_open = True
        elif what == CONSULTED and is_open:
            events.append(Event(what, day, number))
            is_open = False
        elif what == EXTENDED and not extended and day <= slow(events, KNOWN, APPLICATION):  # later there is no more
            events.append(Event(what, day))
            extended = True
        elif what in (ASKED_TO_CORRECT, FEE_ASKED):
            events.append(Event(what, day, limit=TWENTY))
            is_waiting = True
    return events


@settings(max_examples=150, deadline=None)
@given(histories())
def test_any_history_is_counted_as_by_walking_day_by_day(events):
    found = clock(APPLICATION, events, KNOWN)
    assert found.due.on == slow(events, KNOWN, APPLICATION)


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(2019, 2026))
def test_no_target_in_an_unknown_year_is_later_than_the_true_day(events, year):
    unknown = without(*range(year, 2027))
    true, guessed = clock(APPLICATION, events, KNOWN), clock(APPLICATION, events, unknown)
    assert guessed.due.target <= true.due.on


@st.composite
def petitions(draw):
    """What may happen to a petition: it comes in, runs on while others are asked, is given more time, once or never."""
    day = draw(st.dates(date(2019, 1, 2), date(2025, 12, 31)))
    events = [Event(RECEIVED, day)]
    for number in range(draw(st.integers(0, 3))):
        day += timedelta(days=draw(st.integers(1, 20)))
        events.append(Event(CONSULTING, day, number, FIFTEEN))
        if draw(st.booleans()):
            day += timedelta(days=draw(st.integers(0, 20)))
            events.append(Event(CONSULTED, day, number))
    return events + [Event(EXTENDED, day + timedelta(days=1))] * draw(st.integers(0, 1))


@settings(max_examples=100, deadline=None)
@given(petitions())
def test_any_history_in_calendar_days_is_counted_as_by_walking_day_by_day(events):
    assert clock(PETITION, events, KNOWN).due.on == slow(events, KNOWN, PETITION)


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 90))
def test_whether_an_answer_is_late_is_what_the_slow_count_says(events, after):
    last = slow(events, KNOWN, APPLICATION)
    answered_on = max(event.on for event in events) + timedelta(days=after)
    found = clock(APPLICATION, [*events, Event(ANSWERED, answered_on)], KNOWN)
    assert found.answered_on == answered_on
    assert found.is_late is (answered_on > last)
