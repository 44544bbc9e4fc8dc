"""Verbs of the accounts."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from villages.accounts.models import ROLES, SignIn, Staff
from villages.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, password_hash
from villages.accounts.queries import digest_of, staff_named
from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.refusal import Refusal
from villages.registry.models import Publisher, Unit

LONGEST_NAME = 60
SIGN_IN_LASTS = timedelta(hours=10)
FREE_FAILURES = 5
LONGEST_BLOCK = timedelta(minutes=30)


def add_staff(
    session: Session, name: str, *, role: str, unit: Unit, password: str, by: Actor, at: datetime,
    department: Publisher | None = None,
) -> Staff:  # fmt: skip
    """Open an account for a unit, or for a department of it; raises Refusal with every reason why it cannot be."""
    name = name.strip()
    problems = []
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problems.append(f"账号名要有 1 到 {LONGEST_NAME} 个字")
    elif staff_named(session, name) is not None:
        problems.append(f"账号“{name}”已经有了，请换一个名字")
    if role not in ROLES:
        problems.append(f"没有“{role}”这个角色，只能是：{'、'.join(ROLES)}")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        problems.append(f"密码要有 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符")
    if problems:
        raise Refusal(*problems)
    staff = Staff(
        name=name, role=role, unit=unit, department=department, password_hash=password_hash(password), created_at=at
    )
    session.add(staff)
    session.flush()
    record(
        session,
        "account.add",
        f"staff:{staff.id}",
        by=by,
        at=at,
        role=role,
        scope=department.code if department else unit.scope,
    )
    return staff


def sign_in(session: Session, name: str, *, right: bool, at: datetime) -> tuple[Staff, str] | None:
    """Sign somebody in whose password was found `right`, and return the token for their browser.

    None for a wrong name or password, or while blocked. After FREE_FAILURES wrong passwords each further one blocks
    the account for a growing time.
    """
    staff = session.scalar(select(Staff).where(Staff.name == name).with_for_update())
    if staff is None:
        return None
    if staff.disabled_at is not None or (staff.blocked_until is not None and staff.blocked_until > at):
        record(session, "account.sign_in", f"staff:{staff.id}", by=staff.actor, at=at, refused=True, blocked=True)
        return None
    if not right:
        _count_failure(session, staff, at)
        return None
    staff.failures, staff.blocked_until = 0, None
    token = secrets.token_urlsafe(32)
    session.add(SignIn(digest=digest_of(token), staff=staff, signed_in_at=at, expires_at=at + SIGN_IN_LASTS))
    record(session, "account.sign_in", f"staff:{staff.id}", by=staff.actor, at=at)
    return staff, token


def _count_failure(session: Session, staff: Staff, at: datetime) -> None:
    staff.failures += 1
    if staff.failures >= FREE_FAILURES:
        wait = timedelta(seconds=30) * 2 ** min(staff.failures - FREE_FAILURES, 10)
        staff.blocked_until = at + min(wait, LONGEST_BLOCK)
    record(session, "account.sign_in", f"staff:{staff.id}", by=staff.actor, at=at, refused=True)


def sign_out(session: Session, token: str, staff: Staff, *, at: datetime) -> None:
    """End one browser's sign-in."""
    session.execute(delete(SignIn).where(SignIn.digest == digest_of(token)))
    record(session, "account.sign_out", f"staff:{staff.id}", by=staff.actor, at=at)


def forget_expired_sign_ins(session: Session, *, at: datetime) -> int:
    """Take away sign-ins that are over; returns how many there were."""
    gone = session.execute(delete(SignIn).where(SignIn.expires_at <= at))
    return gone.rowcount if isinstance(gone, CursorResult) else 0
