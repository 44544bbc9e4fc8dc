"""Questions to the accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from villages.accounts.models import FormerPassword, OneTimeLink, RecoveryCode, SignIn, Staff
from villages.accounts.one_time import digest_of_code
from villages.core.refusal import Refusal
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below, publisher_by_code, unit_by_code

SLEEPING = timedelta(days=90)


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


def signed_in(session: Session, token: str, *, at: datetime, idle_minutes: int | None = None) -> Staff | None:
    """Who holds a sign-in token that is still valid."""
    found = sign_in_with(session, token, at=at, idle_minutes=idle_minutes)
    return found.staff if found is not None and not found.waits else None


def sign_in_with(session: Session, token: str, *, at: datetime, idle_minutes: int | None = None) -> SignIn | None:
    """The sign-in of a token, whether it waits for a second factor or not; None once it is over."""
    query = select(SignIn).where(SignIn.digest == digest_of(token), SignIn.expires_at > at)
    if idle_minutes is not None:
        query = query.where(SignIn.seen_at > at - timedelta(minutes=idle_minutes))
    whole = joinedload(SignIn.staff)
    found = session.scalar(query.options(whole.joinedload(Staff.unit), whole.joinedload(Staff.department)))
    return found if found is not None and found.staff.disabled_at is None else None


def sign_ins_of(session: Session, staff: Staff, *, at: datetime, idle_minutes: int) -> Sequence[SignIn]:
    """The browsers in which somebody is signed in, the last seen first."""
    query = select(SignIn).where(SignIn.staff_id == staff.id, SignIn.expires_at > at, ~SignIn.waits)
    query = query.where(SignIn.seen_at > at - timedelta(minutes=idle_minutes))
    return session.scalars(query.order_by(SignIn.seen_at.desc())).all()


def count_role(session: Session, role: str) -> int:
    """How many open accounts have a role."""
    return session.scalar(select(func.count(Staff.id)).where(Staff.role == role, Staff.disabled_at.is_(None))) or 0


def link_with(session: Session, code: str, *, at: datetime, locked: bool = False) -> OneTimeLink | None:
    """The one-time link of a code that still holds, of an account that is open."""
    query = select(OneTimeLink).where(OneTimeLink.digest == digest_of_code(code), OneTimeLink.expires_at > at)
    found = session.scalar(query.with_for_update(of=OneTimeLink) if locked else query)
    return found if found is not None and found.staff.disabled_at is None else None


def has_link(session: Session, staff: Staff, *, at: datetime) -> datetime | None:
    """Until when a one-time link of somebody holds."""
    return session.scalar(
        select(OneTimeLink.expires_at).where(OneTimeLink.staff_id == staff.id, OneTimeLink.expires_at > at)
    )


def recent_passwords(session: Session, staff: Staff, count: int) -> list[str]:
    """What is stored of somebody's last passwords, the present one first; `count` in all."""
    query = select(FormerPassword.password_hash).where(FormerPassword.staff_id == staff.id)
    former = session.scalars(query.order_by(FormerPassword.id.desc()).limit(count)).all()
    return [each for each in (staff.password_hash, *former) if each][:count]


def recovery_codes_left(session: Session, staff: Staff) -> int:
    """How many of somebody's recovery codes were not used yet."""
    query = select(func.count(RecoveryCode.digest)).where(RecoveryCode.staff_id == staff.id)
    return session.scalar(query.where(RecoveryCode.used_at.is_(None))) or 0


def area_with(session: Session, code: str) -> tuple[Unit, Publisher | None] | None:
    """The area that a division code or a department's own code names."""
    unit = unit_by_code(session, code)
    if unit is not None:
        return unit, None
    department = publisher_by_code(session, code)
    if department is None or department.kind != "department":
        return None
    return department.unit, department


def bodies_of(session: Session, staff: Staff) -> Sequence[Publisher]:
    """The living bodies that somebody speaks for, their units loaded, in the order of their places."""
    query = select(Publisher).join(Publisher.unit).where(Unit.in_scope, Unit.merged_into_id.is_(None))
    if staff.publisher_id is not None:
        query = query.where(Publisher.id == staff.publisher_id)
    else:
        query = query.where(is_below(staff.unit.division_code))
    query = query.options(contains_eager(Publisher.unit)).order_by(Unit.division_code, Publisher.id)
    return session.scalars(query).all()


@dataclass(frozen=True)
class Wanted:
    """What a list of accounts is narrowed to; '' for everything. `state`: open, closed, sleeping."""

    text: str = ""
    role: str = ""
    township: str = ""
    state: str = ""


def people(manager: Staff | None, wanted: Wanted, *, at: datetime) -> Select[Staff]:
    """The accounts in a manager's area (all for None), by area and name, as a query still to be paged."""
    query = select(Staff).join(Staff.unit).outerjoin(Staff.department)
    if manager is not None and manager.publisher_id is not None:
        query = query.where(Staff.publisher_id == manager.publisher_id)
    elif manager is not None:
        query = query.where(is_below(manager.unit.division_code))
    if wanted.text:
        query = query.where(
            or_(Staff.name.contains(wanted.text, autoescape=True), Unit.name.contains(wanted.text, autoescape=True))
        )
    if wanted.role:
        query = query.where(Staff.role == wanted.role)
    if wanted.township == "departments":
        query = query.where(Staff.publisher_id.is_not(None))
    elif wanted.township:
        query = query.where(is_below(wanted.township))
    if wanted.state == "closed":
        query = query.where(Staff.disabled_at.is_not(None))
    elif wanted.state:
        query = query.where(Staff.disabled_at.is_(None))
    if wanted.state == "sleeping":
        query = query.where(func.coalesce(Staff.last_sign_in_at, Staff.created_at) <= at - SLEEPING)
    whole = joinedload(Staff.unit).joinedload(Unit.parent)
    return query.options(whole, joinedload(Staff.department)).order_by(
        Unit.division_code, Staff.publisher_id, Staff.name
    )


def departments_of(session: Session, county: Unit) -> Sequence[Publisher]:
    """The departments of a county, by name."""
    query = select(Publisher).where(Publisher.unit_id == county.id, Publisher.kind == "department")
    return session.scalars(query.order_by(Publisher.name)).all()
