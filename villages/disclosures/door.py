"""What every door to the disclosures does: one transaction for an act, and a trace of those that were refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.accounts.queries import staff, staff_named
from villages.audit.actions import record
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.refusal import Refusal

LONGEST_SUBJECT = 60


@contextmanager
def acting(storage: Storage, act: str, subject: str, *, name: str) -> Iterator[tuple[Session, Staff]]:
    """A transaction in which somebody acts; a refused act leaves nothing but an audit entry, written on its own.

    The entry does not hold the reasons: they may quote what a person typed.
    """
    try:
        with storage.transaction() as session:
            yield session, staff(session, name)
    except Refusal as refusal:
        with storage.transaction() as session:
            known = staff_named(session, name)
            actor = known.actor if known else COMMAND_LINE
            subject = subject[:LONGEST_SUBJECT]
            record(session, act, subject, by=actor, at=now(), refused=True, reasons=len(refusal.lines))
        raise
