"""Long trials of the hall's screen: deaths of the service, ten minutes without a line, a day's work at one screen."""

from __future__ import annotations

import time
from random import Random

import pytest

from tests.kiosk.hall import Hall, opened, wait_for
from tests.kiosk.walk import walk

DEATHS = 20
MINUTES_AWAY = 10
SCREENS, SETTLED = 5_000, 500
MOST_GROWTH = 1.1
FOREIGN = "/kiosk/villages/410923205201"
pytestmark = pytest.mark.soak


@pytest.fixture
def hall(make_settings, tmp_path):
    with opened(make_settings("nanle"), tmp_path) as found:
        found.switch_on()
        yield found
        found.is_fine()
        found.switch_off()


def is_back(hall: Hall) -> bool:
    """Whether what is not kept can be read."""
    hall.go(FOREIGN)
    return hall.screen() == "village" and hall.path() == FOREIGN


def told(hall: Hall) -> str:
    """The slowest tap."""
    return f"slowest tap {hall.slowest:.1f} s"


def test_the_service_dies_twenty_times_during_a_walk(hall):
    slowest = 0.0
    for death in range(DEATHS):
        hall.kill()
        walk(hall, 12, seed=death)
        hall.restart()
        slowest = max(slowest, wait_for(lambda: is_back(hall), 30))
        walk(hall, 8, seed=death + DEATHS)
    print(f"{DEATHS} deaths; back after at most {slowest:.1f} s, {told(hall)}")  # noqa: T201 - a soak reports


def test_ten_minutes_without_a_line(hall):
    hall.line.cut()
    began, taps, chance = time.monotonic(), 0, Random(10)  # noqa: S311 - the same walk each time
    while time.monotonic() - began < MINUTES_AWAY * 60:
        taps += len(walk(hall, 10, seed=taps))
        time.sleep(chance.random() * 10)
    hall.line.mend()
    back = wait_for(lambda: is_back(hall), 30)
    print(f"{taps} screens without a line; back after {back:.1f} s, {told(hall)}")  # noqa: T201 - a soak reports


def test_the_memory_of_five_thousand_screens_is_that_of_five_hundred(hall):
    session = hall.context.new_cdp_session(hall.page)

    def heap() -> float:
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6

    seen, began = walk(hall, SETTLED), time.monotonic()
    settled = heap()
    while len(seen) < SCREENS:
        if len(seen) % 1_000 == 0:
            hall.line.cut()
        seen += walk(hall, 100, seed=len(seen))
        if len(seen) % 1_000 == 300:
            hall.line.mend()
    end, took = heap(), time.monotonic() - began
    counts = session.send("Memory.getDOMCounters")
    print(f"{len(seen)} screens in {took:.0f} s: heap {settled:.2f} -> {end:.2f} MB, {told(hall)}; {counts}")  # noqa: T201 - a soak reports
    assert set(seen) >= {"home", "village", "section", "item", "townships", "township", "find", "number", "zone"}
    assert end <= settled * MOST_GROWTH
