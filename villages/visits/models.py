"""Tables of what is counted. None holds an address, a name, a moment or anything else about who came."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.db import Base
from villages.visits.harmless import LONGEST


class Visit(Base):
    """How often one item was opened on one day in China."""

    __tablename__ = "visit"
    # Holds all that a sum over some days asks for.
    __table_args__ = (Index("ix_visit_on_day", "on_day", "item_id", "count"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column("on_day", primary_key=True)
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
