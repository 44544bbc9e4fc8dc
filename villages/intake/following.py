"""The writer's side: a case opened by number and code."""

from __future__ import annotations

import hmac

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.core.sealing import Unreadable
from villages.intake.models import Case, about
from villages.intake.numbers import CODE_DIGITS
from villages.intake.sealed import closed, opened

# What is opened where there is no such case, so that it takes as long.
NOBODYS = "-" * CODE_DIGITS


def opens(session: Session, number: str, code: str) -> bool:
    """Whether a code is that of the case with a number: the same work is done where there is no such case."""
    where = about(number, "code")
    dummy = closed(session, NOBODYS, about=where)
    # One row, whether there is such a case or not.
    kept = session.scalar(select(func.coalesce(select(Case.code).where(Case.number == number).scalar_subquery(), "")))
    try:
        told = opened(session, kept or dummy, about=where)
    except Unreadable:
        told = NOBODYS
    return hmac.compare_digest(told.encode(), code.encode())
