"""What was written under one kind and is another: a second case, and nobody learns by it what they may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOON
from tests.intake.cases import (
    APPLICATION,
    COMPLAINT,
    NAME,
    QUESTION,
    TEXT,
    TIPOFF,
    handler,
    later,
    make_case,
    make_receipt,
)
from villages.core.refusal import Refusal
from villages.intake import following, handling
from villages.intake.enclosures import Given, content_of
from villages.intake.numbers import spoken
from villages.intake.reading import read_as_writer
from villages.intake.receiving import Came
from villages.intake.refiling import refile
from villages.intake.routing import About
from villages.intake.sealed import opened_values
from villages.intake.seeing import visible_case, who_sees
from villages.intake.telling import lines

WHY = "这是投诉，不是咨询"


def test_the_same_code_opens_both_and_the_writer_reads_why(begun):
    session, county = begun
    one = handler(session, county.here)
    handler(session, county.county)
    first = make_receipt(session, unit=county.village, files=(Given("photos", "image/jpeg", b"a lamp"),))
    second = refile(session, first.case, COMPLAINT, About(unit=county.village), WHY, by=one, at=NOON)
    assert second.code == first.code
    assert following.opens(session, second.case.number, first.code)
    assert (first.case.state, second.case.state) == ("passed_on", "received")
    values = opened_values(session, second.case.body, about=second.case.about("body"))
    assert (values["name"], values["text"]) == (NAME, TEXT)
    assert [content_of(session, each) for each in second.case.enclosures] == [b"a lamp"]
    told = lines(read_as_writer(session, first.case).steps)[-2]
    assert (told.text, told.what) == (WHY, f"改按另一类办理，新的编号 {spoken(second.case.number)}，查询码不变")


def test_a_photograph_of_what_is_wrong_goes_along_and_a_proof_of_identity_does_not(begun):
    session, county = begun
    one, body = handler(session, county.here), county.publisher(session, county.here)
    lamp, card = Given("photos", "image/jpeg", b"a lamp"), Given("identity", "image/jpeg", b"a card")
    letter = make_case(session, unit=county.village, files=(lamp,))
    about, who = About(publisher=body), "natural_person"
    asked = refile(session, letter, APPLICATION, about, WHY, by=one, at=NOON, applicant=who)
    assert [(each.field, content_of(session, each)) for each in asked.case.enclosures] == [("added", b"a lamp")]
    files = (card, Given("added", "image/jpeg", b"a drawing"))
    application = make_case(session, "foi_request", publisher=body, files=files)
    told = refile(session, application, QUESTION, About(unit=county.village), WHY, by=one, at=NOON).case
    assert [(each.field, content_of(session, each)) for each in told.enclosures] == [("added", b"a drawing")]


def test_the_period_counts_from_the_day_on_which_the_first_was_received(begun):
    session, county = begun
    one = handler(session, county.here)
    first = make_case(session, unit=county.village)
    second = refile(session, first, COMPLAINT, About(unit=county.village), WHY, by=one, at=later(9)).case
    assert (second.received_on, second.submitted_at) == (first.received_on, later(9))
    assert second.due_on == first.received_on + timedelta(days=60)
    assert second.acknowledge_on == first.received_on + timedelta(days=15)


def test_a_reason_is_needed_and_another_kind(begun):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, unit=county.village)
    with pytest.raises(Refusal, match="本来就是"):
        refile(session, case, QUESTION, About(unit=county.village), WHY, by=one, at=NOON)
    with pytest.raises(Refusal, match="为什么改按"):
        refile(session, case, COMPLAINT, About(unit=county.village), " ", by=one, at=NOON)


def test_an_application_is_still_answered_with_a_result(begun):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, "foi_request", publisher=county.publisher(session, county.here), came=Came("counter"))
    handling.accept(session, case, by=one, at=NOON)
    second = refile(session, case, COMPLAINT, About(unit=county.village), WHY, by=one, at=NOON).case
    assert case.state == "in_hand"
    assert opened_values(session, second.body, about=second.about("body"))["text"] == TEXT
    assert visible_case(session, one, case.id) is case


def test_what_becomes_an_application_says_what_kind_of_applicant(begun):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, unit=county.village)
    about = About(publisher=county.publisher(session, county.here))
    with pytest.raises(Refusal, match="申请人是哪一类"):
        refile(session, case, APPLICATION, about, "要的是文件", by=one, at=NOON)
    second = refile(session, case, APPLICATION, about, "要的是文件", by=one, at=NOON, applicant="natural_person")
    assert second.case.applicant == "natural_person"
    assert opened_values(session, second.case.body, about=second.case.about("body"))["subject"] == TEXT


@pytest.mark.parametrize("kind", [COMPLAINT, TIPOFF], ids=lambda kind: kind.key)
def test_what_becomes_an_accusation_leaves_the_accused_altogether(begun, kind):
    session, county = begun
    accused, below, above = (handler(session, place) for place in (county.here, county.village, county.county))
    case = make_case(session, unit=county.village)
    second = refile(session, case, kind, About(unit=county.here), WHY, by=accused, at=NOON).case
    for each in (case, second):
        assert [staff.id for staff in who_sees(session, each)] == [above.id]
        assert visible_case(session, accused, each.id) is None
        assert visible_case(session, below, each.id) is None


def test_what_was_kept_from_somebody_stays_so_under_any_name(begun):
    session, county = begun
    accused, colleague, above = (handler(session, place) for place in (county.here, county.county, county.county))
    case = make_case(session, "tipoff", unit=county.here)
    following.add(session, case, "还有一件", at=NOON)
    handling.accept(session, case, by=above, at=NOON)
    second = refile(session, case, QUESTION, About(unit=county.village), "其实是咨询", by=above, at=NOON).case
    assert [each.place for each in second.held_by] == [county.county]
    assert {staff.id for staff in who_sees(session, second)} == {colleague.id, above.id}
    assert visible_case(session, accused, second.id) is None
