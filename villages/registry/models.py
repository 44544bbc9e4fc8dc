"""Tables of the registry."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villages.core.db import Base, Moment

# The scope of pages that list every village.
EVERYTHING = "registry"
# Who publishes, with the words people use; each kind names those that owe it.
PUBLISHERS = {
    "county": "县政府",
    "department": "县直单位",
    "township": "乡镇政府",
    "committee": "村（居）民委员会",
    "collective": "农村集体经济组织",
}


class Unit(Base):
    """One division, from province to village; its id is permanent, its code and name are not."""

    __tablename__ = "unit"
    # Counties and townships among many villages; a part of a name is looked for here, not in the rows themselves.
    __table_args__ = (Index("ix_unit_named", "level", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_code: Mapped[str] = mapped_column(String(12), unique=True)
    level: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
    committee: Mapped[str] = mapped_column(String(60), default="")
    in_scope: Mapped[bool] = mapped_column(default=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    merged_at: Mapped[datetime | None] = mapped_column(Moment)

    parent: Mapped[Unit | None] = relationship(remote_side=id, foreign_keys=parent_id)
    merged_into: Mapped[Unit | None] = relationship(remote_side=id, foreign_keys=merged_into_id)
    former_names: Mapped[list[FormerName]] = relationship(order_by="FormerName.until", back_populates="unit")

    @property
    def scope(self) -> str:
        """The scope under which this unit's content version is kept."""
        return f"unit:{self.id}"

    @property
    def successor(self) -> Unit:
        """The unit that took over after mergers (撤村并村), however many; itself when none did."""
        unit = self
        while unit.merged_into is not None:
            unit = unit.merged_into
        return unit

    def above(self, level: str) -> Unit | None:
        """The unit of a level above this one."""
        unit = self.parent
        while unit is not None and unit.level != level:
            unit = unit.parent
        return unit

    def name_above(self, level: str) -> str:
        """The name of the unit of a level above this one; empty where there is none."""
        unit = self.above(level)
        return unit.name if unit else ""


class Publisher(Base):
    """A body that discloses: a government, a department, a village's committee or its collective organisation."""

    __tablename__ = "publisher"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(12), index=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    hours: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(120), default="")
    duties_from: Mapped[date | None]  # nothing before it is owed; None: from each kind's own first day

    unit: Mapped[Unit] = relationship()


class FormerName(Base):
    """A name that a unit had until it was renamed."""

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime] = mapped_column(Moment)

    unit: Mapped[Unit] = relationship(back_populates="former_names")


class FormerCode(Base):
    """A division code that a unit had until it was recoded; its address still leads to the unit."""

    __tablename__ = "former_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    until: Mapped[datetime] = mapped_column(Moment)

    unit: Mapped[Unit] = relationship()


class Spelling(Base):
    """One way to type a unit's name in pinyin; names with characters of several readings have several."""

    __tablename__ = "spelling"
    __table_args__ = (Index("ix_spelling_letters", "letters"), Index("ix_spelling_initials", "initials"))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    letters: Mapped[str] = mapped_column(String(120))
    initials: Mapped[str] = mapped_column(String(60))


class Contact(Base):
    """Whom to call about a unit: an office telephone and hours, never a person's own number."""

    __tablename__ = "contact"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(40))
    hours: Mapped[str] = mapped_column(String(80), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
