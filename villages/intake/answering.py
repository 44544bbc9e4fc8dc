"""Verbs about the answer: written, agreed to by another person, sent, delivered; and the end of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.clock import day_of
from villages.core.refusal import Refusal, needed
from villages.intake.acting import take
from villages.intake.deadlines import ANSWERED
from villages.intake.history import Told, kind_of, on_day, open_consultations
from villages.intake.models import Case, CaseStep
from villages.intake.outbox import ANSWERED as ANSWERED_LETTER
from villages.intake.outbox import tell_writer
from villages.intake.results import results
from villages.intake.sealed import closed_values, opened_values

LONGEST, LONGEST_REASON = 5_000, 2_000


@dataclass(frozen=True)
class Reply:
    """An answer as it stands; `result` is a code of results.py, '' for what is no application."""

    text: str = ""
    result: str = ""


def reply_of(session: Session, case: Case) -> Reply:
    """The answer to a case, or its draft; empty where there is none or it was forgotten."""
    found = opened_values(session, case.reply, about=case.about("reply"))
    return Reply(found.get("text", ""), found.get("result", ""))


def draft(session: Session, case: Case, text: str, *, by: Staff, at: datetime, result: str = "") -> CaseStep:
    """Write an answer, or write it anew. Raises Refusal where an application's has no result."""
    is_application = kind_of(case).is_application
    if is_application and result not in results():
        raise Refusal("请选这件申请的办理结果")
    if not is_application and result:
        raise ValueError(result)
    text = needed(text, "答复", LONGEST)
    step = take(session, case, "draft", Told(text=text, detail={"result": result} if result else {}), by=by, at=at)
    case.reply = closed_values(session, {"text": text, "result": result}, about=case.about("reply"))
    return step


def approve(session: Session, case: Case, *, by: Staff, at: datetime) -> CaseStep:
    """Agree to an answer that another person wrote."""
    if not reply_of(session, case).text:
        raise Refusal("答复还没有写")
    return take(session, case, "approve", by=by, at=at)


def send_back(session: Session, case: Case, reason: str, *, by: Staff, at: datetime) -> CaseStep:
    """Do not agree to an answer; whoever handles the case goes on with it, and with whom it asked before."""
    told = Told(text=needed(reason, "哪里要改", LONGEST_REASON))
    return take(session, case, "send_back", told, by=by, at=at, to="consulting" if open_consultations(case) else "")


def answer(session: Session, case: Case, *, by: Staff, at: datetime, on: date | None = None) -> CaseStep:
    """Send the answer that was agreed to: from now on the writer sees it."""
    on = on_day(case, on, at)
    step = take(session, case, "answer", Told(on, is_shown=True, clock=ANSWERED), by=by, at=at)
    case.answered_on, case.result = on, reply_of(session, case).result
    tell_writer(session, case, ANSWERED_LETTER, at=at)
    return step


def deliver(session: Session, case: Case, how: str, *, by: Staff, at: datetime, on: date | None = None) -> CaseStep:
    """Note how and when the writer got the answer."""
    on = on or day_of(at)
    if not (case.answered_on or on) <= on <= day_of(at):
        raise Refusal("送达的日期要在发出答复那天到今天之间")
    told = Told(on, needed(how, "怎样送到的", LONGEST_REASON), is_shown=True)
    return take(session, case, "deliver", told, by=by, at=at)


def close(session: Session, case: Case, *, by: Staff, at: datetime) -> CaseStep:
    """Put a case away: nothing more is to be done."""
    step = take(session, case, "close", Told(is_shown=True), by=by, at=at)
    case.closed_at = at
    return step
