"""What whoever handles a case does with it: each step checked, noted, reckoned and audited."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.intake.cases import NAME, PHONE, TEXT, county_in, handler, make_case
from villages.audit.models import AuditEntry
from villages.calendar.actions import import_days
from villages.calendar.notice import NoticeDay
from villages.calendar.queries import calendar_of
from villages.calendar.statutory import statutory_days
from villages.core.refusal import Refusal
from villages.intake import answering, handling
from villages.intake.acting import held, take, verbs_open_to
from villages.intake.deadlines import Span
from villages.intake.fees import PAGES
from villages.intake.history import clock_of, note_of
from villages.intake.queries import count_overdue
from villages.intake.reading import read_as_staff, read_as_writer
from villages.intake.receiving import Came
from villages.intake.recounting import recount
from villages.intake.results import results
from villages.intake.telling import promises

SECRET = "这段话只有承办的人看得到"


def later(days):
    return NOON + timedelta(days=days)


@pytest.fixture
def desk(office):
    """An open transaction with the county, two handlers of the township, one of the county."""
    with office.transaction() as session:
        county = county_in(session)
        yield (
            session,
            county,
            handler(session, county.here),
            handler(session, county.here),
            handler(session, county.county),
        )


def application(session, county, *, channel="counter", at=NOON):
    publisher = county.publisher(session, county.here)
    return make_case(session, "foi_request", publisher=publisher, came=Came(channel), at=at)


def taken(session, county, by, **given):
    case = application(session, county, **given)
    handling.accept(session, case, by=by, at=NOON)
    return case


def test_a_question_is_accepted_answered_by_two_and_closed(desk):
    session, county, one, other, _ = desk
    case = make_case(session, unit=county.village)
    handling.accept(session, case, by=one, at=NOON)
    handling.note(session, case, SECRET, by=one, at=NOON)
    answering.draft(session, case, "灯泡明天就换", by=one, at=NOON)
    assert read_as_writer(session, case).reply.text == ""
    with pytest.raises(Refusal, match="写答复的是您自己"):
        answering.approve(session, case, by=one, at=NOON)
    answering.approve(session, case, by=other, at=NOON)
    answering.answer(session, case, by=one, at=later(2))
    answering.deliver(session, case, "当面交给本人", by=one, at=later(3))
    told = read_as_writer(session, case)
    assert told.reply.text == "灯泡明天就换"
    assert [step.verb for step, _ in told.steps] == ["receive", "accept", "answer", "deliver"]
    assert SECRET not in repr(told)
    assert (case.state, case.answered_on, case.due_on) == ("answered", date(2026, 11, 26), date(2026, 12, 15))
    answering.close(session, case, by=one, at=later(4))
    assert (case.state, case.closed_at) == ("closed", later(4))


def test_the_audit_tells_every_step_and_nothing_that_was_written(desk):
    session, county, one, other, _ = desk
    case = make_case(session, unit=county.village)
    handling.accept(session, case, by=one, at=NOON)
    handling.note(session, case, SECRET, by=one, at=NOON)
    answering.draft(session, case, SECRET, by=one, at=NOON)
    answering.send_back(session, case, SECRET, by=other, at=NOON)
    assert read_as_staff(session, case, by=other, at=NOON).values["text"] == TEXT
    session.flush()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"case:{case.number}")).all()
    acts = ["case.receive", "case.accept", "case.note", "case.draft", "case.send_back", "personal.read"]
    assert [entry.act for entry in entries] == acts
    assert entries[1].detail == {"old": "已收到", "new": "办理中"}
    told = repr([(entry.actor, entry.detail) for entry in entries])
    assert not any(word in told for word in (SECRET, NAME, PHONE, TEXT))


def test_what_is_not_in_the_table_or_not_theirs_or_not_seen_is_refused(desk):
    session, county, one, _, above = desk
    case = make_case(session, unit=county.village)
    stranger = handler(session, county.there)
    with pytest.raises(Refusal, match="没有这件诉求"):
        handling.accept(session, case, by=stranger, at=NOON)
    with pytest.raises(Refusal, match="没有这件诉求"):
        held(session, case.id, by=stranger)
    with pytest.raises(Refusal, match="“已收到”，不能写答复"):
        answering.draft(session, case, "好", by=one, at=NOON)
    case.state = "answered"
    with pytest.raises(Refusal, match="不由您评价"):
        take(session, case, "rate", by=one, at=NOON)
    case.state = "received"
    handling.accept(session, case, by=above, at=NOON)
    assert case.steps[-1].by == above.name


def test_two_people_do_not_act_on_the_same_case_unseen(desk):
    session, county, one, other, _ = desk
    case = make_case(session, unit=county.village)
    seen = len(case.steps)
    handling.accept(session, held(session, case.id, by=one, seen=seen), by=one, at=NOON)
    with pytest.raises(Refusal, match=rf"{one.name}在.*受理过"):
        held(session, case.id, by=other, seen=seen)


def test_an_online_application_is_confirmed_before_it_is_taken(desk):
    session, county, one, *_ = desk
    case = application(session, county, channel="online")
    assert "confirm" in verbs_open_to(session, case, one)
    with pytest.raises(Refusal, match="先和申请人确认"):
        handling.accept(session, case, by=one, at=NOON)
    handling.confirm(session, case, by=one, at=later(1))
    assert (case.received_on, case.due_on) == (date(2026, 11, 25), date(2026, 12, 23))
    assert case.acknowledge_on is None
    with pytest.raises(Refusal, match="已经确认过"):
        handling.confirm(session, case, by=one, at=later(1))


def test_an_application_is_neither_declined_nor_passed_on(desk):
    session, county, one, *_ = desk
    case = application(session, county)
    assert not {"decline", "pass_on"} & set(verbs_open_to(session, case, one))
    with pytest.raises(Refusal, match="请用相应的答复结果"):
        handling.decline(session, case, "不归我们管", by=one, at=NOON)


def test_a_correction_is_asked_once_in_time_and_starts_the_period_anew(desk):
    session, county, one, *_ = desk
    case = taken(session, county, one)
    handling.ask_to_correct(session, case, "请写明年份", days=10, by=one, at=later(6))
    assert (case.state, case.waits_until) == ("correcting", date(2026, 12, 14))
    assert "答复您" not in [each.what for each in promises(session, case, today=date(2026, 12, 1))]
    with pytest.raises(Refusal, match="可以到2026年12月14日为止"):
        handling.give_up(session, case, by=one, at=later(10))
    handling.correct(session, case, "2024 年的", by=None, at=later(10))
    assert (case.state, case.due_on, case.waits_until) == ("in_hand", date(2027, 1, 4), None)
    assert case.is_provisional
    assert case.target_on < case.due_on
    with pytest.raises(Refusal, match="只能要求一次"):
        handling.ask_to_correct(session, case, "还有", days=5, by=one, at=later(11))


def test_a_correction_is_not_asked_too_late(desk):
    session, county, one, *_ = desk
    with pytest.raises(Refusal, match="7 个工作日内"):
        handling.ask_to_correct(session, taken(session, county, one), "请写明年份", days=10, by=one, at=later(10))


def test_who_does_not_correct_in_time_is_told_so_by_an_answer(desk):
    session, county, one, other, _ = desk
    case = taken(session, county, one)
    handling.ask_to_correct(session, case, "请写明年份", days=10, by=one, at=later(1))
    handling.give_up(session, case, by=one, at=later(40))
    with pytest.raises(Refusal, match="答复还没有写"):
        answering.approve(session, case, by=other, at=later(40))
    assert answering.reply_of(session, case).result in results()
    answering.draft(session, case, "您没有补正", result="other_no_correction", by=one, at=later(40))
    answering.send_back(session, case, "他来补过", by=other, at=later(40))
    assert (case.state, case.waits_until, case.due_on) == ("in_hand", None, date(2027, 1, 7))
    answering.draft(session, case, "您没有补正", result="other_no_correction", by=one, at=later(40))
    answering.approve(session, case, by=other, at=later(40))
    answering.answer(session, case, by=one, at=later(40))
    assert (case.result, case.answered_on) == ("other_no_correction", date(2027, 1, 3))


def test_the_clock_stands_still_while_others_are_asked(desk):
    session, county, one, *_ = desk
    case = taken(session, county, one)
    handling.consult(session, case, "示例公司", article="32", by=one, at=later(1))
    handling.consult(session, case, "示例交通局", article="34", by=one, at=later(2))
    assert (case.state, case.waits_until) == ("consulting", date(2026, 12, 17))
    handling.consulted(session, case, 1, "不同意", by=one, at=later(6))
    assert case.state == "consulting"
    with pytest.raises(Refusal, match="已经有了结果"):
        handling.consulted(session, case, 1, "又同意了", by=one, at=later(7))
    handling.consulted(session, case, 2, "同意", by=one, at=later(8))
    assert (case.state, case.due_on, case.waits_until) == ("in_hand", date(2026, 12, 29), None)
    assert len([day for day in clock_of(session, case).days if day.why.startswith("征求意见")]) == 7


def test_an_answer_that_is_sent_back_leaves_the_days_as_they_were(desk):
    session, county, one, other, _ = desk
    case = taken(session, county, one)
    handling.consult(session, case, "示例公司", article="32", by=one, at=later(1))
    answering.draft(session, case, "可以公开", result="granted", by=one, at=later(2))
    answering.send_back(session, case, "等他们回了再写", by=other, at=later(2))
    assert "consulted" in verbs_open_to(session, case, one)
    handling.consulted(session, case, 1, "同意", by=one, at=later(3))
    assert (case.state, case.due_on) == ("in_hand", date(2026, 12, 24))


def test_a_fee_that_is_not_paid_leaves_the_rest_of_the_period(desk):
    session, county, one, other, _ = desk
    case = taken(session, county, one)
    handling.ask_fee(session, case, "items", 20, by=one, at=later(1))
    until = case.waits_until
    handling.fee_lapsed(session, case, by=one, at=later((until - NOON.date()).days + 1))
    answering.draft(session, case, "您没有缴费", result="other_fee_unpaid", by=one, at=later(60))
    answering.send_back(session, case, "漏了救济途径", by=other, at=later(60))
    assert case.due_on == Span(20, "working", "").after(calendar_of(session), until).on
    assert count_overdue(session, case.due_on + timedelta(days=1)) == 1


def test_more_time_is_asked_by_one_and_given_by_another_once(desk):
    session, county, one, other, _ = desk
    case = taken(session, county, one)
    with pytest.raises(Refusal, match="还没有人请求延期"):
        handling.extend(session, case, "材料多", by=other, at=later(9))
    handling.ask_extension(session, case, "要查的档案多", by=one, at=later(9))
    assert case.due_on == date(2026, 12, 22)
    with pytest.raises(Refusal, match="请求延期的是您自己"):
        handling.extend(session, case, "材料多", by=one, at=later(9))
    handling.extend(session, case, "要查的档案多，延长 20 个工作日", by=other, at=later(10))
    assert case.due_on > date(2027, 1, 10)
    with pytest.raises(Refusal, match="不能再延"):
        handling.ask_extension(session, case, "还不够", by=one, at=later(11))


def test_more_time_is_not_given_when_it_is_over(desk):
    session, county, one, *_ = desk
    case = taken(session, county, one)
    with pytest.raises(Refusal, match="期限以内"):
        handling.ask_extension(session, case, "忘了", by=one, at=later(40))


def test_a_fee_is_explained_and_the_period_begins_anew_once_it_is_paid(desk):
    session, county, one, *_ = desk
    case = taken(session, county, one)
    with pytest.raises(Refusal, match="不用收费"):
        handling.ask_fee(session, case, PAGES, 30, by=one, at=later(2))
    step = handling.ask_fee(session, case, PAGES, 120, by=one, at=later(2))
    assert step.detail == {"scale": PAGES, "count": 120, "amount": 1_100}
    assert "合计1100元" in note_of(session, step)
    assert (case.state, case.waits_until) == ("paying", date(2026, 12, 24))
    handling.pay(session, case, by=one, at=later(6))
    assert (case.state, case.due_on) == ("in_hand", date(2026, 12, 28))


def test_an_application_needs_a_result_and_a_question_has_none(desk):
    session, county, one, *_ = desk
    case = taken(session, county, one)
    with pytest.raises(Refusal, match="请选这件申请的办理结果"):
        answering.draft(session, case, "同意", by=one, at=NOON)
    question = make_case(session, unit=county.village)
    handling.accept(session, question, by=one, at=NOON)
    with pytest.raises(ValueError, match="granted"):
        answering.draft(session, question, "同意", result="granted", by=one, at=NOON)


@pytest.mark.parametrize("on", [date(2026, 11, 23), date(2026, 11, 29)])
def test_a_day_lies_between_the_step_before_and_today(desk, on):
    session, county, one, *_ = desk
    with pytest.raises(Refusal, match="日期要在2026年11月24日"):
        handling.consult(session, taken(session, county, one), "示例公司", article="32", by=one, at=later(4), on=on)


def test_a_flood_is_let_in_or_not_taken(desk):
    session, county, one, *_ = desk
    flood = [make_case(session, unit=county.village, came=Came("online", is_held=True)) for _ in range(2)]
    handling.release(session, flood[0], by=one, at=NOON)
    handling.discard(session, flood[1], "同样的内容发了两百次", by=one, at=NOON)
    assert [case.state for case in flood] == ["received", "discarded"]
    assert flood[1].closed_at == NOON


def test_what_is_not_taken_says_whom_to_ask(desk):
    session, county, one, *_ = desk
    declined, passed = (make_case(session, unit=county.village) for _ in range(2))
    handling.decline(session, declined, "请到法院起诉", by=one, at=NOON)
    handling.pass_on(session, passed, "已转示例供电所", by=one, at=NOON)
    assert [case.state for case in (declined, passed)] == ["declined", "passed_on"]
    assert read_as_writer(session, declined).steps[-1][1] == "请到法院起诉"


def test_days_are_counted_anew_when_a_year_is_announced(desk):
    session, county, one, *_ = desk
    case = taken(session, county, one, at=later(20))
    other = make_case(session, unit=county.village)
    assert (case.due_on, case.is_provisional) == (date(2027, 1, 12), True)
    days = [NoticeDay(n, day, is_workday=False, name=name) for n, (day, name) in
            enumerate(sorted(statutory_days(2027).items()), start=2)]  # fmt: skip
    extra = [NoticeDay(99, date(2027, 1, 4), is_workday=False, name="元旦")]
    import_days(session, [*days, *extra], by=TESTER, at=later(21))
    assert recount(session, later(21)) == 1
    assert (case.due_on, case.is_provisional) == (date(2027, 1, 13), False)
    assert case.steps[-1].verb == "recount"
    assert "原来是2027年1月12日，现在是2027年1月13日" in note_of(session, case.steps[-1])
    assert other.calendar_version == case.calendar_version
    assert recount(session, later(22)) == 0
