"""What is put away, and what is deleted when its time is over."""

from __future__ import annotations

import functools
import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOON
from tests.intake.cases import APPLICATION, QUESTION, answered, county_in, handler, later, make_case, make_receipt
from villages.audit.models import AuditEntry
from villages.core.refusal import Refusal
from villages.intake import following, handling
from villages.intake.acting import verbs_open_to
from villages.intake.answering import deliver
from villages.intake.enclosures import Given, digests_in_use
from villages.intake.forgetting import QUIET, close_quiet, drop_due, erase_due
from villages.intake.models import Case
from villages.intake.receiving import Came
from villages.service import due

DAY = timedelta(days=1)


def test_an_answer_that_stays_unanswered_is_put_away(begun):
    session, county = begun
    quiet, spoken, fresh = (make_case(session, unit=county.village) for _ in range(3))
    answered(session, quiet)
    answered(session, spoken)
    following.rate(session, spoken, 3, "", at=NOON + QUIET)
    answered(session, fresh, at=NOON + QUIET)
    open_still = make_case(session, unit=county.village)
    assert close_quiet(session, NOON + QUIET - DAY) == 0
    assert close_quiet(session, NOON + QUIET + DAY) == 1
    assert [case.state for case in (quiet, spoken, fresh, open_still)] == ["closed", "answered", "answered", "received"]
    assert (quiet.closed_at, quiet.steps[-1].by) == (NOON + QUIET + DAY, "系统")
    assert close_quiet(session, NOON + QUIET + DAY) == 0


@pytest.mark.parametrize("end", ["withdrawn", "declined", "passed_on"])
def test_whatever_has_ended_is_put_away(begun, end):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, unit=county.village)
    verbs = {
        "withdrawn": lambda: following.withdraw(session, case, "", at=NOON),
        "declined": lambda: handling.decline(session, case, "不归我们", by=one, at=NOON),
        "passed_on": lambda: handling.pass_on(session, case, "供电所", by=one, at=NOON),
    }
    verbs[end]()
    assert case.state == end
    assert close_quiet(session, NOON + QUIET + DAY) == 1


def test_a_kinds_term_is_over_and_what_counts_stays(begun):
    session, county = begun
    receipt = make_receipt(session, unit=county.village, files=(Given("photos", "image/jpeg", b"a lamp"),))
    case = answered(session, receipt.case)
    close_quiet(session, NOON + QUIET + DAY)
    over = case.closed_at + timedelta(days=QUESTION.keep_days)
    assert erase_due(session, over - DAY) == 0
    assert erase_due(session, over) == 1
    assert (case.body, case.code, case.reply, case.token_digest, case.phone_digest, case.name_digest) == (
        "", "", "", None, "", "")  # fmt: skip
    assert [step.note for step in case.steps if step.note] == []
    assert (case.kind, case.state, case.answered_on) == ("question", "closed", NOON.date())
    assert digests_in_use(session) == {}
    assert not following.opens(session, case.number, receipt.code)
    assert erase_due(session, over) == 0
    session.flush()
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == f"case:{case.number}")).all()
    assert acts[-1] == "case.erase"


def test_many_go_in_batches_and_whoever_was_stopped_goes_on(office, monkeypatch):
    with office.transaction() as session:
        county = county_in(session)
        identity = (Given("identity", "image/jpeg", b"a card"),)
        for _ in range(3):
            answered(session, make_case(session, unit=county.village))
            case = make_case(session, "foi_request", publisher=county.publisher(session, county.here), files=identity)
            case.state, case.closed_at = "closed", NOON
    for job, at, left, times in (
        (close_quiet, later(99), 1, 2), (drop_due, later(99), 1, 2), (erase_due, later(9_999), 4, 3),
    ):  # fmt: skip
        work = functools.partial(job, most=2)
        monkeypatch.setattr(due, "IN_BATCHES", {work})
        with office.transaction() as session:
            assert work(session, at) == 2  # and no more: here it was stopped
        batches = itertools.repeat(at, times)
        assert due.run(office, work, functools.partial(next, batches)) == left
        assert list(batches) == []
        assert due.run(office, work, functools.partial(next, itertools.repeat(at))) == 0
    with office.reading() as session:
        assert {case.body for case in session.scalars(select(Case))} == {""}
        erased = session.scalars(select(AuditEntry.subject).where(AuditEntry.act == "case.erase")).all()
        assert len(erased) == len(set(erased)) == 6


def test_the_jobs_that_work_in_batches_are_done_to_their_end():
    assert set(due.DUE.values()) > due.IN_BATCHES == {close_quiet, erase_due, drop_due}


def test_with_what_was_forgotten_nothing_more_can_be_done(begun):
    session, county = begun
    one = handler(session, county.here)
    case = answered(session, make_case(session, unit=county.village))
    close_quiet(session, NOON + QUIET + DAY)
    assert "deliver" in verbs_open_to(session, case, one)
    over = case.closed_at + timedelta(days=QUESTION.keep_days)
    erase_due(session, over)
    assert verbs_open_to(session, case, one) == []
    with pytest.raises(Refusal, match="内容已经删除"):
        deliver(session, case, "当面交给本人", by=one, at=over)


def test_what_was_not_taken_in_goes_too(begun):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, unit=county.village, came=Came("online", is_held=True))
    handling.discard(session, case, "广告", by=one, at=NOON)
    assert erase_due(session, later(QUESTION.keep_days)) == 1


def test_a_proof_of_identity_goes_long_before_its_case(begun):
    session, county = begun
    files = (Given("identity", "image/jpeg", b"a card"), Given("reply", "application/pdf", b"an answer"))
    case = make_case(session, "foi_request", publisher=county.publisher(session, county.here), files=files)
    assert drop_due(session, later(999)) == 0  # it is still needed
    case.state, case.closed_at = "closed", NOON
    days = APPLICATION.field("identity").keep_days
    assert drop_due(session, later(days - 1)) == 0
    assert drop_due(session, later(days)) == 1
    assert [each.field for each in case.enclosures] == ["reply"]
