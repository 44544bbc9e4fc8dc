"""The table of audit entries, and the actor that every verb asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.db import Base, Moment


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff by account name, or a command run on the machine itself."""

    name: str
    staff_id: int | None = None


COMMAND_LINE = Actor("命令行")


class AuditEntry(Base):
    """One act: who, what, on which subject, when. Rows are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    refused: Mapped[bool] = mapped_column(default=False)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
