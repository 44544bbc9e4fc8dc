"""Somebody stands before a plate: what they find, and what follows from it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import NOON, TESTER, make_plate, make_village
from villages.audit.models import AuditEntry
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.plates.actions import Paper, note_print_run, retire
from villages.plates.inspecting import Seen, inspect, replace
from villages.plates.models import Inspection, PrintRun
from villages.plates.queries import astray
from villages.plates.watching import ROLLS, Terms, inspections_of, watched_plates

DAY = timedelta(days=1)
HERE = "https://new.gov.cn/"


@pytest.fixture
def session(blank):
    with blank.transaction() as session:
        yield session


@pytest.fixture
def plate(session):
    return make_plate(session)


def printed(session, *plates, url=HERE, at=NOON, **given):
    facts = {"layout": "door-a4", "is_test": False} | given
    return note_print_run(session, list(plates), base_url=url, by=TESTER, at=at, **facts)


def found(session, plate, finding, at=NOON, **given):
    return inspect(session, plate, Seen(finding, **given), by=TESTER, at=at)


def test_printed_posted_damaged_printed_and_posted_again(session, plate):
    stages = [plate.stage]
    for step in ("print", "post", "damaged", "print", "post"):
        printed(session, plate) if step == "print" else found(session, plate, step)
        stages.append(plate.stage)
    assert stages == ["issued", "printed", "posted", "damaged", "printed", "posted"]
    assert plate.state == "active"


@pytest.mark.parametrize("given", [{"is_test": True}, {"layout": "wall-a3"}])
def test_test_sheets_and_posters_are_no_plates(session, plate, given):
    printed(session, plate, **given)
    assert plate.stage == "issued"


def test_a_form_sent_twice_is_one_run_and_one_inspection(session, plate):
    assert printed(session, plate, paper=Paper(token="t")) is printed(session, plate, paper=Paper(token="t"))
    assert found(session, plate, "post", token="u") is found(session, plate, "damaged", token="u")
    assert plate.stage == "posted"
    assert session.scalar(select(func.count()).select_from(PrintRun)) == 1
    assert session.scalar(select(func.count()).select_from(Inspection)) == 1


def test_who_posts_a_plate_says_where_it_hangs(session, plate):
    before, _ = freshness_of(session, plate.unit.scope)
    found(session, plate, "post", spot="卫生室西墙")
    assert plate.place == "卫生室西墙"
    assert freshness_of(session, plate.unit.scope)[0] == before + 1
    found(session, plate, "fine", spot="卫生室门口，右边")
    assert plate.place == "卫生室西墙"


def test_every_finding_is_in_the_audit_with_the_stage_before_and_after(session, plate):
    found(session, plate, "damaged", note="右上角撕了")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "plate.damaged")).one()
    assert entry.detail == {"before": "issued", "after": "damaged", "photo": False}
    assert [each.note for each in inspections_of(session, plate)] == ["右上角撕了"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"finding": "broken"}, "请先选"),
        ({"finding": "suspicious"}, "拍一张照片"),
        ({"finding": "fine", "note": "字" * 201}, "说明最多"),
        ({"finding": "fine", "note": "看\x00不见"}, "看不见的字符"),
        ({"finding": "post", "spot": "处" * 41}, "位置最多"),
        ({"finding": "fine", "spot_at": (91.0, 0.0)}, "手机给的位置"),
        ({"finding": "fine", "spot_at": (float("nan"), 0.0)}, "手机给的位置"),
    ],
)
def test_what_nobody_can_act_upon_is_refused(session, plate, given, says):
    with pytest.raises(Refusal, match=says):
        inspect(session, plate, Seen(**given), by=TESTER, at=NOON)
    assert plate.stage == "issued"


def test_a_replaced_plate_leads_to_a_new_number_at_the_same_place(session, plate):
    new = replace(session, plate, reason="可疑", by=TESTER, at=NOON)
    assert (plate.stage, plate.state, plate.successor) == ("replaced", "retired", new)
    assert (new.stage, new.place, new.unit) == ("issued", plate.place, plate.unit)
    assert new.number != plate.number
    with pytest.raises(Refusal, match="已经停用"):
        replace(session, plate, reason="可疑", by=TESTER, at=NOON)
    with pytest.raises(Refusal, match="请取下来"):
        found(session, plate, "fine")


def test_a_run_with_a_plate_that_was_retired_meanwhile_is_refused(session, plate):
    retire(session, plate, reason="lost", by=TESTER, at=NOON)
    with pytest.raises(Refusal, match=f"{plate.number} 已经停用"):
        printed(session, plate)


def test_an_old_address_hangs_until_the_new_print_is_posted(session, plate):
    printed(session, plate, url="https://old.gov.cn/")
    found(session, plate, "post", at=NOON + DAY)
    printed(session, plate, at=NOON + 2 * DAY)
    assert [url for _, url in astray(session, HERE)] == ["https://old.gov.cn/"]
    found(session, plate, "fine", at=NOON + 3 * DAY)
    assert astray(session, HERE)
    found(session, plate, "post", at=NOON + 4 * DAY)
    assert not astray(session, HERE)


def rolls(session, unit, days=0, **given):
    """The keys of the lists that hold a unit's plates some days later."""
    terms = Terms(at=NOON + days * DAY, base_url=HERE, **given)
    watched = watched_plates(session, unit, terms)
    return {key for key, roll in ROLLS.items() if any(roll.holds(each, terms) for each in watched)}


def test_a_plate_is_due_when_nobody_saw_it_for_long(session, plate):
    printed(session, plate)
    assert rolls(session, plate.unit) == {"all", "to_post"}
    found(session, plate, "post")
    assert rolls(session, plate.unit, days=90) == {"all"}
    assert rolls(session, plate.unit, days=91) == {"all", "unseen"}
    found(session, plate, "fine", at=NOON + 50 * DAY)
    assert rolls(session, plate.unit, days=91) == {"all"}
    assert rolls(session, plate.unit, days=91, inspect_days=40) == {"all", "unseen"}


@pytest.mark.parametrize(("early", "late", "silent"), [(10, 0, True), (9, 0, False), (10, 1, False), (0, 0, False)])
def test_scans_that_fall_silent_show(session, plate, early, late, silent):
    scan = Inspection.metadata.tables["scan"]
    for days, count in ((59, early), (30, 0), (29, late)):
        session.execute(scan.insert().values(plate_id=plate.id, on_day=(NOON - days * DAY).date(), count=count))
    assert ("silent" in rolls(session, plate.unit)) is silent


def test_the_lists_hold_what_they_say(session):
    village = make_village(session)
    for finding in ("damaged", "suspicious", "missing"):
        each = make_plate(session, village)
        printed(session, each)
        found(session, each, finding, note="看过")
    replace(session, each, reason="丢失", by=TESTER, at=NOON)
    assert rolls(session, village) == {"all", "unprinted", "damaged", "suspicious", "over"}
    assert rolls(session, make_village(session)) == set()


def test_a_village_sees_its_own_plates_a_township_those_of_its_villages(session):
    first, second = (
        make_plate(session),
        make_plate(session, make_village(session, township="白云乡", code="410999105201")),
    )
    terms = Terms(at=NOON, base_url=HERE)

    def seen(unit):
        return {each.plate for each in watched_plates(session, unit, terms)}

    assert seen(first.unit) == seen(first.unit.parent) == {first}
    assert seen(first.unit.above("county")) == {first, second}


def test_a_finding_can_be_noted_by_command(villages):
    villages("init")
    number = villages("plates", "list", "--format", "csv")[1].splitlines()[1].split(",")[0]
    status, out, _ = villages("plates", "inspect", number, "--finding", "damaged", "--note", "撕了一角")
    assert status == 0
    assert "现在是“损坏”" in out
    status, _, err = villages("plates", "inspect", number, "--finding", "suspicious")
    assert status == 1
    assert "写一句哪里可疑" in err
