"""Tables of the plates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villages.core.db import Base, Moment
from villages.plates.workflow import FINDINGS, STATES
from villages.registry.models import Unit

MAIN_PLACE = "村委会门口"
# Reasons for retiring a plate, as people say them.
REASONS = {"lost": "丢失", "damaged": "损坏", "replaced": "更换"}


class Plate(Base):
    """One plate on a wall. Rows are never deleted, so a number is never used twice.

    `stage` is where its life stands (workflow.py); `posted_at` is since when what hangs there hangs there.
    """

    __tablename__ = "plate"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    place: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(60), default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("plate.id"))
    stage: Mapped[str] = mapped_column(String(12), default="issued", index=True)
    posted_at: Mapped[datetime | None] = mapped_column(Moment)

    unit: Mapped[Unit] = relationship()
    successor: Mapped[Plate | None] = relationship(remote_side=id)

    @property
    def is_retired(self) -> bool:
        """Whether this plate is no longer in use."""
        return self.retired_at is not None

    @property
    def heir(self) -> Plate | None:
        """The plate in use that took over, however often it was replaced."""
        plate = self.successor
        while plate is not None and plate.is_retired:
            plate = plate.successor
        return plate

    @property
    def state(self) -> str:
        """`active` or `retired`."""
        return "retired" if self.is_retired else "active"

    @property
    def stage_label(self) -> str:
        """How it stands, in words."""
        return STATES[self.stage]


class Scan(Base):
    """How often one plate was scanned on one day in China; nothing about who did."""

    __tablename__ = "scan"

    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"), primary_key=True)
    on: Mapped[date] = mapped_column("on_day", primary_key=True)
    count: Mapped[int]


class PrintRun(Base):
    """One printing of sheets: who, when, in which layout, and the address its codes carry.

    `printer` is the name staff give to a machine, with the shift (mm, right and down) that it needs; `digest` names the
    stored PDF, which is kept for a day; `token` is the form's, so that a form sent twice is one run.
    """

    __tablename__ = "print_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    layout: Mapped[str] = mapped_column(String(40))
    base_url: Mapped[str] = mapped_column(String(300))
    is_test: Mapped[bool]
    staff_id: Mapped[int | None] = mapped_column(index=True)
    printer: Mapped[str] = mapped_column(String(40), default="")
    skip: Mapped[int] = mapped_column(default=0)
    shift_x_mm: Mapped[float] = mapped_column(default=0.0)
    shift_y_mm: Mapped[float] = mapped_column(default=0.0)
    cut_lines: Mapped[bool | None]
    pages: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[str | None] = mapped_column(String(32), unique=True, index=True)

    plates: Mapped[list[PrintedPlate]] = relationship(back_populates="run")


class PrintedPlate(Base):
    """A plate in a print run."""

    __tablename__ = "printed_plate"

    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id"), primary_key=True)
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"), primary_key=True, index=True)

    run: Mapped[PrintRun] = relationship(back_populates="plates")


class Inspection(Base):
    """What somebody found who stood before a plate, or that they put it up.

    `spot` is where it hangs in their words; latitude and longitude (degrees, WGS 84) only where the phone gave them and
    the person wanted it; `photo` is the digest of a picture without what the camera noted.
    """

    __tablename__ = "inspection"
    __table_args__ = (Index("ix_inspection_plate_id", "plate_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None]
    finding: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")
    spot: Mapped[str] = mapped_column(String(40), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    photo: Mapped[str | None] = mapped_column(String(64), index=True)
    photo_size: Mapped[int | None]
    token: Mapped[str | None] = mapped_column(String(32), unique=True, index=True)

    plate: Mapped[Plate] = relationship()

    @property
    def finding_label(self) -> str:
        """What was found, in words."""
        return FINDINGS[self.finding]
