"""The writer's side: number and code open a case, and what they may do with it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from tests.factories import NOON
from tests.intake.cases import NAME, PHONE, TEXT, answered, handler, later, make_case, make_receipt, values_of
from villages.core.refusal import Refusal
from villages.intake import following, handling
from villages.intake.acting import verbs_open_to
from villages.intake.enclosures import Given, content_of
from villages.intake.forgetting import erase
from villages.intake.models import Case
from villages.intake.numbers import new_number
from villages.intake.reading import in_clear, read_as_writer
from villages.intake.receiving import Came
from villages.intake.routing import seat

HOME, AWAY = "203.0.113.7", "198.51.100.9"
PHOTO = Given("photos", "image/jpeg", b"a lamp")


def find(session, case, code, *, network=HOME, at=NOON, is_known=False):
    number = case if isinstance(case, str) else case.number
    return following.find(session, number, code, network=network, at=at, is_known=is_known)


def wrong_code(code):
    return f"{(int(code) + 1) % 10**8:08}"


def test_number_and_code_open_a_case_and_nothing_else_does(begun):
    session, county = begun
    receipt = make_receipt(session, unit=county.village)
    other = make_receipt(session, unit=county.village)
    assert find(session, receipt.case, receipt.code).case is receipt.case
    for n, code in enumerate((wrong_code(receipt.code), other.code, "", following.NOBODYS, "１２３")):
        found = find(session, receipt.case, code, network=f"192.0.2.{n}")
        assert found == find(session, new_number(2026), code, network=f"192.0.2.{n}") == following.Found(None)
    assert following.opens(session, receipt.case.number, receipt.code)


@pytest.mark.parametrize("code", ["", following.NOBODYS, "00000000"])
def test_nothing_opens_what_was_never_there_or_was_forgotten(begun, code):
    session, county = begun
    case = make_case(session, unit=county.village)
    erase(session, case, at=NOON)
    assert not following.opens(session, case.number, code)
    assert not following.opens(session, new_number(2026), code)


def test_a_code_that_was_moved_from_another_case_does_not_open(begun):
    session, county = begun
    mine, theirs = make_receipt(session, unit=county.village), make_receipt(session, unit=county.village)
    session.execute(update(Case).where(Case.id == theirs.case.id).values(code=mine.case.code))
    assert not following.opens(session, theirs.case.number, mine.code)


def test_who_guesses_waits_and_the_owner_elsewhere_does_not(begun):
    session, county = begun
    receipt = make_receipt(session, unit=county.village)
    for _ in range(5):
        assert find(session, receipt.case, wrong_code(receipt.code), network=AWAY).case is None
    waits = find(session, receipt.case, receipt.code, network=AWAY)
    assert waits.case is None
    assert waits.until > NOON
    assert find(session, receipt.case, receipt.code).case is receipt.case
    assert find(session, receipt.case, receipt.code, network=AWAY, is_known=True).case is receipt.case
    assert find(session, receipt.case, receipt.code, network=AWAY, at=waits.until).case is receipt.case


def test_a_pass_is_of_one_number(begun):
    session, _ = begun
    assert following.pass_for(session, "1") == following.pass_for(session, "1") != following.pass_for(session, "2")


def test_the_writer_adds_while_the_case_is_open(begun):
    session, county = begun
    case = make_case(session, unit=county.village)
    following.add(session, case, "另外一盏也不亮", at=NOON, files=[PHOTO])
    assert [content_of(session, each) for each in case.enclosures] == [b"a lamp"]
    assert read_as_writer(session, case).steps[-1][1] == "另外一盏也不亮"
    with pytest.raises(Refusal, match="要补充的话"):
        following.add(session, case, " ", at=NOON)
    answered(session, case)
    with pytest.raises(Refusal, match="“已答复”，不能补充说明"):
        following.add(session, case, "又一盏", at=NOON)


def test_what_is_taken_back_has_ended_and_an_application_is_counted(begun):
    session, county = begun
    question = make_case(session, unit=county.village)
    following.withdraw(session, question, "", at=later(1))
    assert (question.state, question.answered_on) == ("withdrawn", None)
    publisher = county.publisher(session, county.here)
    application = make_case(session, "foi_request", publisher=publisher, came=Came("counter"))
    following.withdraw(session, application, "不要了", at=later(1))
    assert (application.answered_on, application.result) == (date(2026, 11, 25), following.WITHDRAWN)
    with pytest.raises(Refusal):
        following.withdraw(session, application, "", at=later(2))


def test_an_answer_is_rated_and_the_last_word_counts(begun):
    session, county = begun
    case = make_case(session, unit=county.village)
    with pytest.raises(Refusal):
        following.rate(session, case, 5, "", at=NOON)
    answered(session, case)
    for stars in (0, 6):
        with pytest.raises(Refusal, match="1 到 5"):
            following.rate(session, case, stars, "", at=NOON)
    following.rate(session, case, 1, "没人来", at=NOON)
    following.rate(session, case, 4, "", at=NOON)
    assert (case.rating, case.state) == (4, "answered")


def test_what_is_not_solved_goes_back_to_who_handled_it_and_the_office_above_once(begun):
    session, county = begun
    case = make_case(session, unit=county.village)
    seat(session, case, county.village, at=NOON)
    answered(session, case)
    following.not_solved(session, case, "还是不亮", at=later(3))
    held = [(each.place, each.leads) for each in case.held_by]
    assert held == [(county.village, True), (county.here, False)]
    assert (case.state, case.answered_on, case.due_on) == ("in_hand", None, date(2026, 12, 18))
    one = handler(session, county.village)
    assert "draft" in verbs_open_to(session, case, one)
    case.state = "answered"
    with pytest.raises(Refusal, match="已经退回重办过一次"):
        following.not_solved(session, case, "还是不亮", at=later(4))


@pytest.mark.parametrize("kind", ["complaint", "tipoff"])
def test_what_is_not_solved_never_comes_to_the_accused(begun, kind):
    session, county = begun
    case = make_case(session, kind, unit=county.here)
    seat(session, case, county.far_village, at=NOON)
    for place in (county.here, county.village):
        handler(session, place)
    answered(session, case)
    following.not_solved(session, case, "没有查", at=NOON)
    places = [each.place for each in case.held_by]
    assert places == [county.far_village] if kind == "tipoff" else [county.far_village, county.there]


def test_an_application_is_not_unsolved_but_reconsidered(begun):
    session, county = begun
    publisher = county.publisher(session, county.here)
    case = answered(session, make_case(session, "foi_request", publisher=publisher, came=Came("counter")),
                    result="granted")  # fmt: skip
    with pytest.raises(Refusal, match="不能说没解决"):
        following.not_solved(session, case, "不满意", at=NOON)


def test_who_wrote_is_deleted_when_they_ask_and_what_about_stays(begun):
    session, county = begun
    case = make_case(session, unit=county.village, files=[PHOTO])
    answered(session, case)
    with pytest.raises(Refusal):
        following.forget(session, case, at=NOON)
    case.state, case.closed_at = "closed", NOON
    following.forget(session, case, at=NOON)
    told = read_as_writer(session, case)
    assert told.values == {"text": TEXT}
    assert (case.phone_digest, case.name_digest, case.enclosures) == ("", "", [])
    assert told.reply.text
    assert case.forgotten_at is None


def test_an_answer_and_a_later_word_do_not_tell_who_wrote_any_more(begun):
    session, county = begun
    case = make_case(session, unit=county.village, values=values_of("question", text=f"我是{NAME}，灯不亮"))
    following.add(session, case, f"打 {PHONE} 找钱师傅", at=NOON)
    answered(session, case, text=f"{NAME}：\n灯泡明天就换，钱女士请放心")
    case.state, case.closed_at = "closed", NOON
    following.forget(session, case, at=NOON)
    kept = [in_clear(session, case), read_as_writer(session, case)]
    for secret in (NAME, PHONE, "钱师傅", "钱女士"):
        assert secret not in repr([(each.values, [note for _, note in each.steps], each.reply) for each in kept])
    assert kept[1].reply.text == "写信人：\n灯泡明天就换，写信人请放心"


def test_the_name_on_an_application_stays_with_the_file(begun):
    session, county = begun
    publisher = county.publisher(session, county.here)
    case = make_case(session, "foi_request", publisher=publisher, came=Came("counter"),
                     values=values_of("foi_request", address="示例路 1 号"))  # fmt: skip
    handling.accept(session, case, by=handler(session, county.here), at=NOON)
    case.state, case.closed_at = "closed", NOON
    following.forget(session, case, at=NOON)
    values = read_as_writer(session, case).values
    assert values["name"] == NAME
    assert not {"phone", "address"} & values.keys()
    assert PHONE not in repr(values)
    assert case.name_digest
