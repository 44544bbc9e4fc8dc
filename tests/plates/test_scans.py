"""Counting scans: people's only, by plate and day, never in the reader's way."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import make_plate
from villages.core.clock import day_of
from villages.core.tally import Tally
from villages.plates.actions import count_scans
from villages.plates.queries import scans_of
from villages.portal.visitors import is_person

PHONE = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/70.0 Mobile Safari/537.36 MicroMessenger/8.0"


def test_scans_of_one_day_add_up(blank):
    with blank.transaction() as session:
        plate = make_plate(session)
        day = date(2026, 11, 24)
        count_scans(session, {(plate.id, day): 2})
        count_scans(session, {(plate.id, day): 3, (plate.id, date(2026, 11, 25)): 1, (999, day): 7})
        assert [(scan.on, scan.count) for scan in scans_of(session, plate)] == [(day, 5), (date(2026, 11, 25), 1)]


def test_noted_scans_are_written_and_only_once(blank):
    with blank.transaction() as session:
        plate = make_plate(session)
    counter = Tally("scans", blank, count_scans)
    for _ in range(5):
        counter.note(plate.id)
    counter.flush()
    counter.close()
    with blank.reading() as session:
        assert sum(scan.count for scan in scans_of(session, plate)) == 5


def test_the_day_of_a_scan_is_chinas():
    assert day_of(datetime(2026, 11, 24, 16, 0, tzinfo=UTC)) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("environ", "person"),
    [
        ({"HTTP_USER_AGENT": PHONE}, True),
        ({"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 12_0 like Mac OS X) AlipayClient/10.3"}, True),
        ({"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}, False),
        ({"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; bingbot/2.0)"}, False),
        ({"HTTP_USER_AGENT": "curl/8.1"}, False),
        ({"HTTP_USER_AGENT": ""}, False),
        ({}, False),
        ({"HTTP_USER_AGENT": PHONE, "HTTP_SEC_PURPOSE": "prefetch;prerender"}, False),
        ({"HTTP_USER_AGENT": PHONE, "HTTP_PURPOSE": "prefetch"}, False),
        ({"HTTP_USER_AGENT": PHONE, "HTTP_X_PURPOSE": "preview"}, False),
    ],
)
def test_robots_and_prefetches_are_told_from_people(environ, person):
    assert is_person(environ) is person
