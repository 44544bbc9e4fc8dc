"""The life of an item: what the table allows, and that nothing else leaves a trace but in the audit."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.disclosures.office import LATER, act, approve_all, approved, item_in, open_office, published
from tests.factories import (
    NOON,
    SEPTEMBER,
    STATEMENT,
    TESTER,
    make_item,
    make_publisher,
    make_staff,
    make_village,
    statement_given,
)
from villages.accounts.models import Staff
from villages.audit.models import AuditEntry
from villages.calendar.actions import seed
from villages.calendar.arithmetic import add_calendar_days
from villages.core.clock import day_of
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.disclosures import actions, correcting, emergencies, publishing
from villages.disclosures.kinds import kinds
from villages.disclosures.queries import item as item_by_id
from villages.disclosures.workflow import TABLE, VERBS
from villages.service.due import DUE

ROSTER = next(
    kind for kind in kinds().values() if kind.after_notice == "archive" and kind.notice_unit == "calendar"
    and kind.cycle == "batch"
)  # fmt: skip
MOBILE = "13812345678"


@pytest.mark.parametrize(("state", "verb"), [pair for pair in TABLE if pair[1] != "archive"])
def test_what_the_table_has_leads_where_it_says(blank, state, verb):
    with blank.transaction() as session:
        office = open_office(session)
        item = item_in(session, office, state, is_public=TABLE[state, verb].of_public)
        if verb == "confirm":
            item = make_item(session, office.publisher, office.editor, period=SEPTEMBER.next, opening=130, income=0,
                             expenditure=0, lines=[])  # fmt: skip
            publishing.publish_in_emergency(session, item, reason="汛情", by=office.publisher_staff, at=NOON)
        if verb == "restore_edition":
            corrected(session, office, item)
        by = office.second if verb in ("override", "approve") else office.chief
        act(session, verb, item, by)
        assert item.state == TABLE[state, verb].to
        assert item.steps[-1].verb in (verb, "write")


def corrected(session, office, item, at=LATER, **given):
    actions.correct(session, item, statement_given(**given), public_note="漏记一笔", by=office.editor, at=at)
    actions.submit(session, item, by=office.editor, at=at)
    publishing.publish(session, approve_all(session, item, office), by=office.chief, at=at)


@pytest.mark.parametrize(("state", "verb"), list(TABLE))
@pytest.mark.parametrize("role", ["administrator", "security", "auditor", "handler", "editor", "reviewer"])
def test_a_role_without_the_right_is_refused(blank, state, verb, role):
    roles = TABLE[state, verb].roles
    if role in roles or verb == "archive":
        return
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        item.state = state
        by = make_staff(session, office.publisher.unit, "别的角色", role)
        with pytest.raises(Refusal, match="不能"):
            act(session, verb, item, by)


def test_the_writer_can_not_be_the_last_approver(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.publisher_staff)
        actions.submit(session, item, by=office.publisher_staff, at=NOON)
        actions.approve(session, item, by=office.reviewer, at=NOON)
        actions.approve(session, item, by=office.second, at=NOON)
        with pytest.raises(Refusal, match="最后一道审核要由别人"):
            actions.approve(session, item, by=office.publisher_staff, at=NOON)
        actions.approve(session, item, by=office.chief, at=NOON)
        assert item.state == "approved"


def test_whoever_wrote_it_anew_before_submitting_is_a_writer_too(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        act(session, "write", item, office.publisher_staff)
        actions.submit(session, item, by=office.editor, at=NOON)
        actions.approve(session, item, by=office.reviewer, at=NOON)
        actions.approve(session, item, by=office.second, at=NOON)
        with pytest.raises(Refusal, match="最后一道审核要由别人"):
            actions.approve(session, item, by=office.publisher_staff, at=NOON)


def test_nobody_approves_twice(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        actions.submit(session, item, by=office.editor, at=NOON)
        actions.approve(session, item, by=office.reviewer, at=NOON)
        with pytest.raises(Refusal, match="已经审过一道"):
            actions.approve(session, item, by=office.reviewer, at=NOON)
        actions.approve(session, item, by=office.chief, at=NOON)
        with pytest.raises(Refusal, match="已经审过一道"):
            actions.approve(session, item, by=office.chief, at=NOON)
        assert item.step == 2


def test_a_reviewer_can_not_give_the_publishers_approval(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        actions.submit(session, item, by=office.editor, at=NOON)
        actions.approve(session, item, by=office.reviewer, at=NOON)
        actions.approve(session, item, by=office.second, at=NOON)
        third = make_staff(session, office.publisher.unit.parent, "third", "reviewer")
        with pytest.raises(Refusal, match="别的角色"):
            actions.approve(session, item, by=third, at=NOON)


@pytest.mark.parametrize("at_step", [1, 2, 3])
def test_sending_back_undoes_every_approval(blank, at_step):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        actions.submit(session, item, by=office.editor, at=NOON)
        for by in (office.reviewer, office.second, office.publisher_staff)[:at_step]:
            actions.approve(session, item, by=by, at=NOON)
        actions.send_back(session, item, reason="缺凭证号", by=office.chief, at=NOON)
        assert (item.state, item.step, item.steps[-1].note) == ("draft", 0, "缺凭证号")
        actions.submit(session, item, by=office.editor, at=NOON)
        assert approve_all(session, item, office).state == "approved"


@pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
@pytest.mark.parametrize("verb", ["send_back", "withdraw", "emergency", "override", "correct"])
def test_an_act_that_needs_a_reason_is_refused_without(blank, verb, reason):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        if verb in ("withdraw", "correct"):
            item = published(session, office, period=SEPTEMBER.next, income=0, expenditure=0, lines=[])
        elif verb == "send_back":
            actions.submit(session, item, by=office.editor, at=NOON)
        state = item.state
        call = {
            "send_back": lambda: actions.send_back(session, item, reason=reason, by=office.chief, at=NOON),
            "withdraw": lambda: actions.withdraw(session, item, reason=reason, by=office.chief, at=NOON),
            "emergency": lambda: publishing.publish_in_emergency(
                session, item, reason=reason, by=office.chief, at=NOON
            ),
            "override": lambda: actions.override(session, item, reason=reason, by=office.chief, at=NOON),
            "correct": lambda: actions.correct(
                session, item, statement_given(), public_note=reason, by=office.chief, at=NOON
            ),
        }[verb]
        with pytest.raises(Refusal, match="请写明"):
            call()
        assert item.state == state


def test_what_is_scheduled_is_published_by_run_due_once(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item, scope = approved(session, office), office.publisher.unit.scope
        actions.schedule(session, item, publish_at=LATER, by=office.chief, at=NOON)
        version = freshness_of(session, scope)[0]
        assert DUE["定时发布"](session, LATER - timedelta(minutes=1)) == 0
        assert DUE["定时发布"](session, LATER) == 1
        assert DUE["定时发布"](session, LATER) == 0
        assert (item.state, item.is_public, item.published_at) == ("published", True, LATER)
        assert len(item.editions) == 1
        assert freshness_of(session, scope)[0] > version


def test_what_no_longer_passes_when_its_time_comes_goes_back_and_stops_nothing_else(blank):
    with blank.transaction() as session:
        office = open_office(session)
        bad = approved(session, office)
        good = approved(session, office, period=SEPTEMBER.next, income=0, expenditure=0, opening=130, lines=[])
        bad.draft = bad.draft | {"closing": 1}
        for item in (bad, good):
            actions.schedule(session, item, publish_at=LATER, by=office.chief, at=NOON)
        assert DUE["定时发布"](session, LATER) == 1
        assert (bad.state, bad.is_public, bad.publish_at, bad.editions) == ("draft", False, None, [])
        assert (good.state, bad.steps[-1].verb) == ("published", "send_back")


def test_a_moment_that_is_over_can_not_be_scheduled(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = approved(session, office)
        with pytest.raises(Refusal, match="已经过了"):
            actions.schedule(session, item, publish_at=NOON, by=office.chief, at=NOON)
        assert item.state == "approved"


def test_withdrawing_takes_out_of_view_and_leaves_a_notice(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = published(session, office)
        version = freshness_of(session, office.publisher.unit.scope)[0]
        actions.withdraw(session, item, reason="公布了不该公布的", by=office.chief, at=LATER)
        assert (item.state, item.is_public, item.withdrawn_note) == ("withdrawn", False, "公布了不该公布的")
        assert len(item.editions) == 1
        assert freshness_of(session, office.publisher.unit.scope)[0] > version


def test_a_correction_keeps_the_public_edition_until_it_is_published(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = published(session, office)
        actions.correct(
            session, item, statement_given(income=70), public_note="漏记一笔", by=office.editor, at=LATER
        )  # fmt: skip
        assert (item.state, item.is_public, len(item.editions)) == ("draft", True, 1)
        assert item.editions[0].content["income"] == 50_00
        actions.submit(session, item, by=office.editor, at=LATER)
        approve_all(session, item, office)
        publishing.publish(session, item, by=office.chief, at=LATER)
        first, second = item.editions
        assert (first.content["income"], second.content["income"]) == (50_00, 70_00)
        assert (first.note, second.note) == ("", "漏记一笔")
        assert (item.published_at, second.published_at) == (NOON, LATER)


def test_a_correction_changes_neither_title_nor_period_nor_the_date_of_before(blank):
    kind = next(kind for kind in kinds().values() if kind.short.title and kind.cycle == "none"
                and "collective" in kind.publishers)  # fmt: skip
    given = {"matter": "一", "period_text": "2026年8月", "signed_by": "王一", "signed_on": "2026-09-01"}
    with blank.transaction() as session:
        office = open_office(session)
        item = actions.write(
            session, kind, office.publisher, given, by=office.editor, at=NOON, elsewhere_on=date(2026, 1, 5)
        )  # fmt: skip
        actions.submit(session, item, by=office.editor, at=NOON)
        actions.approve(session, item, by=office.chief, at=NOON)
        publishing.publish(session, item, by=office.chief, at=NOON)
        actions.correct(session, item, given | {"matter": "二"}, public_note="写错了", by=office.editor, at=LATER)
        actions.write(session, kind, office.publisher, given | {"matter": "三"}, item=item, by=office.editor, at=LATER)
        assert (item.title, item.elsewhere_on) == ("一", date(2026, 1, 5))
        actions.submit(session, item, by=office.editor, at=LATER)
        actions.approve(session, item, by=office.chief, at=LATER)
        assert publishing.publish(session, item, by=office.chief, at=LATER).title == "三"
        assert item.title == "三"


def test_the_period_of_what_was_published_can_not_be_changed(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = published(session, office)
        actions.correct(session, item, statement_given(), public_note="改", by=office.editor, at=LATER)
        with pytest.raises(Refusal, match="期间不能再改"):
            actions.write(
                session, STATEMENT, office.publisher, statement_given(), item=item, period=SEPTEMBER.next,
                by=office.editor, at=LATER,
            )  # fmt: skip


def test_a_statement_that_does_not_meet_the_next_month_is_refused(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = published(session, office)
        published(session, office, period=SEPTEMBER.next, opening=130, income=0, expenditure=0, lines=[])
        wrong = approved(session, office, period=SEPTEMBER.previous, opening=0, income=0, expenditure=0, lines=[])
        with pytest.raises(Refusal, match="接不上"):
            publishing.publish(session, wrong, by=office.chief, at=LATER)
        twin = approved(session, office)
        with pytest.raises(Refusal, match="已经发布过"):
            publishing.publish(session, twin, by=office.chief, at=LATER)
        actions.correct(
            session, item, statement_given(income=70), public_note="漏记一笔", by=office.editor, at=LATER
        )  # fmt: skip
        actions.submit(session, item, by=office.editor, at=LATER)
        approve_all(session, item, office)
        with pytest.raises(Refusal, match="接不上"):
            publishing.publish(session, item, by=office.chief, at=LATER)


def roster(session, office, phone="0393-6221234"):
    publisher = make_publisher(session, office.publisher.unit, "committee")
    given = {
        "benefit": ROSTER.field("benefit").choices[0], "basis": "财农〔2026〕1号", "batch": "2026年第1批",
        "department": "县农业农村局", "paid_on": "2026-11-20", "method": "一卡通", "phone": phone,
        "people": [{"group": "1组", "name": "王小明", "standard": "每亩100元", "amount": "350"}],
    }  # fmt: skip
    item = actions.write(session, ROSTER, publisher, given, by=office.editor, at=NOON)
    actions.submit(session, item, by=office.editor, at=NOON, looked=True)
    actions.approve(session, item, by=office.reviewer, at=NOON)
    actions.approve(session, item, by=office.chief, at=NOON)
    publishing.publish(session, item, by=office.chief, at=NOON)
    return item


def test_a_notice_ends_after_its_last_day(blank):
    with blank.transaction() as session:
        seed(session, by=TESTER, at=NOON)
        item = roster(session, open_office(session))
        assert item.notice_until == add_calendar_days(day_of(NOON), ROSTER.notice_days).on
        last = NOON + timedelta(days=ROSTER.notice_days)
        assert DUE["公示到期"](session, last) == 0
        assert item.is_public
        assert DUE["公示到期"](session, last + timedelta(days=1)) == 1
        assert (item.state, item.is_public, len(item.editions)) == ("archived", False, 1)
        assert DUE["公示到期"](session, last + timedelta(days=1)) == 0


def test_the_gate_stops_until_a_second_person_lets_it_pass(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor, note=f"联系 {MOBILE}")
        with pytest.raises(Refusal) as refusal:
            actions.submit(session, item, by=office.editor, at=NOON, looked=True)
        assert MOBILE not in str(refusal.value)
        with pytest.raises(Refusal, match="不能"):
            actions.override(session, item, reason="已同意", by=office.editor, at=NOON)
        actions.override(session, item, reason="本人书面同意", by=office.reviewer, at=NOON)
        actions.submit(session, item, by=office.editor, at=NOON, looked=True)
        approve_all(session, item, office)
        publishing.publish(session, item, by=office.chief, at=NOON)
        assert item.is_public


def test_nobody_lets_pass_what_they_wrote(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.reviewer, note=f"联系 {MOBILE}")
        with pytest.raises(Refusal, match="另一个人"):
            actions.override(session, item, reason="没事", by=office.reviewer, at=NOON)


def test_what_was_let_pass_is_that_content_alone(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor, note=f"联系 {MOBILE}")
        actions.override(session, item, reason="本人书面同意", by=office.reviewer, at=NOON)
        given = statement_given(note="联系 13912345678")
        actions.write(
            session, STATEMENT, office.publisher, given, item=item, period=SEPTEMBER, by=office.editor, at=NOON
        )  # fmt: skip
        with pytest.raises(Refusal, match="不能公开"):
            actions.submit(session, item, by=office.editor, at=NOON, looked=True)


def test_an_override_counts_after_the_item_was_read_again(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor, note=f"联系 {MOBILE}")
        actions.override(session, item, reason="本人书面同意", by=office.reviewer, at=NOON)
        number = item.id
    with blank.transaction() as session:
        item = item_by_id(session, number)
        actions.submit(session, item, by=session.get(Staff, office.editor.id), at=NOON, looked=True)
        assert item.state == "in_review"


def test_an_emergency_is_marked_and_still_stopped_by_the_gate(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        publishing.publish_in_emergency(session, item, reason="汛情", by=office.chief, at=NOON)
        assert (item.state, item.is_public, item.is_emergency) == ("published", True, True)
        stopped = make_item(
            session, office.publisher, office.editor, period=SEPTEMBER.next, opening=130, income=0, expenditure=0,
            lines=[], note=MOBILE,
        )  # fmt: skip
        with pytest.raises(Refusal, match="不能公开"):
            publishing.publish_in_emergency(session, stopped, reason="汛情", by=office.chief, at=NOON)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("archive", "approve")])
def test_a_foreign_area_is_refused(blank, verb):
    state = next(state for state, each in TABLE if each == verb)
    with blank.transaction() as session:
        office = open_office(session)
        other = make_village(session, code="410999200201", township="另一镇")
        stranger = make_staff(session, other.parent, "外乡", "publisher")
        item = make_item(session, office.publisher, office.editor)
        item.state, item.is_public = state, TABLE[state, verb].of_public
        with pytest.raises(Refusal, match="管辖范围"):
            act(session, verb, item, stranger)


def test_what_was_public_elsewhere_has_a_day_that_is_over_in_china(blank):
    with blank.transaction() as session:
        office = open_office(session)
        late = NOON.replace(hour=20)  # already tomorrow in China
        given = {"by": office.editor, "at": late, "period": SEPTEMBER}
        kept = actions.write(
            session, STATEMENT, office.publisher, statement_given(), elsewhere_on=date(2026, 11, 25), **given
        )  # fmt: skip
        assert kept.elsewhere_on == date(2026, 11, 25)
        with pytest.raises(Refusal, match="不能晚于今天"):
            actions.write(
                session, STATEMENT, office.publisher, statement_given(), elsewhere_on=date(2026, 11, 26), **given
            )  # fmt: skip


def test_every_act_stands_in_the_audit_without_any_value(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = published(session, office)
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == f"item:{item.id}")).all()
        assert acts == ["item.write", "item.submit", *["item.approve"] * 3, "item.publish"]
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.refused)) == 0


@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "scheduled"])
def test_what_is_public_can_be_withdrawn_while_its_correction_is_under_way(blank, state):
    with blank.transaction() as session:
        office = open_office(session)
        item = item_in(session, office, state, is_public=True)
        draft, version = item.draft, freshness_of(session, item.unit.scope)[0]
        actions.withdraw(session, item, reason="公布了不该公布的", by=office.chief, at=LATER)
        assert (item.state, item.is_public, item.step, item.publish_at) == ("withdrawn", False, 0, None)
        assert (item.draft, len(item.editions)) == (draft, 1)
        assert freshness_of(session, item.unit.scope)[0] > version
        assert DUE["定时发布"](session, LATER + timedelta(days=9)) == 0


def test_a_correction_given_up_leaves_what_was_public(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = item_in(session, office, "in_review", is_public=True)
        actions.send_back(session, item, reason="不用改", by=office.reviewer, at=LATER)
        version = freshness_of(session, item.unit.scope)[0]
        correcting.discard(session, item, by=office.editor, at=LATER)
        assert (item.state, item.is_public, len(item.editions)) == ("published", True, 1)
        assert item.draft == item.editions[0].content
        assert freshness_of(session, item.unit.scope)[0] == version
        corrected(session, office, item, income=70)
        assert [edition.note for edition in item.editions] == ["", "漏记一笔"]


def test_who_wrote_a_correction_that_was_given_up_may_approve_the_next(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = published(session, office)
        actions.correct(
            session, item, statement_given(income=60), public_note="改", by=office.publisher_staff, at=LATER
        )  # fmt: skip
        correcting.discard(session, item, by=office.publisher_staff, at=LATER)
        corrected(session, office, item, income=70)
        assert item.editions[-1].content["income"] == 70_00


def test_an_earlier_edition_comes_back_as_a_correction(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = published(session, office)
        corrected(session, office, item, income=70)
        with pytest.raises(Refusal, match="没有第 3 版"):
            correcting.restore_edition(session, item, 3, public_note="改回来", by=office.editor, at=LATER)
        with pytest.raises(Refusal, match="就是现在公开的"):
            correcting.restore_edition(session, item, 2, public_note="改回来", by=office.editor, at=LATER)
        correcting.restore_edition(session, item, 1, public_note="改回来", by=office.editor, at=LATER)
        assert (item.state, item.is_public, item.edition.number) == ("draft", True, 2)
        actions.submit(session, item, by=office.editor, at=LATER)
        publishing.publish(session, approve_all(session, item, office), by=office.chief, at=LATER)
        assert item.editions[2].content == item.editions[0].content
        assert item.editions[2].note == "改回来"


def test_an_emergency_is_confirmed_by_another_person_within_a_working_day(blank):
    with blank.transaction() as session:
        seed(session, by=TESTER, at=NOON)
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        publishing.publish_in_emergency(session, item, reason="汛情", by=office.chief, at=NOON)
        assert list(emergencies.overdue(session, date(2026, 11, 25))) == []
        assert list(emergencies.overdue(session, date(2026, 11, 26))) == [item]
        with pytest.raises(Refusal, match="要由另一个人"):
            emergencies.confirm(session, item, by=office.chief, at=LATER)
        emergencies.confirm(session, item, by=office.reviewer, at=LATER)
        assert list(emergencies.overdue(session, date(2026, 11, 26))) == []
        with pytest.raises(Refusal, match="没有要确认的"):
            emergencies.confirm(session, item, by=office.reviewer, at=LATER)


def test_an_emergency_that_was_corrected_through_review_needs_no_confirmation(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = make_item(session, office.publisher, office.editor)
        publishing.publish_in_emergency(session, item, reason="汛情", by=office.chief, at=NOON)
        corrected(session, office, item, income=70)
        assert emergencies.unconfirmed_step(item) is None
