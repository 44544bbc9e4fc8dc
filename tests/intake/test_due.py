"""What the timer does for cases, and what the self-check says of them."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from tests.factories import NOON
from tests.intake.cases import answered, county_in, handler, later, make_case
from villages.core.clock import now
from villages.disclosures.imports.waiting import WaitingRoom
from villages.intake.enclosures import Given, content_of, digests_in_use, store_of
from villages.intake.forgetting import QUIET
from villages.intake.models import Case, GuessWait
from villages.intake.receiving import Came
from villages.office import cases
from villages.office.findings import QUESTIONS
from villages.service.due import jobs

PHOTO = Given("photos", "image/jpeg", b"a lamp")


def run_due(office, at):
    """Every job as the timer runs it; returns what each did."""
    with office.reading() as session:
        store = store_of(session)
    done = {}
    for title, job in jobs(store, WaitingRoom(store.folder / "none")).items():
        with office.transaction() as session:
            done[title] = job(session, at)
    return {title: count for title, count in done.items() if count}


def found(office, ask):
    with office.reading() as session:
        return list(ask(session, office.settings))


def test_the_timer_puts_away_erases_and_forgets(office):
    with office.transaction() as session:
        county = county_in(session)
        case = make_case(session, unit=county.village, files=(PHOTO,))
        answered(session, case)
        session.add(GuessWait(key="0" * 64, failures=1, last_at=NOON))
        number = case.id
    assert run_due(office, later(1)) == {}
    assert run_due(office, NOON + 2 * QUIET) == {"办结没有下文的诉求": 1, "清理查询诉求的错误次数": 1}
    assert run_due(office, later(9_999)) == {"删除到期的诉求内容": 1, "清理不用的文件": 1}
    with office.reading() as session:
        assert session.get_one(Case, number).body == ""
        assert list(store_of(session).digests()) == []


def test_files_of_cases_stay_for_as_long_as_the_case_wants_them(office):
    with office.transaction() as session:
        case = make_case(session, unit=county_in(session).village, files=(PHOTO,))
        (digest,) = digests_in_use(session)
        path = store_of(session).path(digest)
        old = (now() - timedelta(days=9)).timestamp()
        os.utime(path, (old, old))
    assert run_due(office, now()) == {}
    with office.reading() as session:
        assert content_of(session, session.get_one(Case, case.id).enclosures[0]) == b"a lamp"
    ask = next(each.ask for each in QUESTIONS if each.key == "files")
    assert found(office, ask) == []
    path.write_bytes(b"half")
    assert found(office, ask) == ["有 1 份诉求材料的文件丢失或不完整，请用备份恢复"]


def test_the_timer_counts_days_anew_when_the_calendar_has_changed(office):
    with office.transaction() as session:
        case = make_case(session, unit=county_in(session).village, at=now())
        case.calendar_version, case.due_on = -1, NOON.date()
    assert run_due(office, now()) == {"重新计算诉求的期限": 1}
    assert run_due(office, now()) == {}


def test_the_check_names_the_office_where_nobody_is_and_nothing_of_the_case(office):
    with office.transaction() as session:
        county = county_in(session)
        for _ in range(2):
            make_case(session, "tipoff", unit=county.here)
        names = county.county.name, county.here.name
    told = found(office, cases.unseen)
    assert len(told) == 1
    assert f"有 2 件诉求在“{names[0]}”，但没有人能看到" in told[0]
    assert names[1] not in told[0]
    with office.transaction() as session:
        handler(session, county_in(session).county)
    assert found(office, cases.unseen) == []


@pytest.mark.parametrize("days", [0, 60])
def test_the_check_counts_what_is_over(office, days):
    with office.transaction() as session:
        county = county_in(session)
        about = {"publisher": county.publisher(session, county.here), "came": Came("counter")}
        make_case(session, "foi_request", at=now() - timedelta(days=days), **about)
    told = found(office, cases.overdue)
    assert [line[:8] for line in told] == (["有 1 件诉求过"] if days else [])
