"""Tables of the disclosures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villages.accounts.models import Staff
from villages.core.db import Base, Moment
from villages.registry.models import Publisher, Unit


class Item(Base):
    """One thing disclosed, from its first draft on. What the public sees is its public edition, never the draft."""

    __tablename__ = "item"
    __table_args__ = (
        # A village's page asks by unit, then by what is public, latest first; flat however many villages there are.
        Index("ix_item_shown", "unit_id", "is_public", "published_at"),
        Index("ix_item_due", "publisher_id", "kind", "period_start"),
        Index("ix_item_scheduled", "state", "publish_at"),
        # A list of one kind asks by kind, latest first.
        Index("ix_item_listed", "kind", "is_public", "published_at"),
        # What is new anywhere. Without `is_public`, or SQLite would look for a village's latest among everybody's.
        Index("ix_item_latest", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publisher.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(String(12), default="draft")
    step: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    period_start: Mapped[date | None]
    period_cycle: Mapped[str] = mapped_column(String(12), default="")  # "": the catalogue's
    formed_on: Mapped[date | None]
    elsewhere_on: Mapped[date | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    publish_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    is_public: Mapped[bool] = mapped_column(default=False)
    is_emergency: Mapped[bool] = mapped_column(default=False)
    notice_until: Mapped[date | None] = mapped_column(index=True)
    withdrawn_note: Mapped[str] = mapped_column(String(300), default="")

    publisher: Mapped[Publisher] = relationship()
    unit: Mapped[Unit] = relationship()
    editions: Mapped[list[Edition]] = relationship(order_by="Edition.number", back_populates="item")
    steps: Mapped[list[Step]] = relationship(order_by="Step.id", back_populates="item")
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.created_at", back_populates="item")

    @property
    def edition(self) -> Edition | None:
        """The latest published edition."""
        return self.editions[-1] if self.editions else None


class Edition(Base):
    """What was published, whole and for good; a correction is a further edition with a public note."""

    __tablename__ = "edition"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300), default="")
    published_at: Mapped[datetime] = mapped_column(Moment)

    item: Mapped[Item] = relationship(back_populates="editions")


class Facet(Base):
    """A value by which a public item is found: written when an edition becomes public, gone when it is not any more.

    Kind, unit and end of notice are the item's, so that counting needs no other table. The facet without a name holds
    the item's words; each item that can be found has one.
    """

    __tablename__ = "facet"
    __table_args__ = (Index("ix_facet_found", "kind", "name", "value"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    until: Mapped[date | None]


class Roster(Base):
    """What the spreadsheet of a roster said of who is who: names with the last four of their numbers, sealed.

    '' where it said nothing. `lacking`: how many of the lines that were published nobody can ask for.
    """

    __tablename__ = "roster"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    tails: Mapped[str] = mapped_column(Text, default="")
    lacking: Mapped[int] = mapped_column(default=0)


class RosterLine(Base):
    """A line of a published roster, found by a keyed digest of place, name and last four; what it tells is sealed."""

    __tablename__ = "roster_line"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    told: Mapped[str] = mapped_column(Text)
    until: Mapped[date] = mapped_column(index=True)


class Step(Base):
    """One act in the life of an item: who wrote, approved, sent back, overrode the gate, published."""

    __tablename__ = "step"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    verb: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(String(300), default="")

    item: Mapped[Item] = relationship(back_populates="steps")
    staff: Mapped[Staff | None] = relationship()


class Attachment(Base):
    """A stored file of an item, with the text that the gate must see. The id in its address cannot be guessed.

    `pieces` are (where, text, row), `questions` the places that a person must look at; as read when the file came.
    """

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("item_id", "digest", "name"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    pieces: Mapped[list[list[str]]] = mapped_column(JSON, deferred=True)
    questions: Mapped[list[str]] = mapped_column(JSON, deferred=True)
    created_at: Mapped[datetime] = mapped_column(Moment)

    item: Mapped[Item] = relationship(back_populates="attachments")


class Unfinished(Base):
    """What somebody typed into a form and has not saved, and since when nobody heard of that form.

    `subject`: item:<id>, new:<kind>:<publisher's id> or many:<kind>. `typed`: what stands in the form (typed.py); None
    while it is only open. `base`: the item's last step when the form was opened. Nobody but this person sees it.
    """

    __tablename__ = "unfinished"
    __table_args__ = (UniqueConstraint("staff_id", "subject"), Index("ix_unfinished_open", "subject", "seen_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    subject: Mapped[str] = mapped_column(String(80))
    typed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    base: Mapped[int] = mapped_column(default=0)
    typed_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)

    staff: Mapped[Staff] = relationship()
    files: Mapped[list[WaitingFile]] = relationship(order_by="WaitingFile.id", cascade="all, delete-orphan")


class WaitingFile(Base):
    """A stored file that was put into a form that is not saved yet; it becomes an attachment when it is."""

    __tablename__ = "waiting_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    unfinished_id: Mapped[int] = mapped_column(ForeignKey("unfinished.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    pieces: Mapped[list[list[str]]] = mapped_column(JSON, deferred=True)
    questions: Mapped[list[str]] = mapped_column(JSON, deferred=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class PeriodRule(Base):
    """The terms of a kind from a day on, in place of the catalogue's: law is data."""

    __tablename__ = "period_rule"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    cycle: Mapped[str] = mapped_column(String(12))
    due_days: Mapped[int]
    due_unit: Mapped[str] = mapped_column(String(8))
    warn_days: Mapped[int]
    notice_days: Mapped[int]
    notice_unit: Mapped[str] = mapped_column(String(8))
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(Moment)
