"""Periods of a cycle and when what they tell is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendar.test_arithmetic import KNOWN
from villages.calendar.periods import CYCLES, due_of, period_of


@pytest.mark.parametrize(
    ("day", "cycle", "start", "end", "label"),
    [
        ("2026-09-15", "month", "2026-09-01", "2026-09-30", "2026年9月"),
        ("2028-02-29", "month", "2028-02-01", "2028-02-29", "2028年2月"),
        ("2026-12-31", "month", "2026-12-01", "2026-12-31", "2026年12月"),
        ("2026-09-15", "quarter", "2026-07-01", "2026-09-30", "2026年第三季度"),
        ("2026-01-01", "quarter", "2026-01-01", "2026-03-31", "2026年第一季度"),
        ("2026-12-31", "quarter", "2026-10-01", "2026-12-31", "2026年第四季度"),
        ("2026-06-30", "half_year", "2026-01-01", "2026-06-30", "2026年上半年"),
        ("2026-07-01", "half_year", "2026-07-01", "2026-12-31", "2026年下半年"),
        ("2026-07-01", "year", "2026-01-01", "2026-12-31", "2026年"),
    ],
)
def test_a_day_lies_in_its_period(day, cycle, start, end, label):
    period = period_of(date.fromisoformat(day), cycle)
    assert (str(period.start), str(period.end), period.label) == (start, end, label)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(CYCLES))
@settings(deadline=None)
def test_periods_follow_each_other_without_gaps(day, cycle):
    period = period_of(day, cycle)
    assert day in period
    assert period.next.start == period.end + timedelta(days=1)
    assert period.next.previous == period
    assert period_of(period.start, cycle) == period == period_of(period.end, cycle)
    assert period_of(period.next.start, cycle) == period.next


def test_what_september_tells_is_due_in_october():
    period = period_of(date(2026, 9, 15), "month")
    assert due_of(KNOWN, period, 10).on == date(2026, 10, 20)
    assert due_of(KNOWN, period, 10, "calendar").on == date(2026, 10, 10)


def test_what_the_last_year_known_tells_is_due_provisionally():
    due = due_of(KNOWN, period_of(date(2026, 12, 1), "year"), 20)
    assert due.provisional
    assert due.target < due.on
