"""What is deleted when its time is over: a kind's own term after closing, an identity picture's much shorter one.

What stays is what counts: number, kind, places, states, days, result. Sources: 个人信息保护法 Arts 19, 47.

Each job does so many at a time and is asked again until there is no more (service/due.py), so that a year's cases due
at once keep nobody from writing; whoever is stopped goes on, as nothing is remembered but what was done.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, exists, false, or_, select
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
BATCH = 50


def close_quiet(session: Session, at: datetime, *, most: int = BATCH) -> int:
    """Put away the next cases that ended a while ago and nothing happened since; returns how many."""
    since = exists(select(CaseStep.id).where(CaseStep.case_id == Case.id, CaseStep.at > at - QUIET))
    found = select(Case).where(Case.state.in_(ENDED), ~since).order_by(Case.id).limit(most).with_for_update(of=Case)
    quiet = session.scalars(found).all()
    for case in quiet:
        case.state, case.closed_at = "closed", at
        add_step(session, case, "close", Told(is_shown=True), by=SYSTEM, at=at)
        record(session, "case.close", f"case:{case.number}", by=SYSTEM, at=at)
    return len(quiet)


def erase_due(session: Session, at: datetime, *, most: int = BATCH) -> int:
    """Delete what was written in the next cases that were kept long enough; returns of how many cases."""
    over = (
        and_(Case.kind == kind.key, Case.closed_at <= at - timedelta(days=kind.keep_days)) for kind in kinds().values()
    )
    query = select(Case).where(or_(false(), *over), Case.forgotten_at.is_(None)).order_by(Case.id).limit(most)
    due = session.scalars(query.with_for_update(of=Case)).all()
    for case in due:
        erase(session, case, at=at)
    session.flush()
    return len(due)


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


def drop_due(session: Session, at: datetime, *, most: int = BATCH) -> int:
    """Let go the next files of fields that are kept shorter than their case, as proofs of identity are; how many."""
    over = (
        and_(
            Case.kind == kind.key, Enclosure.field == field.name, Case.closed_at <= at - timedelta(days=field.keep_days)
        )
        for kind in kinds().values() for field in kind.fields if field.keep_days is not None
    )  # fmt: skip
    query = select(Enclosure).join(Case).where(or_(false(), *over)).order_by(Enclosure.id).limit(most)
    found = session.scalars(query.with_for_update(of=Enclosure)).all()
    drop(session, found)
    return len(found)
