"""How one duty stands at the edges, under rules that change, and in years that nobody knows yet."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from villages.calendar.arithmetic import Calendar
from villages.calendar.periods import Period
from villages.disclosures.duties import Settling, Terms, rate, spoken, standing
from villages.disclosures.kinds import kinds
from villages.disclosures.rules import default_rule, rule_for

DAY = timedelta(days=1)
KNOWN = Calendar({}, frozenset({2025, 2026}))
BASE = next(kind for kind in kinds().values() if kind.cycle == "month")
MONTHLY = replace(BASE, label="账目", due_days=10, due_unit="calendar", warn_days=3)
BEGAN = date(2026, 1, 1)


def duty(period=Period(date(2026, 8, 1), "month"), kind=MONTHLY, rules=(), calendar=KNOWN):  # noqa: B008
    turns = Terms(kind, rules, calendar).recurring(1, began=BEGAN, on=period.end)
    return next(each for each in turns if each.period == period)


@pytest.mark.parametrize(
    ("day", "done", "state", "late", "on_time", "words"),
    [
        ((9, 6), [], "not_due", 0, False, "8月账目：还没到期，最迟2026年9月10日公开"),
        ((9, 7), [], "due_soon", 0, False, "8月账目：快到期，最迟2026年9月10日公开"),
        ((9, 10), [], "due_soon", 0, False, "8月账目：快到期，最迟2026年9月10日公开"),
        ((9, 11), [], "overdue", 1, False, "8月账目：逾期1天未公开"),
        ((9, 22), [], "overdue", 12, False, "8月账目：逾期12天未公开"),
        ((9, 30), [Settling(date(2026, 9, 10))], "published", 0, True, "8月账目：按时公开"),
        ((9, 30), [Settling(date(2026, 9, 11))], "published", 1, False, "8月账目：晚了1天公开"),
        ((9, 10), [Settling(date(2026, 9, 11))], "due_soon", 0, False, "8月账目：快到期，最迟2026年9月10日公开"),
        ((9, 30), [Settling(date(2026, 9, 2), elsewhere=True)], "published", 0, False,
         "8月账目：以前已在别处公开，后来补录，不算按时"),
        ((9, 30), [Settling(date(2026, 9, 2), elsewhere=True), Settling(date(2026, 9, 3))], "published", 0, True,
         "8月账目：按时公开"),
        ((9, 30), [Settling(date(2026, 9, 9), nothing=True)], "nothing_to_report", 0, True, "8月账目：本期无此项"),
        ((9, 30), [Settling(date(2026, 9, 12), nothing=True)], "nothing_to_report", 2, False,
         "8月账目：本期无此项，晚了2天说明"),
        ((9, 30), [Settling(date(2026, 9, 9), nothing=True), Settling(date(2026, 9, 15))], "published", 5, False,
         "8月账目：晚了5天公开"),
    ],
)  # fmt: skip
def test_a_duty_stands_as_the_day_and_what_was_published_say(day, done, state, late, on_time, words):
    found = standing(duty(), done, date(2026, *day))
    assert (found.state, found.late_by, found.is_on_time, spoken(found)) == (state, late, on_time, words)


def test_a_new_cycle_waits_for_its_first_day_and_no_day_lies_in_two_periods():
    rules = [
        replace(default_rule(MONTHLY), valid_from=date(2026, 5, 10), cycle="quarter", due_days=5),
        replace(default_rule(MONTHLY), valid_from=date(2026, 10, 1), cycle="month"),
    ]
    turns = Terms(MONTHLY, rules, KNOWN).recurring(1, began=BEGAN, on=date(2026, 11, 30))
    labels = [each.period.label for each in turns]
    assert labels == [
        *("2026年1月", "2026年2月", "2026年3月", "2026年4月", "2026年5月", "2026年6月"),
        *("2026年第三季度", "2026年10月", "2026年11月"),
    ]
    days = {each.period.label: each.due.on for each in turns}
    assert days["2026年5月"] == date(2026, 6, 10)  # the terms of the day it began
    assert days["2026年6月"] == date(2026, 7, 5)
    assert days["2026年第三季度"] == date(2026, 10, 5)


def test_the_latest_rule_that_is_valid_decides_and_other_kinds_do_not():
    early = replace(default_rule(MONTHLY), valid_from=date(2026, 3, 1), due_days=1, warn_days=0)
    late = replace(early, valid_from=date(2026, 6, 1), due_days=2)
    other = replace(late, kind="another", due_days=9)
    days = {day: rule_for(MONTHLY, [late, other, early], day).due_days for day in map(date.fromisoformat, (
        "2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01"))}  # fmt: skip
    assert list(days.values()) == [10, 1, 1, 2]


def test_a_year_that_is_not_announced_is_provisional_and_says_so():
    kind = replace(MONTHLY, due_days=20, due_unit="working", warn_days=5)
    december = duty(Period(date(2026, 12, 1), "month"), kind)
    assert december.due.provisional
    assert december.warn_from < december.due.target <= december.due.on
    assert "（暂定）" in spoken(standing(december, [], december.due.on))
    assert spoken(standing(december, [], december.due.on + 3 * DAY)) == "2026年12月账目：逾期3天未公开（期限暂定）"
    assert not duty(Period(date(2026, 10, 1), "month"), kind).due.provisional


def test_what_was_formed_is_due_from_that_day_and_what_is_for_good_once():
    formed = next(kind for kind in kinds().values() if kind.cycle == "at_once")
    told = Terms(formed, (), KNOWN).of_item(1, date(2026, 9, 1), 7)
    assert (told.formed_on, told.item_id, told.period) == (date(2026, 9, 1), 7, None)
    assert told.due.on > told.formed_on
    assert not Terms(formed, (), KNOWN).recurring(1, began=BEGAN, on=date(2027, 1, 1))
    lasting = next(kind for kind in kinds().values() if kind.cycle == "long_term")
    (once,) = Terms(lasting, (), KNOWN).recurring(1, began=BEGAN, on=date(2026, 12, 1))
    assert once.due.on == date(2026, 1, 29)  # 20 working days, the day it began not counted
    assert Terms(lasting, (), KNOWN).of_item(1, BEGAN) is None


def test_the_rate_counts_what_is_missing_and_not_what_is_still_to_come():
    on_time, missing, early = duty(), duty(Period(date(2026, 7, 1), "month")), duty(Period(date(2026, 9, 1), "month"))
    day = date(2026, 9, 20)
    found = rate([
        standing(on_time, [Settling(date(2026, 9, 5))], day), standing(missing, [], day),
        standing(early, [Settling(day)], day),
    ])  # fmt: skip
    assert (found.due, found.on_time, found.late, found.missing, found.share) == (2, 1, 0, 1, 0.5)
    assert rate([]).share is None
