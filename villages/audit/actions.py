"""Writing the audit. What is written is sealed by villages/audit/sealing.py, right before the commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from villages.audit.anchors import Anchors
from villages.audit.chain import moment
from villages.audit.digests import digest_of
from villages.audit.models import ENTRIES, Actor, AuditCheckpoint, AuditEntry
from villages.audit.queries import READING, was_read
from villages.audit.sealing import FRESH, is_sealing
from villages.core.keys import key


def record(
    session: Session, act: str, subject: str, *, by: Actor, at: datetime, refused: bool = False,
    personal: Mapping[str, str] | None = None, **detail: Any,
) -> AuditEntry:  # fmt: skip
    """Add one entry in the transaction of the act itself.

    `detail` must be free of personal data; where a change has a before and an after they are `old` and `new`.
    `personal` (name -> value) holds what must not be kept: only keyed digests of it are, by which one can see that a
    value was changed, or was the same as another one.
    """
    entry = AuditEntry(
        act=act, subject=subject, actor=by.name, staff_id=by.staff_id, at=at, refused=refused,
        address=by.address or session.info.get("address") or None,
        detail=detail | _digests(session, personal or {}),
    )  # fmt: skip
    session.add(entry)
    session.info.setdefault(FRESH, []).append(entry)
    return entry


def record_reading(
    session: Session, subject: str, *, by: Actor, at: datetime, what: str, count: int = 1
) -> AuditEntry | None:  # fmt: skip
    """Add an entry of somebody having seen personal data: `what` in words, and of how many people or cases.

    None where they saw the same within READ_AGAIN_AFTER (queries.py): a person at work opens one thing many times.
    """
    if was_read(session, subject, by=by, at=at):
        return None
    return record(session, READING, subject, by=by, at=at, what=what, count=count)


def _digests(session: Session, personal: Mapping[str, str]) -> dict[str, str]:
    if not personal:
        return {}
    if not is_sealing(session):
        raise TypeError("personal values need the installation's key: Storage(…, settings=…)")
    settings = session.info["settings"]
    data_key = key(settings.data_dir, "data", settings.data_key)
    return {name: digest_of(data_key, value) for name, value in personal.items()}


def prune(session: Session, *, before: datetime, by: Actor, at: datetime) -> int:
    """Remove the entries from before a moment, and sign where the kept part begins; returns how many went.

    The last entry always stays, as the chain goes on from it.
    """
    kept = session.scalar(select(func.min(AuditEntry.seq)).where(AuditEntry.at >= before))
    last = session.scalar(select(func.max(AuditEntry.seq))) or 0
    cut = min(kept if kept is not None else last, last) - 1
    digest = session.scalar(select(AuditEntry.digest).where(AuditEntry.seq == cut))
    if digest is None:
        return 0
    chain = Anchors.of(session.info["settings"]).chain
    session.add(AuditCheckpoint(seq=cut, digest=digest, at=at, signature=chain.checkpoint(cut, digest, at)))
    session.flush()
    gone = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.seq <= cut)) or 0
    session.connection().execute(delete(ENTRIES).where(ENTRIES.c.seq <= cut))
    session.execute(delete(AuditCheckpoint).where(AuditCheckpoint.seq < cut))
    record(session, "audit.prune", "audit", by=by, at=at, count=gone, before=moment(before))
    return gone


def sign_checkpoint_anew(session: Session) -> None:
    """After the data key was replaced: where the kept part of the chain begins is signed with the key in use."""
    chain = Anchors.of(session.info["settings"]).chain
    for row in session.scalars(select(AuditCheckpoint)):
        if chain.has_said(row.signature, "checkpoint", row.seq, row.digest, moment(row.at)):
            row.signature = chain.checkpoint(row.seq, row.digest, row.at)
    session.flush()
