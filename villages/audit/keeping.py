"""What is done for the audit once a day, at a backup, after a restore, and when findings were looked into."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from villages.audit import verdicts
from villages.audit.actions import prune, record
from villages.audit.anchors import Anchors
from villages.audit.checking import Verdict, verify
from villages.audit.models import Actor
from villages.audit.sealing import head_of
from villages.core.clock import day_of
from villages.core.db import Storage
from villages.core.refusal import Refusal, needed

FEWEST_DAYS = 180
BY_TIME = Actor("到期任务")
log = logging.getLogger(__name__)


def anchors_of(storage: Storage) -> Anchors:
    """The anchors of a storage that knows its installation."""
    if storage.settings is None:
        raise TypeError("the audit's key is not known: Storage(…, settings=…)")
    return Anchors.of(storage.settings)


def verify_whole(storage: Storage, *, at: datetime) -> Verdict:
    """Verify the chain, and keep the verdict for those who ask later."""
    anchors = anchors_of(storage)
    with storage.reading() as session:
        verdict = verify(session, anchors, at=at)
    verdicts.keep(anchors.folder, verdict)
    return verdict


def keep_daily(storage: Storage, *, days: int, at: datetime) -> int:
    """Once a day: verify, write the chain's end to the log and the anchors, remove what is older than `days`.

    Returns how many entries went. Where there is a finding none goes: the evidence stays.
    """
    anchors = anchors_of(storage)
    if anchors.last_day() == day_of(at):
        return 0
    verdict = verify_whole(storage, at=at)
    log.info("audit head: entry %d, digest %s, %d kept", verdict.head.seq, verdict.head.digest, verdict.entries)
    for finding in verdict.findings:
        log.error("audit: %s", finding)
    anchors.add("day", verdict.head, at=at)
    if verdict.findings:
        return 0
    with storage.transaction() as session:
        return prune(session, before=at - timedelta(days=max(days, FEWEST_DAYS)), by=BY_TIME, at=at)


def note_head(storage: Storage, why: str, *, at: datetime) -> None:
    """Add the chain's present end to the anchors."""
    with storage.reading() as session:
        head = head_of(session)
    anchors_of(storage).add(why, head, at=at)


def begin_again(session: Session, *, at: datetime) -> None:
    """After a restore, in its transaction: from now on the chain's end is that of the backup."""
    Anchors.of(session.info["settings"]).add("restore", head_of(session), at=at)


def accept(storage: Storage, note: str, *, by: Actor, at: datetime) -> tuple[str, ...]:
    """Take the present findings as looked into, so that `check` shows new ones alone; returns them.

    They stay in the chain, and in the anchors with a signature; raises Refusal where there are none.
    """
    note = needed(note, "查明的原因")
    anchors = anchors_of(storage)
    before = {text for anchor in anchors.in_force() if anchor.is_ours for text in anchor.known}
    if not verify_whole(storage, at=at).findings:
        raise Refusal("操作日志没有发现问题，不用确认")
    with storage.transaction() as session:
        record(session, "audit.accept", "audit", by=by, at=at, reason=note)
    # Again, as what was cut off at the end has become a hole before this entry.
    verdict = verify_whole(storage, at=at)
    anchors.add("accept", verdict.head, at=at, known=sorted({*before, *verdict.findings}))
    verify_whole(storage, at=at)
    return verdict.findings
