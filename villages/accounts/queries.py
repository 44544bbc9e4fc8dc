"""Questions to the accounts."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from villages.accounts.models import SignIn, Staff
from villages.core.refusal import Refusal


def digest_of(token: str) -> str:
    """What is stored of a sign-in token."""
    return hashlib.sha256(token.encode()).hexdigest()


def staff_named(session: Session, name: str) -> Staff | None:
    """The account with a name."""
    return session.scalar(select(Staff).where(Staff.name == name))


def staff(session: Session, name: str) -> Staff:
    """The account with a name, for commands; raises Refusal when there is none."""
    found = staff_named(session, name)
    if found is None:
        raise Refusal(f"没有叫“{name}”的账号，请先用 villages accounts add 建立")
    return found


def signed_in(session: Session, token: str, *, at: datetime) -> Staff | None:
    """Who holds a sign-in token that is still valid."""
    query = select(SignIn).where(SignIn.digest == digest_of(token), SignIn.expires_at > at)
    whole = joinedload(SignIn.staff)
    found = session.scalar(query.options(whole.joinedload(Staff.unit), whole.joinedload(Staff.department)))
    return found.staff if found is not None and found.staff.disabled_at is None else None


def count_role(session: Session, role: str) -> int:
    """How many accounts have a role."""
    return session.scalar(select(func.count(Staff.id)).where(Staff.role == role)) or 0
