"""A case comes in once, is sealed, and lies in the right hands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from tests.factories import NOON, TESTER, make_publisher
from tests.intake.cases import NAME, PHONE, TEXT, county_in, make_case, make_receipt
from villages.audit.models import AuditEntry
from villages.core.refusal import Refusal
from villages.intake.enclosures import Given, content_of, store_of
from villages.intake.following import opens
from villages.intake.history import note_of
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.intake.numbers import is_number
from villages.intake.receiving import SHOWN_AGAIN, Came
from villages.intake.sealed import opened_values

PICTURE = b"\xff\xd8\xff" + b"a picture of somebody" * 9


def test_a_receipt_has_a_number_and_a_code_that_opens_the_case(office):
    with office.transaction() as session:
        receipt = make_receipt(session, unit=county_in(session).village)
        case = receipt.case
        assert is_number(case.number)
        assert opens(session, case.number, receipt.code)
        assert not opens(session, case.number, f"{(int(receipt.code) + 1) % 10**8:08}")
        assert not opens(session, "202600000000", receipt.code)
        assert opened_values(session, case.body, about=case.about("body"))["text"] == TEXT


def test_the_same_form_sent_again_gives_the_same_receipt_for_a_day(office):
    with office.transaction() as session:
        county = county_in(session)
        first = make_receipt(session, unit=county.village, came=Came("online", token="t" * 32))
        again = make_receipt(session, unit=county.village, came=Came("online", token="t" * 32))
        assert (again.case.id, again.code, again.is_new) == (first.case.id, first.code, False)
        late = make_receipt(session, unit=county.village, came=Came("online", token="t" * 32), at=NOON + SHOWN_AGAIN)
        assert (late.case.id, late.code) == (first.case.id, "")
        other = make_receipt(session, unit=county.village, came=Came("online", token="u" * 32))
        assert other.case.id != first.case.id


def test_one_form_from_two_threads_at_once_is_one_case(office):
    with office.transaction() as session:
        county_in(session)
    both = Barrier(2)

    def send(_n):
        both.wait()
        with office.transaction() as session:
            receipt = make_receipt(session, came=Came("online", token="t" * 32))
            return receipt.case.number, receipt.code

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(send, range(2)))
    assert told[0] == told[1]
    with office.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_nothing_that_was_written_stands_in_the_database_in_clear(office, tmp_path):
    with office.transaction() as session:
        files = (Given("photos", "image/jpeg", PICTURE),)
        receipt = make_receipt(session, unit=county_in(session).village, files=files)
        assert content_of(session, receipt.case.enclosures[0]) == PICTURE
        stored = store_of(session).path(receipt.case.enclosures[0].digest).read_bytes()
    assert PICTURE[:20] not in stored
    with office.reading() as session:
        rows = repr([list(row) for table in Case.metadata.sorted_tables for row in session.execute(select(table))])
    assert receipt.case.number in rows
    contents = [path.read_bytes() for path in office.path.parent.glob(f"{office.path.name}*")] if office.path else []
    for word in (NAME, PHONE, TEXT, receipt.code):
        assert word not in rows
        assert not any(word.encode() in content for content in contents)


def test_the_audit_says_that_a_case_came_and_not_from_where(office):
    with office.transaction() as session:
        session.info["address"] = "203.0.113.9"
        make_case(session, unit=county_in(session).village)
    with office.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "case.receive")).one()
        assert (entry.actor, entry.address) == ("写信人", "不记来处")
        assert entry.detail == {"kind": "question", "channel": "online"}


def seat_of(case):
    return [(seat.place.name, seat.leads) for seat in case.held_by]


@pytest.mark.parametrize(
    ("kind", "about", "holder", "barred"),
    [
        ("question", "village", "here", []),
        ("question", "here", "here", []),
        ("question", "county", "county", []),
        ("question", "nothing", "county", []),
        ("question", "department", "department", []),
        ("complaint", "village", "here", ["village"]),
        ("complaint", "here", "county", ["here"]),
        ("complaint", "department", "county", ["department"]),
        ("complaint", "committee", "here", ["village"]),
        ("tipoff", "village", "county", ["village"]),
        ("tipoff", "here", "county", ["here"]),
        ("suspicious_code", "village", "county", []),
        ("error", "village", "here", []),
        ("foi_request", "of the township", "here", []),
        ("foi_request", "department", "department", []),
        ("foi_request", "of the county", "county", []),
    ],
)
def test_each_kind_comes_to_its_office_and_never_to_whom_it_is_about(office, kind, about, holder, barred):
    with office.transaction() as session:
        county = county_in(session)
        given = {
            "nothing": {},
            "department": {"publisher": county.department},
            "committee": {"publisher": make_publisher(session, county.village, "committee")},
            "of the township": {"publisher": county.publisher(session, county.here)},
            "of the county": {"publisher": county.publisher(session, county.county)},
        }
        case = make_case(session, kind, **given.get(about, {"unit": getattr(county, about, None)}))
        assert seat_of(case) == [(getattr(county, holder).name, True)]
        places = [(row.unit or row.publisher).name for row in case.barred]
        assert places == [getattr(county, place).name for place in barred]
        assert case.is_restricted is (kind == "tipoff")


@pytest.mark.parametrize("by_body", [False, True])
def test_a_tip_off_about_the_county_itself_is_not_taken_and_says_who_takes_it(begun, by_body):
    session, county = begun
    about = {"publisher": county.publisher(session, county.county)} if by_body else {"unit": county.county}
    with pytest.raises(Refusal, match="请向.+的信访部门或者纪检监察机关反映"), session.begin_nested():
        make_case(session, "tipoff", **about)
    assert session.scalar(select(func.count()).select_from(Case)) == 0


@pytest.mark.parametrize("kind", ["complaint", "objection"])
def test_a_complaint_about_the_county_and_an_objection_to_it_are_its_own(begun, kind):
    session, county = begun
    case = make_case(session, kind, unit=county.county)
    assert [row.place for row in case.held_by] == [county.county]
    assert case.barred == []


def test_beside_a_department_the_county_is_only_where_it_is(begun):
    session, county = begun
    case = make_case(session, "complaint", unit=county.county, publisher=county.department)
    assert [row.whom for row in case.barred] == [county.department]


def test_an_application_goes_to_an_organ_of_government_alone(office):
    with office.transaction() as session:
        committee = make_publisher(session, kind="committee")
        with pytest.raises(Refusal, match="请选一个行政机关"):
            make_case(session, "foi_request", publisher=committee)


@pytest.mark.parametrize(
    ("kind", "due"),
    [("question", date(2026, 12, 15)), ("complaint", date(2027, 1, 23)), ("error", date(2026, 11, 27))],
)
def test_the_last_day_is_kept_with_the_case(office, kind, due):
    with office.transaction() as session:
        county = county_in(session)
        case = make_case(session, kind, unit=county.village)
        assert (case.due_on, case.is_provisional) == (due, False)
        assert case.calendar_version > 0
        span = kinds()[kind].dated[-1].acknowledge
        assert (case.acknowledge_on is None) is (span is None)


def test_an_application_by_a_line_counts_from_when_both_have_confirmed_it(office):
    with office.transaction() as session:
        county = county_in(session)
        publisher = county.publisher(session, county.here)
        online = make_case(session, "foi_request", publisher=publisher)
        assert (online.due_on, online.acknowledge_on) == (None, date(2026, 11, 25))
        at_once = make_case(session, "foi_request", publisher=publisher, came=Came("counter"))
        assert (at_once.due_on, at_once.acknowledge_on) == (date(2026, 12, 22), None)
        assert [step.verb for step in at_once.steps] == ["receive", "confirm"]


def test_staff_enter_what_came_before_with_its_true_day(office):
    with office.transaction() as session:
        county = county_in(session)
        case = make_case(session, unit=county.village, came=Came("post", on=date(2021, 9, 13)))
        assert (case.received_on, case.due_on) == (date(2021, 9, 13), date(2021, 10, 9))
        assert case.acknowledge_on == date(2021, 9, 18)
        with pytest.raises(Refusal, match="不能晚于今天"):
            make_case(session, came=Came("post", on=NOON.date() + timedelta(days=1)))


def test_a_flood_waits_for_somebody_to_look(office):
    with office.transaction() as session:
        case = make_case(session, unit=county_in(session).village, came=Came("online", is_held=True))
        assert case.state == "held"
        assert case.due_on is not None
        assert [note_of(session, step) for step in case.steps] == [""]
        assert TESTER.name not in {step.by for step in case.steps}
