"""The table of the site's details."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.db import Base, Moment


class SiteDetail(Base):
    """One detail that was set; what is not set has no row."""

    __tablename__ = "site_detail"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Moment)
