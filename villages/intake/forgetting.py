"""What is deleted when its time is over: a kind's own term after closing, an identity picture's much shorter one.

What stays is what counts: number, kind, places, states, days, result. Sources: 个人信息保护法 Arts 19, 47.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.intake.enclosures import drop
from villages.intake.history import SYSTEM, Told, add_step
from villages.intake.kinds import kinds
from villages.intake.models import Case, CaseStep, Enclosure
from villages.intake.outbox import forget_told
from villages.intake.workflow import ENDED

# An answer to which nobody has said anything for so long is the last word.
QUIET = timedelta(days=30)


def close_quiet(session: Session, at: datetime) -> int:
    """Put away cases that ended a while ago and nothing happened since; returns how many."""
    since = exists(select(CaseStep.id).where(CaseStep.case_id == Case.id, CaseStep.at > at - QUIET))
    found = select(Case).where(Case.state.in_(ENDED), ~since).order_by(Case.id).with_for_update(of=Case)
    quiet = session.scalars(found).all()
    for case in quiet:
        case.state, case.closed_at = "closed", at
        add_step(session, case, "close", Told(is_shown=True), by=SYSTEM, at=at)
        record(session, "case.close", f"case:{case.number}", by=SYSTEM, at=at)
    return len(quiet)


def erase_due(session: Session, at: datetime) -> int:
    """Delete what was written in cases that were kept long enough; returns of how many cases."""
    count = 0
    for kind in kinds().values():
        over = Case.closed_at <= at - timedelta(days=kind.keep_days)
        for case in session.scalars(select(Case).where(Case.kind == kind.key, over, Case.forgotten_at.is_(None))):
            erase(session, case, at=at)
            count += 1
    return count


def erase(session: Session, case: Case, *, at: datetime) -> None:
    """Delete everything that anybody wrote in a case; its code opens it no more."""
    case.body, case.code, case.reply, case.token_digest = "", "", "", None
    case.phone_digest, case.name_digest, case.may_publish, case.forgotten_at = "", "", False, at
    for step in case.steps:
        step.note = ""
    drop(session, case.enclosures)
    forget_told(session, case)
    add_step(session, case, "erase", Told(), by=SYSTEM, at=at)
    record(session, "case.erase", f"case:{case.number}", by=SYSTEM, at=at)


def drop_due(session: Session, at: datetime) -> int:
    """Let go the files of fields that are kept shorter than their case, as proofs of identity are; returns how many."""
    count = 0
    for kind in kinds().values():
        for field in kind.fields:
            if field.keep_days is None:
                continue
            over = Case.closed_at <= at - timedelta(days=field.keep_days)
            query = select(Enclosure).join(Case).where(Case.kind == kind.key, over, Enclosure.field == field.name)
            found = session.scalars(query).all()
            drop(session, found)
            count += len(found)
    return count
