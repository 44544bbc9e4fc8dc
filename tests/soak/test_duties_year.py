"""Long trials: a year of a whole county, every state on every day, against the slow count."""

import time

import pytest

from tests.disclosures.test_duties_counted_again import compare

pytestmark = pytest.mark.soak


def test_every_state_on_every_day_equals_the_slow_count(nanle):
    started = time.monotonic()
    compared = compare(nanle, 7, days=365, followed=0)
    print(f"{compared} states of 322 villages on 365 days in {time.monotonic() - started:.0f} s")  # noqa: T201 - a soak reports
    assert compared > 2_000_000
