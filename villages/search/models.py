"""The table of what can be found. What finds it, `search_words`, differs by database: see words.py."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.db import Base


class SearchEntry(Base):
    """One text that can be found, with what a hit shows of it. Derived: left out of backups and built anew.

    `key` is the order of hits, greatest first: by day, then by number (see entry.key_of). `until`: the last day on
    which it may be found. `folded_*`: what was indexed, kept so that it can be taken out again whatever folding does.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("ix_search_entry_ref", "subject", "ref", unique=True),
        Index("ix_search_entry_until", "until"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(String(12))
    ref: Mapped[int]
    unit_id: Mapped[int]
    section: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    until: Mapped[date | None]
    title: Mapped[str] = mapped_column(Text)
    folded_title: Mapped[str] = mapped_column(Text)  # before what may be long, as rows are read from their start
    text: Mapped[str] = mapped_column(Text)
    folded_text: Mapped[str] = mapped_column(Text)
