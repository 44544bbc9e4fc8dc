"""How long somebody is told to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOON
from villages.core.clock import minutes_until


@pytest.mark.parametrize(("seconds", "minutes"), [(-5, 1), (0, 1), (1, 1), (60, 1), (61, 2), (89, 2), (3600, 60)])
def test_nobody_is_told_to_come_back_too_early(seconds, minutes):
    assert minutes_until(NOON + timedelta(seconds=seconds), NOON) == minutes
    assert minutes_until(None, NOON) == 0
