"""The table of days that were announced."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.db import Base

# The scope under which the calendar's version is kept.
SCOPE = "calendar"
LONGEST_NAME = 40


class CalendarDay(Base):
    """A day that differs from its weekday, or has a name. A year with any row is known whole: the verbs see to that."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    source: Mapped[str] = mapped_column(String(40))
