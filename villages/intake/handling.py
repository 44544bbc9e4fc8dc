"""Verbs of whoever handles a case, up to its answer: take it, have it corrected, consult, gain time, ask for a fee.

Sources: 政府信息公开条例 (2019) Arts 30-35; 信访工作条例 Arts 22-23, 34; 国办函〔2020〕109号.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of, day_text
from villages.core.refusal import Refusal, needed
from villages.intake.acting import take
from villages.intake.deadlines import (
    ASKED_TO_CORRECT,
    CONFIRMED,
    CONSULTED,
    CONSULTING,
    CORRECTED,
    EXTENDED,
    FEE_ASKED,
    FEE_PAID,
    LAPSED,
)
from villages.intake.fees import fee
from villages.intake.history import Told, last_step, on_day, open_consultations, reckon, terms_of
from villages.intake.models import Case, CaseStep
from villages.intake.outbox import tell_seats
from villages.intake.sealed import closed_values

LONGEST = 2_000
# What it means when those who were consulted say nothing: the two articles differ.
SILENCE = {"32": "到期没有答复的，由本机关决定是否公开", "34": "到期没有答复的，视为同意公开"}
SHORTEST_LIMIT, LONGEST_LIMIT = 1, 60


def release(session: Session, case: Case, *, by: Staff, at: datetime) -> CaseStep:
    """Let a case in that was kept back as part of what looked like a flood."""
    step = take(session, case, "release", by=by, at=at)
    tell_seats(session, case, at=at)
    return step


def discard(session: Session, case: Case, reason: str, *, by: Staff, at: datetime) -> CaseStep:
    """Do not take in what was kept back: it is no case."""
    step = take(session, case, "discard", Told(text=needed(reason, "不收的原因", LONGEST)), by=by, at=at)
    case.closed_at = at
    return step


def confirm(session: Session, case: Case, *, by: Staff, at: datetime, on: date | None = None) -> CaseStep:
    """Note the day on which both sides confirmed the receipt: by law it is the day of receipt."""
    if last_step(case, "confirm") is not None:
        raise Refusal("收到的日期已经确认过了")
    on = on_day(case, on, at)
    step = take(session, case, "confirm", Told(on=on, clock=CONFIRMED, is_shown=True), by=by, at=at)
    case.received_on = on
    reckon(session, case)
    return step


def accept(session: Session, case: Case, *, by: Staff, at: datetime) -> CaseStep:
    """Take a case in hand. Raises Refusal where the writer has not confirmed the day of receipt yet."""
    if terms_of(case).terms.by_confirmation and last_step(case, "confirm") is None:
        raise Refusal("请先和申请人确认收到的日期：答复期限从双方确认那天起算")
    return take(session, case, "accept", Told(is_shown=True), by=by, at=at)


def decline(session: Session, case: Case, reason: str, *, by: Staff, at: datetime) -> CaseStep:
    """Do not take a case; the writer reads why, and where to turn to."""
    told = Told(text=needed(reason, "不受理的原因和该找谁", LONGEST), is_shown=True)
    return take(session, case, "decline", told, by=by, at=at)


def pass_on(session: Session, case: Case, whereto: str, *, by: Staff, at: datetime) -> CaseStep:
    """Hand a case to somebody outside; the writer reads whom to ask."""
    told = Told(text=needed(whereto, "转到了哪里、怎样联系", LONGEST), is_shown=True)
    return take(session, case, "pass_on", told, by=by, at=at)


def note(session: Session, case: Case, text: str, *, by: Staff, at: datetime) -> CaseStep:
    """Write something down for those who handle it; the writer never sees it."""
    return take(session, case, "note", Told(text=needed(text, "要记的事", LONGEST)), by=by, at=at)


def ask_to_correct(
    session: Session, case: Case, text: str, *, days: int, by: Staff, at: datetime, on: date | None = None
) -> CaseStep:  # fmt: skip
    """Ask the applicant, once and in good time, for what is missing; `days`: the working days they are given."""
    span = terms_of(case).terms.correct
    if last_step(case, "ask_to_correct") is not None:
        raise Refusal("补正只能要求一次，已经要求过了。补正后仍不明确的，请用“补正后内容仍不明确”答复")
    on = on_day(case, on, at)
    if span is not None and (last := span.after(calendar_of(session), case.received_on)).on < on:
        raise Refusal(f"补正通知要在收到后 {span.days} 个工作日内发出，{last.text}已经过了（{span.article}）")
    _refuse_limit(days)
    told = Told(on, needed(text, "要补充什么", LONGEST), is_shown=True, clock=ASKED_TO_CORRECT, days=days)
    return take(session, case, "ask_to_correct", told, by=by, at=at)


def correct(
    session: Session, case: Case, text: str, *, by: Staff | None, at: datetime, on: date | None = None
) -> CaseStep:  # fmt: skip
    """Note what the applicant added; the period for the answer begins anew. `by` None: the writer's own act."""
    told = Told(on_day(case, on, at), needed(text, "补充的内容", LONGEST), is_shown=True, clock=CORRECTED)
    return take(session, case, "correct", told, by=by, at=at)


def give_up(session: Session, case: Case, *, by: Staff, at: datetime) -> CaseStep:
    """Nothing was added in time: an answer that says so is to be written."""
    _refuse_early(case, at)
    step = take(session, case, "give_up", Told(on_day(case, None, at), clock=LAPSED), by=by, at=at)
    case.reply = closed_values(session, {"text": "", "result": "other_no_correction"}, about=case.about("reply"))
    return step


def consult(
    session: Session, case: Case, whom: str, *, article: str, by: Staff, at: datetime, on: date | None = None
) -> CaseStep:  # fmt: skip
    """Ask others whether something may be disclosed: a third party (article 32) or bodies that made it too (34)."""
    if article not in SILENCE:
        raise ValueError(article)
    number = 1 + sum(step.clock == CONSULTING for step in case.steps)
    told = Told(
        on_day(case, on, at), needed(whom, "征求谁的意见", LONGEST), clock=CONSULTING, number=number,
        detail={"article": article},
    )  # fmt: skip
    return take(session, case, "consult", told, by=by, at=at)


def consulted(
    session: Session, case: Case, number: int, text: str, *, by: Staff, at: datetime, on: date | None = None
) -> CaseStep:  # fmt: skip
    """Note what those who were consulted say; `number` as of `consult`. The clock runs on with the last of them."""
    waiting = open_consultations(case)
    if number not in waiting:
        raise Refusal("这一次征求意见已经有了结果，或者没有这一次，请重新选择")
    told = Told(on_day(case, on, at), needed(text, "对方的意见", LONGEST), clock=CONSULTED, number=number)
    return take(session, case, "consulted", told, by=by, at=at, to="" if waiting == [number] else case.state)


def ask_extension(session: Session, case: Case, reason: str, *, by: Staff, at: datetime) -> CaseStep:
    """Ask for more time, once, before it is over; another person has to agree."""
    _refuse_extension(case, at)
    return take(session, case, "ask_extension", Told(text=needed(reason, "延期的原因", LONGEST)), by=by, at=at)


def extend(session: Session, case: Case, told_writer: str, *, by: Staff, at: datetime) -> CaseStep:
    """Give more time: the consent of another person than asked for it, and what the writer is told of it."""
    _refuse_extension(case, at)
    told = Told(
        on_day(case, None, at), needed(told_writer, "怎样告诉写信人延期和原因", LONGEST), is_shown=True, clock=EXTENDED
    )
    return take(session, case, "extend", told, by=by, at=at)


def ask_fee(
    session: Session, case: Case, scale: str, count: int, *, by: Staff, at: datetime, on: date | None = None
) -> CaseStep:  # fmt: skip
    """Tell the applicant what the processing costs (fees.py); the period begins anew once it is paid, elsewhere."""
    found = fee(scale, count)
    if not found.amount:
        raise Refusal(f"不用收费：{found.explain}")
    if case.due_on is not None and case.due_on < day_of(at):
        raise Refusal("收费通知要在答复期限以内发出，现在已经过了")
    told = Told(
        on_day(case, on, at), found.explain, is_shown=True, clock=FEE_ASKED,
        detail={"scale": scale, "count": count, "amount": found.amount},
    )  # fmt: skip
    return take(session, case, "ask_fee", told, by=by, at=at)


def pay(session: Session, case: Case, *, by: Staff, at: datetime, on: date | None = None) -> CaseStep:
    """Note that the fee was paid; the period for the answer begins anew."""
    return take(session, case, "pay", Told(on_day(case, on, at), is_shown=True, clock=FEE_PAID), by=by, at=at)


def fee_lapsed(session: Session, case: Case, *, by: Staff, at: datetime) -> CaseStep:
    """The fee was not paid in time: an answer that says so is to be written."""
    _refuse_early(case, at)
    step = take(session, case, "fee_lapsed", Told(on_day(case, None, at), clock=LAPSED), by=by, at=at)
    case.reply = closed_values(session, {"text": "", "result": "other_fee_unpaid"}, about=case.about("reply"))
    return step


def _refuse_extension(case: Case, at: datetime) -> None:
    if last_step(case, "extend") is not None:
        raise Refusal("已经延期过一次，不能再延")
    if case.due_on is None or case.due_on < day_of(at):
        raise Refusal("延期要在期限以内办；现在已经过了期限，或者期限还没有开始算")


def _refuse_early(case: Case, at: datetime) -> None:
    if case.waits_until is not None and day_of(at) <= case.waits_until:
        raise Refusal(f"申请人可以到{day_text(case.waits_until)}为止，还没有到期")


def _refuse_limit(days: int) -> None:
    if not SHORTEST_LIMIT <= days <= LONGEST_LIMIT:
        raise Refusal(f"给申请人的时间要在 {SHORTEST_LIMIT} 到 {LONGEST_LIMIT} 个工作日之间")
