"""The staff's side of the small county: an application on it, and what a desk does with a case."""

from __future__ import annotations

import re

from tests.intake.cases import county_in, make_case
from tests.staff import Desk
from villages.core.clock import now
from villages.intake.models import Case

VILLAGE = "410999100201"


def new_case(storage, kind="question", **given):
    """The number of a new case about the village, or of an application to its township."""
    with storage.transaction() as session:
        county = county_in(session)
        is_asked = kind == "foi_request"
        about = {"publisher": county.publisher(session, county.here)} if is_asked else {"unit": county.village}
        return make_case(session, kind, **({"at": now(), **about, **given})).number


def case_in(session, number):
    """The case with a number."""
    return session.query(Case).filter_by(number=number).one()


def state(storage, number):
    """Where a case stands."""
    with storage.reading() as session:
        return case_in(session, number).state


def seen(desk: Desk, number):
    """How many steps a desk's page of a case shows."""
    found = re.search(r'name="seen" value="(\d+)"', desk.get(f"/admin/cases/{number}").response.text)
    assert found
    return found[1]


def act(desk: Desk, number, verb, **form):
    """Send one of the forms of a case's page, as it is seen now."""
    given = {"verb": verb, "seen": seen(desk, number), "no_interest": "yes", **form}
    return desk.post(f"/admin/cases/{number}", **given)
