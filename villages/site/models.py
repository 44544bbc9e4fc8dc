"""Tables of the site: its details, and changes that wait for a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.db import Base, Moment


class SiteDetail(Base):
    """One detail that was set; what is not set has no row."""

    __tablename__ = "site_detail"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Moment)


class Proposal(Base):
    """A change on which the law hangs: one person proposes it, another confirms it, and only then is it done.

    `act` says what is to be done with `payload`; `lines` tell it in Chinese. `verdict`: '', confirmed or declined.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    lines: Mapped[list[str]] = mapped_column(JSON)
    by: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Moment)
    verdict: Mapped[str] = mapped_column(String(10), default="", index=True)
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(String(300), default="")
