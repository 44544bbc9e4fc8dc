"""Tables of the intake. Whatever a person wrote and was answered is sealed; plain are numbers, states and days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villages.accounts.models import Staff
from villages.core.db import Base, Moment
from villages.registry.models import Publisher, Unit

# By what way a case came, with the words people use.
CHANNELS = {
    "online": "手机、网页",
    "kiosk": "大厅触摸屏",
    "counter": "窗口",
    "phone": "电话",
    "post": "邮寄",
    "email": "电子邮件",
    "fax": "传真",
}


class Case(Base):
    """One case. `unit`: the place it is about; `publisher`: the body it was sent to or is about, where that is known.

    `token` is that of the form, so that what is sent twice is one case. `received_on` is the day that counts by law,
    `submitted_at` the moment at which it reached us. `body`, sealed: what was typed, as JSON by the kind's fields.
    """

    __tablename__ = "intake_case"
    __table_args__ = (Index("ix_intake_case_work", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    state: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    plate_id: Mapped[int | None] = mapped_column(ForeignKey("plate.id"))
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    received_on: Mapped[date]
    body: Mapped[str] = mapped_column(Text)
    phone_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    name_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    may_publish: Mapped[bool] = mapped_column(default=False)
    applicant: Mapped[str] = mapped_column(String(30), default="")
    result: Mapped[str] = mapped_column(String(40), default="")
    due_on: Mapped[date | None]
    due_is_provisional: Mapped[bool] = mapped_column(default=False)
    calendar_version: Mapped[int] = mapped_column(default=0)
    answered_on: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)

    unit: Mapped[Unit | None] = relationship()
    publisher: Mapped[Publisher | None] = relationship()
    steps: Mapped[list[CaseStep]] = relationship(order_by="CaseStep.id", back_populates="case")
    seats: Mapped[list[CaseSeat]] = relationship(order_by="CaseSeat.id", back_populates="case")
    barred: Mapped[list[CaseBarred]] = relationship(back_populates="case")

    def about(self, what: str) -> str:
        """What binds a sealed text to its place in this case."""
        return f"case:{self.number}:{what}"


class CaseStep(Base):
    """One thing that happened, never changed. `by`: the name of staff, or 写信人, or 系统.

    `on`: the day that counts by law. `clock`: what of deadlines.py it is, where it moves the clock; `number` tells
    consultations apart. `note`, sealed: what was written with it.
    """

    __tablename__ = "case_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("intake_case.id"), index=True)
    verb: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    on: Mapped[date] = mapped_column("on_day")
    state: Mapped[str] = mapped_column(String(20))
    clock: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=0)
    is_shown: Mapped[bool] = mapped_column(default=False)  # to the writer
    note: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[Case] = relationship(back_populates="steps")


class CaseSeat(Base):
    """Who handles a case: a unit's office or a body, since when and until when. One leads, others join."""

    __tablename__ = "case_seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("intake_case.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"), index=True)
    leads: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)

    case: Mapped[Case] = relationship(back_populates="seats")
    unit: Mapped[Unit | None] = relationship()
    publisher: Mapped[Publisher | None] = relationship()


class CaseBarred(Base):
    """Who must never see a case: a unit and all below it, a body, or one of the staff (who has an interest in it)."""

    __tablename__ = "case_barred"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("intake_case.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    case: Mapped[Case] = relationship(back_populates="barred")
    unit: Mapped[Unit | None] = relationship()
    staff: Mapped[Staff | None] = relationship()
