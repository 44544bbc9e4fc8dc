"""Seals new entries right before the commit of the act that they tell of, and notes the chain's end after it.

The lock on the chain's end is the last thing a transaction takes, so that two of them never wait for each other; it is
held for the commit alone. What is rolled back was never sealed: numbers have no gaps. SQLite has one writer anyway.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, event, func, inspect, select, update
from sqlalchemy.orm import Session

from villages.audit.anchors import Anchors
from villages.audit.chain import FIELDS, Head
from villages.audit.models import ENTRIES, AuditCheckpoint
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.settings import Settings

FRESH, SEALED = "audit fresh", "audit sealed"
# Any number will do, as long as nobody else on the database uses it.
CHAIN_LOCK = 7_270_924
BATCH = 500
log = logging.getLogger(__name__)


def is_sealing(session: Session) -> bool:
    """Whether a session knows the installation, and with it the key."""
    return session.info.get("settings") is not None


def head_of(session: Session) -> Head:
    """The end of the chain in the database."""
    numbered = select(ENTRIES.c.seq, ENTRIES.c.digest).where(ENTRIES.c.seq.is_not(None))
    row = session.execute(numbered.order_by(ENTRIES.c.seq.desc()).limit(1)).first()
    if row is None:
        newest = select(AuditCheckpoint.seq, AuditCheckpoint.digest).order_by(AuditCheckpoint.seq.desc()).limit(1)
        row = session.execute(newest).first()
    return Head(row.seq, row.digest or "") if row else Head()


def lock(session: Session) -> None:
    """Have the chain's end alone until the transaction ends; what key signs is looked at after this."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))


def seal(session: Session, settings: Settings, ids: Sequence[int]) -> Head:
    """Give entries of this transaction their numbers, signatures and digests; returns the chain's new end.

    The first time ever, all entries of the time before the chain are sealed along with them. Where the newest entries
    were cut off, the chain goes on from the end that was noted beside the database: the hole stays to be seen.
    """
    lock(session)
    anchors = Anchors.of(settings)
    head = head_of(session)
    noted = anchors.head()
    if noted is not None and noted.is_ours and noted.head.seq > head.seq:
        head = noted.head
    elif head.seq == 0 and noted is None:
        ids = session.scalars(select(ENTRIES.c.id).where(ENTRIES.c.seq.is_(None)).order_by(ENTRIES.c.id)).all()
    chain = anchors.chain
    for rows in _rows(session, ids):
        changes = []
        for row in rows:
            signature = chain.signature(head.seq + 1, row)
            head = Head(head.seq + 1, chain.digest(head.seq + 1, head.digest, signature))
            changes.append({"row": row["id"], "seq": head.seq, "signature": signature, "digest": head.digest})
        session.connection().execute(update(ENTRIES).where(ENTRIES.c.id == bindparam("row")), changes)
    return head


def seal_old(session: Session) -> int:
    """Seal the entries from before the chain, where nothing was sealed yet; returns how many these were."""
    settings = session.info["settings"]
    if head_of(session).seq or Anchors.of(settings).head() is not None or FRESH in session.info:
        return 0
    head = seal(session, settings, [])
    if head.seq:
        session.info[SEALED] = head
    return head.seq


def _rows(session: Session, ids: Sequence[int]) -> Iterator[Sequence[Any]]:
    columns = [ENTRIES.c[name] for name in FIELDS]
    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        some = ENTRIES.c.id.in_(wanted[start : start + BATCH])
        # Read back: what is vouched for is what is stored.
        yield session.execute(select(*columns).where(some).order_by(ENTRIES.c.id)).mappings().all()


@event.listens_for(Session, "before_commit")
def _seal_fresh(session: Session) -> None:
    if FRESH not in session.info or session.in_nested_transaction() or not is_sealing(session):
        return
    session.flush()
    ids = [entry.id for entry in session.info.pop(FRESH) if inspect(entry).persistent]
    if ids:
        session.info[SEALED] = seal(session, session.info["settings"], ids)


@event.listens_for(Session, "after_commit")
def _note_head(session: Session) -> None:
    head = session.info.pop(SEALED, None)
    if head is None:
        return
    try:
        Anchors.of(session.info["settings"]).raise_to(head, at=now())
    except (OSError, Refusal):  # the act is done and must not fail any more
        log.exception("the end of the audit could not be noted beside the database")


@event.listens_for(Session, "after_rollback")
def _forget_head(session: Session) -> None:
    session.info.pop(SEALED, None)
