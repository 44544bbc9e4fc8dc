"""Counting working days: the vectors of the domain facts, unknown years, and a slow count beside the quick one."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from villages.calendar.actions import _packaged
from villages.calendar.arithmetic import (
    Calendar,
    Day,
    add_calendar_days,
    add_working_days,
    working_days_between,
)

DAYS = {day: Day(*each) for year in _packaged().values() for day, each in year.items()}
KNOWN = Calendar(DAYS, frozenset(day.year for day in DAYS))
EMPTY = Calendar()
ALL = st.dates(date(1990, 1, 1), date(2060, 12, 31))

VECTORS = """
2021-01-25 2021-02-03 2021-02-19 2021-02-25 2021-03-25
2021-09-13 2021-09-23 2021-10-09 2021-10-15 2021-11-12
2024-01-29 2024-02-06 2024-02-22 2024-02-29 2024-03-28
2025-01-20 2025-02-05 2025-02-14 2025-02-21 2025-03-21
2026-02-10 2026-02-26 2026-03-09 2026-03-16 2026-04-14
2026-04-28 2026-05-11 2026-05-21 2026-05-28 2026-06-26
2026-09-15 2026-09-23 2026-10-12 2026-10-19 2026-11-16
2026-11-24 2026-12-03 2026-12-15 2026-12-22 unknown
2026-12-03 2026-12-14 2026-12-24 2026-12-31 unknown
2026-12-10 2026-12-21 2026-12-31 unknown unknown
"""
CASES = [
    (date.fromisoformat(start), n, due)
    for start, *dues in map(str.split, VECTORS.strip().splitlines())
    for n, due in zip((7, 15, 20, 40), dues, strict=True)
]


def without(*years: int) -> Calendar:
    """The calendar as it was before the arrangement of these years was announced."""
    return Calendar({day: each for day, each in DAYS.items() if day.year not in years}, KNOWN.years - set(years))


def slow(calendar: Calendar, start: date, n: int) -> date:
    """The n-th working day, by listing every day of three years and picking."""
    days = [start + timedelta(days=step) for step in range(1, 1100)]
    return start if n == 0 else [day for day in days if calendar.is_workday(day)][n - 1]


@pytest.mark.parametrize(("start", "n", "due"), CASES)
def test_the_vectors_of_the_domain_facts(start, n, due):
    found = add_working_days(KNOWN, start, n)
    if due == "unknown":
        assert found.provisional
        assert found.on.year == 2027
        assert "暂定" in found.text
        assert "2027年的放假安排尚未公布" in found.explain
    else:
        assert (str(found.on), found.provisional, found.target) == (due, False, found.on)


@pytest.mark.parametrize("day", ["2021-10-09", "2026-02-14", "2026-02-28", "2026-10-10", "2026-09-20"])
def test_working_weekends_are_worked(day):
    assert KNOWN.is_workday(date.fromisoformat(day))
    assert date.fromisoformat(day).weekday() >= 5


def test_a_start_that_is_no_working_day_is_not_off_by_one():
    assert add_working_days(KNOWN, date(2026, 10, 3), 20).on == date(2026, 11, 3)


def test_2026_has_248_working_days():
    assert working_days_between(KNOWN, date(2025, 12, 31), date(2026, 12, 31)).days == 248


def test_every_day_that_the_package_knows_is_the_same_here():
    day = date(2004, 1, 1)
    while day.year < 2027:
        assert KNOWN.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_first_starts_that_reach_an_unknown_year():
    assert not add_working_days(KNOWN, date(2026, 11, 5), 40).provisional
    assert add_working_days(KNOWN, date(2026, 11, 6), 40).provisional
    assert not add_working_days(KNOWN, date(2026, 12, 3), 20).provisional
    assert add_working_days(KNOWN, date(2026, 12, 4), 20).provisional


def test_an_unknown_year_is_counted_with_weekends_and_days_off_by_law():
    assert not EMPTY.is_workday(date(2027, 2, 6))
    assert EMPTY.name_of(date(2027, 2, 8)) == "春节"
    assert not EMPTY.is_workday(date(2027, 10, 1))
    assert EMPTY.is_workday(date(2027, 10, 8))
    found = add_working_days(KNOWN, date(2026, 12, 31), 1)
    assert (found.on, found.text) == (date(2027, 1, 4), "2027年1月4日（暂定）")


def test_the_explanation_names_what_was_passed():
    text = add_working_days(KNOWN, date(2026, 9, 15), 20).explain
    assert text == "自2026年9月15日的次日起第20个工作日，其间中秋、国庆节放假，9月20日、10月10日调休上班"


def test_calendar_days_are_counted_as_they_come():
    assert add_calendar_days(date(2026, 12, 30), 7).on == date(2027, 1, 6)
    assert not add_calendar_days(date(2026, 12, 30), 7).provisional


def test_a_negative_number_of_days_is_refused():
    with pytest.raises(ValueError, match="-1"):
        add_working_days(KNOWN, date(2026, 1, 1), -1)


@given(ALL, st.integers(0, 250), st.sampled_from([KNOWN, EMPTY, without(2020, 2026)]))
@settings(deadline=None)
def test_the_quick_count_is_the_slow_one_and_never_crashes(start, n, calendar):
    found = add_working_days(calendar, start, n)
    assert found.on == slow(calendar, start, n)
    years = {(start + timedelta(days=step)).year for step in range(1, (found.on - start).days + 1)}
    assert found.provisional == bool(years - calendar.years)
    assert found.provisional == ("暂定" in found.text) == ("暂定" in found.explain)
    assert start <= found.target <= found.on


@given(ALL, st.integers(0, 200), st.sampled_from([KNOWN, EMPTY]))
@settings(deadline=None)
def test_days_between_undo_days_added(start, n, calendar):
    found = add_working_days(calendar, start, n)
    count = working_days_between(calendar, start, found.on)
    assert (count.days, count.provisional) == (n, found.provisional)
    assert working_days_between(calendar, found.on, start).days == -n


@pytest.mark.parametrize("n", [1, 5, 7, 15, 20, 40])
def test_the_safe_target_never_lies_after_the_true_date(n):
    """Every start of 2019-2025, counted as if the year's arrangement, or the next year's, were not known yet."""
    for year in range(2019, 2026):
        whole, next_year = without(year, year + 1), without(year + 1)
        for step in range(365):
            start = date(year, 1, 1) + timedelta(days=step)
            true = add_working_days(KNOWN, start, n).on
            assert add_working_days(whole, start, n).target <= true, (start, n)
            assert add_working_days(next_year, start, n).target <= true, (start, n)
