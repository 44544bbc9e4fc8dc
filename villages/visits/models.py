"""Tables of what is counted. None holds an address, a name, a moment or anything else about who came."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.db import Base
from villages.visits.harmless import LONGEST


class Visit(Base):
    """How often one item of a unit was opened on one day in China.

    The unit is the item's, kept here so that sums over a county touch nothing but this table's key, in its order.
    """

    __tablename__ = "visit"
    __table_args__ = ({"sqlite_with_rowid": False},)

    on: Mapped[date] = mapped_column("on_day", primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True)
    count: Mapped[int]


class VainSearch(Base):
    """How often the same words found nothing on one day; under the digest '' what must not be told apart.

    `words` is empty until they were looked for on as many days as the rule `vain_days` asks for.
    """

    __tablename__ = "vain_search"

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    on: Mapped[date] = mapped_column("on_day", primary_key=True, index=True)
    count: Mapped[int]
    words: Mapped[str] = mapped_column(String(LONGEST), default="")


class PageSpeed(Base):
    """How often a measure of a kind of page was at most `up_to_ms` (and more than the bound before) on one day."""

    __tablename__ = "page_speed"

    on: Mapped[date] = mapped_column("on_day", primary_key=True)
    page: Mapped[str] = mapped_column(String(8), primary_key=True)
    measure: Mapped[str] = mapped_column(String(8), primary_key=True)
    up_to_ms: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
