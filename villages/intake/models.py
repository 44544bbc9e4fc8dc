"""Tables of the intake. Whatever a person wrote and was answered is sealed; plain are numbers, states and days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from villages.accounts.models import Staff
from villages.core.db import Base, Moment
from villages.registry.models import Publisher, Unit

# By what way a case came, with the words people use.
CHANNELS = {
    "online": "手机、网页",
    "kiosk": "大厅触摸屏",
    "counter": "窗口",
    "phone": "电话",
    "post": "邮寄（签收）",
    "letter": "平信",
    "email": "电子邮件",
    "fax": "传真",
}


class Case(Base):
    """One case. `unit`: the place it is about; `publisher`: the body it was sent to or is about, where that is known.

    `received_on` is the day that counts by law, `submitted_at` the moment at which it reached us. `body`, `code` and
    `reply`, sealed: what was typed, as JSON by the kind's fields; the writer's code, then those before; the answer as
    it stands, as JSON.
    `is_restricted`: only those whose seat holds it see it. `due_on`: the last day for an answer, None until its receipt
    is confirmed; `target_on`: a day that is safe where `due_on` is provisional; `acknowledge_on`: by when the writer
    must have heard, until they have; `waits_until`: how long the writer, or those consulted, may take.
    """

    __tablename__ = "intake_case"
    __table_args__ = (
        Index("ix_intake_case_work", "state", "due_on"),
        Index("ix_intake_case_received", "kind", "received_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    code: Mapped[str] = mapped_column(Text)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    plate_id: Mapped[int | None] = mapped_column(ForeignKey("plate.id"), index=True)
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("intake_case.id"), index=True)
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    received_on: Mapped[date]
    body: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text, default="")
    phone_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    name_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    is_restricted: Mapped[bool] = mapped_column(default=False)
    may_publish: Mapped[bool] = mapped_column(default=False)
    applicant: Mapped[str] = mapped_column(String(30), default="")
    result: Mapped[str] = mapped_column(String(40), default="")
    rating: Mapped[int | None]
    acknowledge_on: Mapped[date | None]
    due_on: Mapped[date | None]
    target_on: Mapped[date | None]
    waits_until: Mapped[date | None]
    is_provisional: Mapped[bool] = mapped_column(default=False)
    calendar_version: Mapped[int] = mapped_column(default=0)
    answered_on: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)

    unit: Mapped[Unit | None] = relationship()
    publisher: Mapped[Publisher | None] = relationship()
    came_from: Mapped[Case | None] = relationship(remote_side=id)
    steps: Mapped[list[CaseStep]] = relationship(order_by="CaseStep.ordinal", back_populates="case")
    seats: Mapped[list[CaseSeat]] = relationship(order_by="CaseSeat.id", back_populates="case")
    barred: Mapped[list[CaseBarred]] = relationship(order_by="CaseBarred.id", back_populates="case")
    enclosures: Mapped[list[Enclosure]] = relationship(order_by="Enclosure.id", back_populates="case")

    def about(self, what: str) -> str:
        """What binds a sealed text to its place in this case."""
        return about(self.number, what)

    @property
    def held_by(self) -> list[CaseSeat]:
        """The seats that hold it now, the leading one first."""
        return sorted((seat for seat in self.seats if seat.until is None), key=lambda seat: (not seat.leads, seat.id))


def about(number: str, what: str) -> str:
    """What binds a sealed text to its place in the case with a number."""
    return f"case:{number}:{what}"


class CaseStep(Base):
    """One thing that happened, never changed but for what is forgotten. `by`: the name of staff, or 写信人, or 系统.

    `on`: the day that counts by law. `clock`: what of deadlines.py it is, where it moves the clock; `number` tells
    consultations apart; `days`: how many working days somebody was given. `note`, sealed: what was written with it.
    `detail`: what is plain in it, never anything that a person wrote.
    """

    __tablename__ = "case_step"
    __table_args__ = (UniqueConstraint("case_id", "ordinal", name="uq_case_step_case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("intake_case.id"))
    ordinal: Mapped[int]
    verb: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    on: Mapped[date] = mapped_column("on_day")
    state: Mapped[str] = mapped_column(String(20))
    clock: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=0)
    is_shown: Mapped[bool] = mapped_column(default=False)  # to the writer
    note: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    case: Mapped[Case] = relationship(back_populates="steps")

    @property
    def about(self) -> str:
        """What binds the note to its place."""
        return self.case.about(f"step:{self.ordinal}")


class Placed:
    """A row that is a unit's office's or a department's, one of the two."""

    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"), index=True)

    @declared_attr
    def unit(self) -> Mapped[Unit | None]:
        """The unit whose office it is."""
        return relationship(Unit)

    @declared_attr
    def publisher(self) -> Mapped[Publisher | None]:
        """The department."""
        return relationship(Publisher)

    @property
    def place(self) -> Unit | Publisher:
        """Whose it is; raises TypeError where it is nobody's."""
        place: Unit | Publisher | None = self.unit or self.publisher
        if place is None:
            raise TypeError(self)
        return place


class CaseSeat(Placed, Base):
    """Who handles a case: a unit's office or a department, since when and until when. One leads, others join."""

    __tablename__ = "case_seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("intake_case.id"), index=True)
    leads: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)

    case: Mapped[Case] = relationship(back_populates="seats")
    unit: Mapped[Unit | None] = relationship()
    publisher: Mapped[Publisher | None] = relationship()


class CaseBarred(Base):
    """Who must never see a case: a unit and all below it, a department, or one of the staff (who has an interest)."""

    __tablename__ = "case_barred"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("intake_case.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publisher.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    case: Mapped[Case] = relationship(back_populates="barred")
    unit: Mapped[Unit | None] = relationship()
    publisher: Mapped[Publisher | None] = relationship()
    staff: Mapped[Staff | None] = relationship()

    @property
    def whom(self) -> Unit | Publisher | Staff:
        """From whom it is kept."""
        whom = self.unit or self.publisher or self.staff
        if whom is None:
            raise TypeError(self.id)
        return whom


class Enclosure(Base):
    """A file that came with a case, in the field of its kind, or goes with its answer (field: reply).

    `digest`: under which its sealed content is stored. What it was called is not kept: names of files tell names.
    """

    __tablename__ = "enclosure"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("intake_case.id"), index=True)
    field: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)

    case: Mapped[Case] = relationship(back_populates="enclosures")


class GuessWait(Base):
    """Wrong guesses of late, by what a keyed digest stands for (delays.py), and until when others must wait."""

    __tablename__ = "guess_wait"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)
    until: Mapped[datetime | None] = mapped_column(Moment)


class NoticeChannel(Placed, Base):
    """Where an office or a department hears of its cases: a mailbox, or a group's robot. `address` is sealed.

    `off_at`: since when it is switched off; `told_at`: when it last heard; `trouble`: why it did not, since then.
    """

    __tablename__ = "notice_channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    off_at: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    trouble: Mapped[str] = mapped_column(String(100), default="")
    trouble_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def about(self) -> str:
        """What binds the address to its place."""
        return f"channel:{self.id}"


class MailServer(Base):
    """The mail server that an administrator gave; one row at most. `address`, with user and password, is sealed."""

    __tablename__ = "mail_server"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(Text, default="")
    sender: Mapped[str] = mapped_column(String(200))
    off_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def about(self) -> str:
        """What binds the address to its place."""
        return f"mail_server:{self.id}"


class Outbox(Base):
    """Something to be sent, made in the transaction of what it tells of. `what`: a key of outbox.WHAT.

    `name` is random, and the letter's too; of a day's reminder, its channel and day. `content`, sealed, until it is
    sent: a writer's address, and the code for a receipt. `next_at`: when it is tried next, None where never more.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    what: Mapped[str] = mapped_column(String(10))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("intake_case.id"), index=True)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("notice_channel.id"), index=True)
    content: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(100), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    case: Mapped[Case | None] = relationship()
    channel: Mapped[NoticeChannel | None] = relationship()

    @property
    def about(self) -> str:
        """What binds the content to its place."""
        return f"outbox:{self.name}"
