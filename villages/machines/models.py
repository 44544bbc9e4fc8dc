"""Tables of the machines."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villages.audit.models import Actor
from villages.core.db import Base, Moment
from villages.registry.models import Unit

CODE_HOLDS = timedelta(minutes=15)


class Kiosk(Base):
    """One touchscreen. The machine alone has its token; here lies the token's digest.

    `state`: asking (shows `code`, until somebody approves it), paired, revoked. Only a paired one was given a hall.
    From `heard_at` on: the last heartbeat (heartbeat.py).
    """

    __tablename__ = "kiosk"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    code: Mapped[str | None] = mapped_column(String(6), unique=True)
    code_at: Mapped[datetime | None] = mapped_column(Moment)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    orientation: Mapped[str] = mapped_column(String(10), default="portrait")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    paired_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    heard_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[str] = mapped_column(String(20), default="")
    up_seconds: Mapped[int] = mapped_column(default=0)
    content_at: Mapped[datetime | None] = mapped_column(Moment)
    screen: Mapped[str] = mapped_column(String(10), default="")
    touched_at: Mapped[datetime | None] = mapped_column(Moment)
    printed: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(10), default="")

    unit: Mapped[Unit | None] = relationship()

    @property
    def actor(self) -> Actor:
        """This machine as the audit names it."""
        return Actor(f"一体机 {self.id}")

    @property
    def code_until(self) -> datetime | None:
        """Until when the code that it shows holds."""
        return self.code_at + CODE_HOLDS if self.code_at is not None else None

    @property
    def seems(self) -> str:
        """How the screen stands, by its size: portrait or landscape."""
        width, _, height = self.screen.partition("x")
        return "landscape" if height and int(width) > int(height) else "portrait"


class HelpCall(Base):
    """Somebody at a machine asked for a person. Without `kiosk`: from a browser that is no machine of ours.

    `screen` is the name of the screen it came from. `phone_sealed`: a number to call back, readable by this
    installation alone, and gone once the call is answered or a day old.
    """

    __tablename__ = "help_call"
    __table_args__ = (Index("ix_help_call_open", "answered_at", "called_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kiosk_id: Mapped[int | None] = mapped_column(ForeignKey("kiosk.id"), index=True)
    screen: Mapped[str] = mapped_column(String(20), default="")
    called_at: Mapped[datetime] = mapped_column(Moment)
    phone_sealed: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by: Mapped[str] = mapped_column(String(60), default="")

    kiosk: Mapped[Kiosk | None] = relationship()

    @property
    def about(self) -> str:
        """What binds the sealed number to this row."""
        return f"help_call:{self.id}"


class KioskCount(Base):
    """How often something was done at a machine on a day in China; nothing about who did."""

    __tablename__ = "kiosk_count"

    kiosk_id: Mapped[int] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    on: Mapped[date] = mapped_column("on_day", primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]
