"""Verbs of the accounts: opening one, signing in and out. What managers do stands in keeping.py."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from villages.accounts import delays
from villages.accounts.managing import refuse_to_give
from villages.accounts.models import ROLES, OneTimeLink, RecoveryCode, SignIn, Staff
from villages.accounts.passwords import password_hash
from villages.accounts.queries import digest_of, staff_named
from villages.accounts.strength import weaknesses
from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.refusal import refuse_if
from villages.registry.models import Publisher, Unit
from villages.site.queries import rules_of

LONGEST_NAME = 60
FREE_FAILURES = delays.FREE_FAILURES
CODE_WAITS = timedelta(minutes=5)


def add_staff(
    session: Session, name: str, *, role: str, unit: Unit, password: str | None, by: Staff | Actor, at: datetime,
    department: Publisher | None = None, must_change: bool = False,
) -> Staff:  # fmt: skip
    """Open an account for a unit, or for a department of it; raises Refusal with every reason why it cannot be.

    Without a password nobody can sign in to it until a one-time link has set one.
    """
    name, rules = name.strip(), rules_of(session)
    problems = []
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problems.append(f"账号名要有 1 到 {LONGEST_NAME} 个字")
    elif staff_named(session, name) is not None:
        problems.append(f"账号“{name}”已经有了，请换一个名字")
    if role not in ROLES:
        problems.append(f"没有“{role}”这个角色，只能是：{'、'.join(ROLES)}")
    if password is not None:
        problems += weaknesses(password, name=name, least=rules["password_length"])
    refuse_if(problems)
    refuse_to_give(by, role, unit, department, is_separated=bool(rules["separation"]))
    stored = password_hash(password) if password is not None else ""
    staff = Staff(
        name=name, role=role, unit=unit, department=department, password_hash=stored, created_at=at, password_at=at,
        must_change=must_change,
    )  # fmt: skip
    session.add(staff)
    session.flush()
    actor, scope = by.actor if isinstance(by, Staff) else by, department.code if department else unit.scope
    record(session, "account.add", f"staff:{staff.id}", by=actor, at=at, role=role, scope=scope)
    return staff


def sign_in(
    session: Session, name: str, *, right: bool, at: datetime, address: str = "", browser: str = "",
    is_known: bool = False, against: str | None = None,
) -> tuple[Staff, str] | None:  # fmt: skip
    """Sign somebody in whose password was found `right`, and return the token for their browser.

    `against`: what the password was compared with, which takes a while; what was voided meanwhile opens nothing.

    None for a wrong name or password, and while they must wait (delays.py). Of somebody with a second factor the token
    opens nothing until `pass_factor`.
    """
    staff = _locked(session, Staff.name == name)
    if staff is None:
        delays.count_failure(session, None, address, is_known=False, at=at)
        return None
    if staff.disabled_at is not None or delays.must_wait(session, staff, address, is_known=is_known, at=at):
        record(session, "account.sign_in", f"staff:{staff.id}", by=staff.actor, at=at, refused=True, blocked=True)
        return None
    if not right or against not in (None, staff.password_hash):
        _refuse_entry(session, staff, address, is_known=is_known, at=at)
        return None
    if staff.factor:
        return staff, _begin(session, staff, at=at, lasts=CODE_WAITS, address=address, browser=browser, waits=True)
    return staff, _welcome(session, staff, address=address, browser=browser, is_known=is_known, at=at)


def pass_factor(
    session: Session, token: str, *, step: int | None, recovery: str, at: datetime, is_known: bool = False
) -> tuple[Staff, str] | None:
    """Let somebody in whose code was found to be of the half minute `step`, or who has a recovery code.

    `token`: what `sign_in` returned; a new one takes its place. None where neither is right, or it was used before.
    """
    half = session.get(SignIn, digest_of(token))
    staff = _locked(session, Staff.id == half.staff_id) if half is not None and half.waits else None
    half = session.get(SignIn, digest_of(token), populate_existing=True)  # a reset may have ended it meanwhile
    if half is None or staff is None or half.expires_at <= at or staff.disabled_at is not None:
        return None
    if delays.must_wait(session, staff, half.address, is_known=is_known, at=at):
        record(session, "account.sign_in", f"staff:{staff.id}", by=staff.actor, at=at, refused=True, blocked=True)
        return None
    spent = session.get(RecoveryCode, recovery, with_for_update=True) if recovery else None
    if step is not None and step > staff.factor_step:
        staff.factor_step = step
    elif spent is not None and spent.staff_id == staff.id and spent.used_at is None:
        spent.used_at = at
        record(session, "account.recovery", f"staff:{staff.id}", by=staff.actor, at=at)
    else:
        _refuse_entry(session, staff, half.address, is_known=is_known, at=at)
        return None
    session.delete(half)
    return staff, _welcome(session, staff, address=half.address, browser=half.browser, is_known=is_known, at=at)


def note_wrong_proof(
    session: Session, staff: Staff, address: str, *, is_known: bool, at: datetime, blocked: bool = False
) -> None:  # fmt: skip
    """Note that who is signed in gave a wrong present password, or came while they must wait (`blocked`)."""
    if not blocked:
        delays.count_failure(session, staff, address, is_known=is_known, at=at)
    told: dict[str, Any] = {"blocked": True} if blocked else {}
    record(session, "account.proof", f"staff:{staff.id}", by=staff.actor, at=at, refused=True, **told)


def sign_out(session: Session, token: str, staff: Staff, *, at: datetime) -> None:
    """End one browser's sign-in."""
    session.execute(delete(SignIn).where(SignIn.digest == digest_of(token)))
    record(session, "account.sign_out", f"staff:{staff.id}", by=staff.actor, at=at)


def end_sign_ins(session: Session, staff: Staff, *, at: datetime, but: str = "", only: str = "") -> int:
    """End sign-ins of somebody: all, all `but` the one with a token, or `only` the one with a handle; how many."""
    query = delete(SignIn).where(SignIn.staff_id == staff.id)
    if but:
        query = query.where(SignIn.digest != digest_of(but))
    if only:
        query = query.where(SignIn.digest.startswith(only, autoescape=True))
    gone = session.execute(query.execution_options(synchronize_session=False))
    count = gone.rowcount if isinstance(gone, CursorResult) else 0
    if count:
        record(session, "account.end_sign_ins", f"staff:{staff.id}", by=staff.actor, at=at, count=count)
    return count


def forget_expired_sign_ins(session: Session, *, at: datetime) -> int:
    """Take away sign-ins that are over, links that lapsed and old addresses; returns how many sign-ins there were."""
    session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at <= at))
    delays.forget_addresses(session, at=at)
    idle = at - timedelta(minutes=rules_of(session)["idle_minutes"])
    gone = session.execute(delete(SignIn).where((SignIn.expires_at <= at) | (SignIn.seen_at <= idle)))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _locked(session: Session, condition: object) -> Staff | None:
    query = select(Staff).where(condition).with_for_update(of=Staff)  # type: ignore[arg-type]
    return session.scalar(query.execution_options(populate_existing=True))


def _refuse_entry(session: Session, staff: Staff, address: str, *, is_known: bool, at: datetime) -> None:
    delays.count_failure(session, staff, address, is_known=is_known, at=at)
    record(session, "account.sign_in", f"staff:{staff.id}", by=staff.actor, at=at, refused=True)


def _welcome(session: Session, staff: Staff, *, address: str, browser: str, is_known: bool, at: datetime) -> str:
    delays.forgive(staff, is_known=is_known)
    staff.last_sign_in_at = at
    lasts = timedelta(hours=rules_of(session)["session_hours"])
    token = _begin(session, staff, at=at, lasts=lasts, address=address, browser=browser)
    record(session, "account.sign_in", f"staff:{staff.id}", by=staff.actor, at=at)
    return token


def _begin(
    session: Session, staff: Staff, *, at: datetime, lasts: timedelta, address: str, browser: str, waits: bool = False
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            digest=digest_of(token), staff_id=staff.id, signed_in_at=at, seen_at=at, expires_at=at + lasts, waits=waits,
            address=address, browser=browser,
        )
    )  # fmt: skip
    session.flush()
    return token
