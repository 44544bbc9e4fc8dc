"""Pages stay small on their way to a phone, however long the content."""

from datetime import date, timedelta

import pytest

from tests.factories import NOON
from tests.portal.sizes import long_given, size
from villages.disclosures.kinds import kinds
from villages.portal.sections import BY_KEY

HERE = "/villages/410923205201"
KINDS = list(kinds().values())
pytestmark = pytest.mark.glass


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_first_visits_stay_small_however_long_the_content(visit, put, kind):
    for month in range(1, 13):  # lists show no rows
        given = long_given(kind, rows=1 if month < 12 else 200)
        number = put(kind, given, period_start=date(2025, month, 1), at=NOON + timedelta(hours=month))
    assert size(visit, HERE) <= 14_000
    for path in (f"{HERE}/{kind.section}", f"/items/{number}"):
        assert size(visit, path) <= 20_000, path
    page = visit.get(f"/items/{number}")
    for href in {href for href in page.links().values() if href and "part=" in href}:
        assert size(visit, href.removeprefix("/msgk")) <= 20_000, href


def test_a_full_section_stays_small(visit, put):
    for kind in KINDS:
        for _ in range(11):
            put(kind, long_given(kind, rows=1))
    for section in BY_KEY:
        assert size(visit, f"{HERE}/{section}") <= 20_000
    assert size(visit, HERE) <= 14_000
