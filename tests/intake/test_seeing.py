"""Who sees a case: a walk over everybody who handles, every kind, and whoever it may be about."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories import make_publisher
from tests.intake.asked import counted
from tests.intake.cases import county_in, handler, make_case
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.intake.routing import bar, seat
from villages.intake.seeing import is_seen, role_of, visible_case, visible_to, who_sees

PLACES = ("county", "here", "village", "other_village", "there", "far_village", "department")
# Whom a case may be about, by what is given; and whoever of the walkers that is, or lies below.
ABOUT = {
    "village": {"village"},
    "committee": {"village"},
    "here": {"here", "village", "other_village"},
    "government": {"here", "village", "other_village"},
    "department": {"department"},
}
# The walkers who see what each office holds: those above it too, unless only the seat may.
SEES = {"county": {"county"}, "here": {"county", "here"}, "department": {"county", "department"}}


def given_of(session, county, what):
    if what == "committee":
        return {"publisher": make_publisher(session, county.village, "committee")}
    if what == "government":
        return {"publisher": county.publisher(session, county.here)}
    return {"publisher": county.department} if what == "department" else {"unit": getattr(county, what)}


def walkers_of(session, county, role="handler"):
    return {place: handler(session, getattr(county, place), role) for place in PLACES}


def seers(session, walkers, case):
    return {place for place, staff in walkers.items() if visible_case(session, staff, case.id) is not None}


def test_no_accused_sees_anything_nor_anybody_below_them(office):
    with office.transaction() as session:
        county = county_in(session)
        walkers = walkers_of(session, county)
        for kind in kinds().values():
            for what, theirs in ABOUT.items():
                if kind.receiver == "chosen" and what not in ("government", "department"):
                    continue
                case = make_case(session, kind.key, **given_of(session, county, what))
                found, office = seers(session, walkers, case), case.held_by[0].place
                if kind.is_accusation:
                    assert not found & theirs, (kind.key, what)
                holder = next(place for place in PLACES if getattr(county, place) is office)
                assert found == ({holder} if kind.is_restricted else SEES[holder]), (kind.key, what)


def test_a_list_of_everything_shows_each_what_is_theirs(office):
    with office.transaction() as session:
        county = county_in(session)
        walkers = walkers_of(session, county)
        cases = {
            (kind, what): make_case(session, kind, **given_of(session, county, what))
            for kind in ("question", "complaint", "tipoff", "objection") for what in ABOUT
        }  # fmt: skip
        for place, staff in walkers.items():
            listed = set(session.scalars(select(Case.number).where(visible_to(staff))))
            one_by_one = {case.number for case in cases.values() if visible_case(session, staff, case.id)}
            theirs = {cases[kind, what].number for kind, what in cases if kind != "question" and place in ABOUT[what]}
            assert listed == one_by_one
            assert not listed & theirs
        assert set(session.scalars(select(Case.number).where(visible_to(walkers["county"]))))


@pytest.mark.parametrize("role", ["administrator", "security", "auditor", "publisher", "reviewer", "editor"])
def test_who_does_not_handle_cases_sees_none(office, role):
    with office.transaction() as session:
        county = county_in(session)
        walkers = walkers_of(session, county, role)
        assert seers(session, walkers, make_case(session, unit=county.village)) == set()


def test_a_tipoff_is_seen_by_its_seats_alone_wherever_they_are(office):
    with office.transaction() as session:
        county = county_in(session)
        walkers = walkers_of(session, county)
        case = make_case(session, "tipoff", unit=county.village)
        seat(session, case, county.there, at=case.submitted_at)
        assert seers(session, walkers, case) == {"there"}
        seat(session, case, county.department, at=case.submitted_at, leads=False)
        assert seers(session, walkers, case) == {"there", "department"}
        assert role_of(walkers["there"], case) == "handler"
        assert role_of(walkers["department"], case) == "joined"


def test_a_seat_below_or_beside_is_not_seen_from_the_side(office):
    with office.transaction() as session:
        county = county_in(session)
        walkers = walkers_of(session, county)
        case = make_case(session, unit=county.village)
        seat(session, case, county.village, at=case.submitted_at)
        assert seers(session, walkers, case) == {"county", "here", "village"}


def test_a_person_with_an_interest_is_kept_out_and_their_colleague_is_not(office):
    with office.transaction() as session:
        county = county_in(session)
        one, other = handler(session, county.here), handler(session, county.here)
        case = make_case(session, unit=county.village)
        bar(session, case, one)
        assert [staff.id for staff in who_sees(session, case)] == [other.id]


def test_whether_anybody_sees_a_case_is_not_asked_once_for_every_account(office):
    with office.transaction() as session:
        county = county_in(session)
        for place in (county.there, county.far_village, county.village) * 5:
            handler(session, place)
        one = handler(session, county.here)
        case = make_case(session, unit=county.village)
        with counted() as asked:
            assert is_seen(session, case)
        assert len(asked) < 6
        bar(session, case, one)
        assert not is_seen(session, case)


def test_an_account_that_was_closed_is_told_nothing(office):
    with office.transaction() as session:
        county = county_in(session)
        staff = handler(session, county.here)
        case = make_case(session, unit=county.village)
        assert [each.id for each in who_sees(session, case)] == [staff.id]
        staff.disabled_at = case.submitted_at
        assert who_sees(session, case) == []
        assert visible_case(session, staff, case.id) is None
