"""The life of a plate: issued, printed, retired; never deleted, never renumbered."""

import pytest
from sqlalchemy import event

from tests.factories import NOON, TESTER, make_entry, make_plate, make_village
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.plates.actions import issue, issue_missing, note_print_run, retire
from villages.plates.queries import all_plates, astray, plate, plates_of, plates_to_print
from villages.registry.actions import merge, recode, rename
from villages.registry.loading import load


@pytest.fixture
def session(blank):
    with blank.transaction() as session:
        yield session


def test_every_village_in_scope_gets_one_plate_and_a_second_time_none(session):
    entries = [make_entry(code=f"41099910020{n}", name=f"第{n}村", in_scope=n < 3) for n in (1, 2, 3)]
    load(session, entries, by=TESTER, at=NOON)
    assert len(issue_missing(session, by=TESTER, at=NOON)) == 2
    assert issue_missing(session, by=TESTER, at=NOON) == []


def test_plates_for_many_villages_are_issued_with_a_few_questions(session):
    load(session, [make_entry(code=f"4109991002{n}") for n in range(10, 60)], by=TESTER, at=NOON)
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2].partition(" ")[0]))
    plates = issue_missing(session, by=TESTER, at=NOON)
    assert len({each.number for each in plates}) == 50
    assert asked.count("SELECT") <= 4  # numbers, villages, and the audit's last entry


def test_the_real_county_has_322_plates_with_322_numbers(nanle):
    with nanle.reading() as session:
        assert len({each.number for each in all_plates(session)}) == 322


def test_a_number_stays_through_rename_recode_and_merger(session):
    village, other = make_village(session), make_village(session, name="桃园村")
    number = make_plate(session, village).number
    rename(session, village, "新村", by=TESTER, at=NOON)
    recode(session, village, "410999100999", by=TESTER, at=NOON)
    merge(session, village, other, by=TESTER, at=NOON)
    assert plate(session, number).unit.successor is other


def test_a_village_may_have_several_plates_each_with_its_place(session):
    village = make_village(session)
    for place in ("村委会门口", "文化广场"):
        issue(session, village, place=place, by=TESTER, at=NOON)
    assert [each.place for each in plates_of(session, village)] == ["村委会门口", "文化广场"]


@pytest.mark.parametrize("place", ["", "  ", "处" * 41, "广\n场"])
def test_a_plate_needs_a_place(session, place):
    with pytest.raises(Refusal):
        issue(session, make_village(session), place=place, by=TESTER, at=NOON)


def test_a_village_that_was_merged_away_gets_no_new_plate(session):
    village, other = make_village(session), make_village(session, name="桃园村")
    merge(session, village, other, by=TESTER, at=NOON)
    with pytest.raises(Refusal, match="已并入桃园村"):
        make_plate(session, village)


def test_a_retired_plate_keeps_reason_time_and_successor(session):
    village = make_village(session)
    old, new = make_plate(session, village), make_plate(session, village)
    before, _ = freshness_of(session, village.scope)
    retire(session, old, reason="damaged", successor=new, by=TESTER, at=NOON)
    assert (old.state, old.reason, old.retired_at, old.successor) == ("retired", "损坏", NOON, new)
    assert freshness_of(session, village.scope)[0] == before + 1


def test_a_plate_is_retired_once_and_never_by_itself(session):
    first, second = make_plate(session), make_plate(session)
    with pytest.raises(Refusal, match="接替它自己|由它自己接替"):
        retire(session, first, reason="lost", successor=first, by=TESTER, at=NOON)
    with pytest.raises(Refusal, match="请核对"):
        retire(session, first, reason="lost", successor=second, by=TESTER, at=NOON)
    with pytest.raises(Refusal, match="停用原因"):
        retire(session, first, reason=" ", by=TESTER, at=NOON)
    retire(session, first, reason="lost", by=TESTER, at=NOON)
    with pytest.raises(Refusal, match="已经停用"):
        retire(session, first, reason="lost", by=TESTER, at=NOON)


def test_retired_plates_are_not_printed(session):
    village = make_village(session)
    old, new = make_plate(session, village), make_plate(session, village)
    retire(session, old, reason="lost", by=TESTER, at=NOON)
    assert list(plates_to_print(session, unit=village)) == [new]


def test_a_changed_address_shows_which_plates_no_longer_lead_home(session):
    village = make_village(session)
    first, second, third = (make_plate(session, village) for _ in range(3))
    run = {"layout": "door-a4", "by": TESTER, "at": NOON}
    note_print_run(session, [first, second], base_url="https://old.gov.cn/", is_test=False, **run)
    note_print_run(session, [second], base_url="https://new.gov.cn/", is_test=False, **run)
    note_print_run(session, [first], base_url="https://new.gov.cn/", is_test=True, **run)
    assert [(each.number, url) for each, url in astray(session, "https://new.gov.cn/")] == [
        (first.number, "https://old.gov.cn/")
    ]
    assert third.number not in {each.number for each, _ in astray(session, "https://new.gov.cn/")}


@pytest.mark.parametrize(
    ("typed", "says"),
    [("123", "应是 8 位数字"), ("12345678", "有一位不对"), ("10000004", "没有码号为|有一位不对")],
)
def test_a_mistyped_number_is_told_what_is_wrong(session, typed, says):
    with pytest.raises(Refusal, match=says):
        plate(session, typed)
