"""Writing the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.audit.models import Actor, AuditEntry


def record(
    session: Session, act: str, subject: str, *, by: Actor, at: datetime, refused: bool = False, **detail: Any
) -> AuditEntry:
    """Add one entry in the transaction of the act itself; `detail` must be free of personal data."""
    entry = AuditEntry(
        act=act, subject=subject, actor=by.name, staff_id=by.staff_id, at=at, refused=refused, detail=detail
    )
    session.add(entry)
    return entry
