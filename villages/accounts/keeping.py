"""Verbs of those who manage accounts, and of people who change their own password or second factor.

An account that is reset, reopened or opened in the browser has no password until its holder sets one through a
one-time link, so no manager ever knows one. A person's sign-ins end in the transaction that closes or resets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from villages.accounts.managing import refuse_other_than_manager, refuse_to_give
from villages.accounts.models import ROLES, FormerPassword, OneTimeLink, RecoveryCode, SignIn, Staff
from villages.accounts.one_time import LETTERS_OF_A_LINK, digest_of_code, new_code
from villages.accounts.queries import digest_of, link_with
from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.refusal import Refusal
from villages.registry.models import Publisher, Unit
from villages.site.queries import rules_of
from villages.site.rules import RULE_BY_KEY

LINK_LASTS = timedelta(hours=24)
MOST_FORMER = RULE_BY_KEY["password_history"].most


def change_role(
    session: Session, staff: Staff, *, role: str, unit: Unit, department: Publisher | None, by: Staff | Actor,
    at: datetime,
) -> None:  # fmt: skip
    """Give somebody another role or area; raises Refusal where either is more than the giver has."""
    _refuse(session, staff, by)
    if role not in ROLES:
        raise Refusal("没有这个角色，请从列出的里面选")
    refuse_to_give(by, role, unit, department, is_separated=_is_separated(session))
    old = {"old_role": staff.role, "old_scope": scope_of(staff)}
    staff.role, staff.unit, staff.department = role, unit, department
    session.flush()
    _note(session, "account.role", staff, by, at, **old, role=role, scope=scope_of(staff))


def close(session: Session, staff: Staff, *, by: Staff | Actor, at: datetime) -> None:
    """Let somebody in no more, from this moment on, in whatever browser they are."""
    _refuse(session, staff, by)
    if staff.disabled_at is not None:
        raise Refusal(f"账号“{staff.name}”已经停用了")
    staff.disabled_at = at
    count = _end_everything(session, staff)
    _note(session, "account.close", staff, by, at, old="open", new="closed", sign_ins=count)


def reopen(session: Session, staff: Staff, *, by: Staff | Actor, at: datetime) -> str:
    """Open a closed account again; returns the code of the link through which its holder sets a new password."""
    _refuse(session, staff, by)
    if staff.disabled_at is None:
        raise Refusal(f"账号“{staff.name}”没有停用")
    staff.disabled_at = None
    _note(session, "account.reopen", staff, by, at, old="closed", new="open")
    return _link(session, staff, at=at)


def reset(session: Session, staff: Staff, *, by: Staff | Actor, at: datetime) -> str:
    """Void somebody's password and end their sign-ins; returns the code of the link that sets a new one."""
    _refuse(session, staff, by)
    if staff.disabled_at is not None:
        raise Refusal(f"账号“{staff.name}”停用了，请先重新启用")
    count = _end_everything(session, staff)
    _note(session, "account.reset", staff, by, at, sign_ins=count)
    return _link(session, staff, at=at)


def remove_factor(session: Session, staff: Staff, *, by: Staff | Actor, at: datetime) -> None:
    """Take somebody's second factor away, whose telephone is lost; they enrol anew where the rule asks for it."""
    _refuse(session, staff, by)
    if not staff.factor:
        raise Refusal(f"{staff.name}没有设动态验证码，不用清除")
    staff.factor, staff.factor_step = "", 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    count = _end_everything(session, staff)
    _note(session, "account.factor", staff, by, at, old="set", new="none", sign_ins=count)


def set_password(session: Session, staff: Staff, stored: str, *, at: datetime, token: str = "") -> None:
    """Take a person's own new password, as it is stored; ends their sign-ins but the one with `token`."""
    _hold(session, staff)
    _keep_former(session, staff, at)
    staff.password_hash, staff.password_at, staff.must_change = stored, at, False
    query = delete(SignIn).where(SignIn.staff_id == staff.id)
    session.execute(query.where(SignIn.digest != digest_of(token)) if token else query)
    session.execute(delete(OneTimeLink).where(OneTimeLink.staff_id == staff.id))
    _note(session, "account.password", staff, staff, at)


def use_link(session: Session, code: str, stored: str, *, at: datetime) -> Staff | None:
    """Set a password through a one-time link, which is spent; None where the code is wrong, spent or lapsed."""
    found = link_with(session, code, at=at)
    if found is None:
        return None
    staff = found.staff
    _hold(session, staff)  # first the account, then the link, as those do who reset one
    link = link_with(session, code, at=at, locked=True)
    if link is None:
        return None
    staff.failures, staff.blocked_until, staff.known_failures, staff.known_blocked_until = 0, None, 0, None
    session.delete(link)
    session.flush()  # before the password is set, which holds the account anew
    set_password(session, staff, stored, at=at)
    return staff


def set_factor(
    session: Session, staff: Staff, sealed: str, *, step: int, codes: Sequence[str], at: datetime
) -> None:  # fmt: skip
    """Take a person's second factor, confirmed by a code of the half minute `step`, and new recovery codes."""
    old = "set" if staff.factor else "none"
    staff.factor, staff.factor_step = sealed, step
    set_recovery_codes(session, staff, codes, at=at)
    _note(session, "account.factor", staff, staff, at, old=old, new="set")


def set_recovery_codes(session: Session, staff: Staff, codes: Sequence[str], *, at: datetime) -> None:
    """Put new recovery codes in place of all earlier ones."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    session.add_all(RecoveryCode(digest=digest_of_code(code), staff_id=staff.id) for code in codes)
    session.flush()
    _note(session, "account.recovery_codes", staff, staff, at, count=len(codes))


def first_link(session: Session, staff: Staff, *, at: datetime) -> str:
    """The code of the link through which the holder of a new account sets the first password."""
    return _link(session, staff, at=at)


def scope_of(staff: Staff) -> str:
    """An account's area as the audit names it."""
    return staff.department.code if staff.department is not None else staff.unit.scope


def _refuse(session: Session, staff: Staff, by: Staff | Actor) -> None:
    _hold(session, staff)
    refuse_other_than_manager(by, staff, is_separated=_is_separated(session))


def _hold(session: Session, staff: Staff) -> None:
    """Have whoever signs in as this person wait for what is done with the account, and see it."""
    session.refresh(staff, with_for_update={"of": Staff})


def _is_separated(session: Session) -> bool:
    return bool(rules_of(session)["separation"])


def _end_everything(session: Session, staff: Staff) -> int:
    count = session.scalar(select(func.count(SignIn.digest)).where(SignIn.staff_id == staff.id)) or 0
    session.execute(delete(SignIn).where(SignIn.staff_id == staff.id))
    session.execute(delete(OneTimeLink).where(OneTimeLink.staff_id == staff.id))
    session.flush()
    return count


def _link(session: Session, staff: Staff, *, at: datetime) -> str:
    _keep_former(session, staff, at)
    staff.password_hash, staff.must_change = "", False
    code = new_code(LETTERS_OF_A_LINK)
    session.execute(delete(OneTimeLink).where(OneTimeLink.staff_id == staff.id))
    session.add(OneTimeLink(digest=digest_of_code(code), staff_id=staff.id, made_at=at, expires_at=at + LINK_LASTS))
    session.flush()
    return code


def _keep_former(session: Session, staff: Staff, at: datetime) -> None:
    if not staff.password_hash:
        return
    session.add(FormerPassword(staff_id=staff.id, password_hash=staff.password_hash, until=at))
    session.flush()
    newest = select(FormerPassword.id).where(FormerPassword.staff_id == staff.id).order_by(FormerPassword.id.desc())
    kept = session.scalars(newest.limit(MOST_FORMER)).all()
    session.execute(
        delete(FormerPassword).where(FormerPassword.staff_id == staff.id, FormerPassword.id.not_in(kept))
    )  # fmt: skip


def _note(session: Session, act: str, staff: Staff, by: Staff | Actor, at: datetime, **detail: Any) -> None:
    actor = by.actor if isinstance(by, Staff) else by
    record(session, act, f"staff:{staff.id}", by=actor, at=at, **detail)
