"""Tables of the accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villages.accounts.permissions import permissions
from villages.audit.models import Actor
from villages.core.access import Permission
from villages.core.db import Base, Moment
from villages.registry.models import Publisher, Unit

# Roles as the contract names them, with the words people use.
ROLES = {
    "administrator": "系统管理员",
    "security": "安全管理员",
    "auditor": "审计管理员",
    "publisher": "发布员",
    "reviewer": "审核员",
    "editor": "录入员",
    "handler": "承办员",
}


class Staff(Base):
    """One member of staff: an account name, a role, and the unit whose subtree is their area.

    An account of a department has that department alone as its area, and the department's county as its unit.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    # Wrong passwords from browsers that this person has signed in with before count apart (delays.py).
    known_failures: Mapped[int] = mapped_column(default=0)
    known_blocked_until: Mapped[datetime | None] = mapped_column(Moment)
    password_at: Mapped[datetime | None] = mapped_column(Moment)
    must_change: Mapped[bool] = mapped_column(default=False)
    factor: Mapped[str] = mapped_column(String(200), default="")  # the sealed secret of the second factor; "": none
    factor_step: Mapped[int] = mapped_column(default=0)  # the half minute of the last code, so that none counts twice
    last_sign_in_at: Mapped[datetime | None] = mapped_column(Moment)

    unit: Mapped[Unit] = relationship()
    department: Mapped[Publisher | None] = relationship()

    @property
    def actor(self) -> Actor:
        """This person as the audit names them."""
        return Actor(self.name, self.id)

    @property
    def role_title(self) -> str:
        """The role in Chinese."""
        return ROLES[self.role]

    @property
    def level(self) -> str:
        """The level of this person's area: that of the unit, or 'department'."""
        return "department" if self.publisher_id is not None else self.unit.level

    @property
    def area(self) -> str:
        """The name of this person's area."""
        return self.department.name if self.department is not None else self.unit.name

    def covers(self, unit: Unit) -> bool:
        """Whether a unit lies in this person's area: the subtree of their unit by code; none for a department."""
        return self.publisher_id is None and unit.division_code.startswith(self.unit.division_code)

    def speaks_for(self, publisher: Publisher) -> bool:
        """Whether a body's disclosures are this person's business."""
        if self.publisher_id is not None:
            return publisher.id == self.publisher_id
        return self.covers(publisher.unit)

    def permissions(self, *, is_separated: bool) -> frozenset[Permission]:
        """What this person may do."""
        return permissions(self.role, level=self.level, is_separated=is_separated)


class SignIn(Base):
    """One browser that is signed in. The token itself is only in the browser; here lies its digest."""

    __tablename__ = "sign_in"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    signed_in_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    waits: Mapped[bool] = mapped_column(default=False)  # for the second factor; it opens nothing until then
    address: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(40), default="")

    staff: Mapped[Staff] = relationship()

    @property
    def handle(self) -> str:
        """What names this sign-in on its holder's page; it signs nobody in."""
        return self.digest[:16]


class SignInAddress(Base):
    """A network address from which wrong names or passwords came, and until when strangers there must wait."""

    __tablename__ = "sign_in_address"

    address: Mapped[str] = mapped_column(String(45), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(Moment)


class OneTimeLink(Base):
    """A code with which one person sets their password, once. The code itself is only in the link."""

    __tablename__ = "one_time_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)

    staff: Mapped[Staff] = relationship()


class FormerPassword(Base):
    """What was stored of a password until it was changed, so that it is not taken again."""

    __tablename__ = "former_password"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime] = mapped_column(Moment)


class RecoveryCode(Base):
    """One of the codes that stand in, once each, for a lost telephone."""

    __tablename__ = "recovery_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
