"""Who handles a case next; and that no verb brings an accusation to the accused, nor to anybody below them."""

from __future__ import annotations

import pytest

from tests.factories import NOON, make_publisher
from tests.intake.cases import handler, make_case
from villages.core.refusal import Refusal
from villages.intake.history import note_of
from villages.intake.routing import bar, is_barred, seat
from villages.intake.seating import forward, give_back, join, recuse, restrict
from villages.intake.seeing import visible_case, who_sees

WHY = "这件事归他们管"
PLACES = ("county", "here", "village", "other_village", "there", "far_village", "department")


@pytest.fixture
def staffed(begun):
    """A handler in every place."""
    session, county = begun
    return session, county, {place: handler(session, getattr(county, place)) for place in PLACES}


def seers(session, staff, case):
    return {place for place, one in staff.items() if visible_case(session, one, case.id) is not None}


def test_a_case_is_forwarded_with_a_reason_and_who_had_it_lets_go(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.village)
    with pytest.raises(Refusal, match="为什么转办"):
        forward(session, case, county.department, "", by=staff["here"], at=NOON)
    step = forward(session, case, county.department, WHY, by=staff["here"], at=NOON)
    assert [each.place for each in case.held_by] == [county.department]
    assert seers(session, staff, case) == {"county", "department"}
    assert (step.detail, note_of(session, step)) == ({"place": county.department.name}, WHY)


def test_who_joins_helps_and_leaves_again(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.village)
    join(session, case, county.department, "查一下补贴", by=staff["here"], at=NOON)
    assert [(each.place, each.leads) for each in case.held_by] == [(county.here, True), (county.department, False)]
    with pytest.raises(Refusal, match="不由您转办"):
        forward(session, case, county.there, WHY, by=staff["department"], at=NOON)
    with pytest.raises(Refusal, match="已经在"):
        join(session, case, county.department, "再查", by=staff["here"], at=NOON)
    give_back(session, case, "查过了", by=staff["department"], at=NOON)
    assert [each.place for each in case.held_by] == [county.here]


def test_who_joined_may_come_to_lead(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.village)
    join(session, case, county.department, "查一下补贴", by=staff["here"], at=NOON)
    forward(session, case, county.department, WHY, by=staff["here"], at=NOON)
    assert [(each.place, each.leads) for each in case.held_by] == [(county.department, True)]


def test_what_is_not_ours_goes_back_to_who_gave_it_and_then_up(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.village)
    forward(session, case, county.department, WHY, by=staff["here"], at=NOON)
    give_back(session, case, "不是我们", by=staff["department"], at=NOON)
    assert [each.place for each in case.held_by] == [county.here]
    give_back(session, case, "也不是我们", by=staff["here"], at=NOON)
    assert [each.place for each in case.held_by] == [county.county]


def test_the_last_office_gives_nothing_back(staffed):
    session, county, staff = staffed
    case = make_case(session, "tipoff", unit=county.village)
    with pytest.raises(Refusal, match="没有更上一级"):
        give_back(session, case, "不是我们", by=staff["county"], at=NOON)


def test_a_case_is_not_given_to_who_has_it_nor_to_where_nobody_is(begun):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, "tipoff", unit=county.far_village)
    seat(session, case, county.here, at=NOON)
    with pytest.raises(Refusal, match="已经在"):
        forward(session, case, county.here, WHY, by=one, at=NOON)
    with pytest.raises(Refusal, match="没有人能看到"):
        forward(session, case, county.department, WHY, by=one, at=NOON)


def test_a_committee_is_its_village(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.village)
    committee = make_publisher(session, county.village, "committee")
    restrict(session, case, "有人要保密", by=staff["here"], at=NOON)
    forward(session, case, committee, WHY, by=staff["here"], at=NOON)
    assert seers(session, staff, case) == {"village"}


@pytest.mark.parametrize("kind", ["complaint", "tipoff", "objection"])
@pytest.mark.parametrize("accused", ["here", "village", "department"])
def test_no_verb_brings_an_accusation_to_the_accused(staffed, kind, accused):
    session, county, staff = staffed
    theirs = {"here": ("here", "village", "other_village"), "village": ("village",), "department": ("department",)}
    place = getattr(county, accused)
    about = {"publisher": place} if accused == "department" else {"unit": place}
    case = make_case(session, kind, **about)
    by = who_sees(session, case)[0]
    for name in theirs[accused]:
        for verb in (forward, join):
            with pytest.raises(Refusal, match="要回避"), session.begin_nested():
                verb(session, case, getattr(county, name), WHY, by=by, at=NOON)
            session.expire_all()
    forward(session, case, county.far_village, WHY, by=by, at=NOON)
    give_back(session, case, "不归我们", by=staff["far_village"], at=NOON)
    assert not seers(session, staff, case) & set(theirs[accused])
    assert not {each.place for each in case.seats} & {getattr(county, name) for name in theirs[accused]}


def test_who_has_an_interest_steps_back_and_the_others_go_on(begun):
    session, county = begun
    one, other = handler(session, county.here), handler(session, county.here)
    case = make_case(session, unit=county.village)
    recuse(session, case, "写信人是我表弟", by=one, at=NOON)
    assert visible_case(session, one, case.id) is None
    with pytest.raises(Refusal, match="没有人能看到"):
        recuse(session, case, "我也认识他", by=other, at=NOON)


def test_who_only_helps_keeps_nobody_else_out(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.village)
    join(session, case, county.department, "查一下补贴", by=staff["here"], at=NOON)
    with pytest.raises(Refusal, match="只能自己回避"):
        recuse(session, case, WHY, by=staff["department"], at=NOON, whom=staff["here"])
    recuse(session, case, WHY, by=staff["here"], at=NOON, whom=staff["department"])
    assert seers(session, staff, case) == {"county", "here"}


def test_what_turns_out_to_be_an_accusation_leaves_the_accused(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.village)
    join(session, case, county.village, "看一眼", by=staff["here"], at=NOON)
    restrict(session, case, "说的是镇上的人", by=staff["here"], at=NOON, keep_from=(county.here,))
    assert [each.place for each in case.held_by] == [county.county]
    assert seers(session, staff, case) == {"county"}


@pytest.mark.parametrize("holder", ["county", "department", "here"])
def test_nothing_is_kept_from_the_last_who_could_answer(staffed, holder):
    """Its departments and townships are below the county: none of them takes what is kept from it."""
    session, county, staff = staffed
    case = make_case(session, unit=county.county)
    if holder != "county":
        forward(session, case, getattr(county, holder), WHY, by=staff["county"], at=NOON)
    with pytest.raises(Refusal, match="请用“转到别处”交给"):
        restrict(session, case, "说的是县里", by=staff[holder], at=NOON, keep_from=(county.county,))


def test_who_is_below_a_barred_county_sees_nothing(staffed):
    session, county, staff = staffed
    case = make_case(session, unit=county.county)
    for place in (county.department, county.here, county.far_village):
        join(session, case, place, WHY, by=staff["county"], at=NOON)
    bar(session, case, county.county)
    assert seers(session, staff, case) == set()
    assert is_barred(case, county.department)
