"""Another data key: made, everything brought under it, the old one dropped. Each step may be stopped and run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from villages.audit.actions import record, sign_checkpoint_anew
from villages.audit.anchors import chain_of
from villages.audit.models import COMMAND_LINE
from villages.audit.sealing import head_of, lock
from villages.core.db import Storage
from villages.core.keys import data_keys, keep_data_key, renewed, without_old
from villages.core.refusal import Refusal
from villages.disclosures import rosters
from villages.intake.rotating import SEALED, Done, count_old, reseal_files, reseal_rows
from villages.settings import Settings

BATCH, ROSTERS = 50, 2
DRAFT = "data-key.new"
# A process that was at work when the key was replaced may still seal with the old one for so long.
SETTLED = timedelta(minutes=10)
Told = Callable[[int], None]


@dataclass
class Count:
    """How much was brought over, and how much could not be read."""

    done: int = 0
    unreadable: int = 0

    def add(self, batch: Done) -> None:
        """Add a batch."""
        self.done, self.unreadable = self.done + batch.count, self.unreadable + batch.unreadable


def begin(storage: Storage, settings: Settings) -> Path | None:
    """Put a new key in front of the one in use, unless there are two already: then somebody had begun.

    Where the key stands in the environment, a file says what it is to become; returns that file. The audit is alone
    meanwhile: what was signed before is told apart from what comes after by the number of the last entry.
    """
    if len(data_keys(settings.data_dir, settings.data_key)) > 1:
        return None
    with storage.transaction(alone=True) as session:
        lock(session)
        text = renewed(
            settings.data_dir, settings.data_key, upto=head_of(session).seq, chain_key=chain_of(settings).key
        )
        if settings.data_key:
            return keep_data_key(settings.data_dir, text, name=DRAFT)
        keep_data_key(settings.data_dir, text)
        sign_checkpoint_anew(session)
    return None


def reseal(storage: Storage, *, at: datetime, told: Told = lambda _done: None, batch: int = BATCH) -> Count:
    """Bring everything under the key in use, batch by batch, each committed; `told` hears how much that is so far."""
    count = Count()
    with storage.transaction() as session:
        sign_checkpoint_anew(session)
    steps: list[Callable[[Session, int], Done]] = [
        lambda session, after, model=model: reseal_rows(session, model, after=after, most=batch)  # type: ignore[misc]
        for model in dict.fromkeys(each.model for each in SEALED)
    ]
    steps.append(lambda session, after: reseal_files(session, after=after, most=batch))
    steps.append(lambda session, after: Done(*rosters.reseal(session, after=after, most=ROSTERS)))
    for step in steps:
        last: int | None = 0
        while last is not None:
            with storage.transaction() as session:
                done = step(session, last)
            last = done.last
            count.add(done)
            told(count.done)
    with storage.transaction() as session:
        record(session, "service.rotate", "service", by=COMMAND_LINE, at=at, count=count.done)
    return count


def drop_old(storage: Storage, settings: Settings, *, at: datetime) -> Path:
    """Let the old key go. Raises Refusal while anything is sealed under it, or a process may still seal with it.

    Returns the file that says what the key is now: the key's own, or where it stands in the environment, a draft.
    """
    if len(data_keys(settings.data_dir, settings.data_key)) == 1:
        raise Refusal("没有旧密钥：密钥没有换过，或者旧的已经去掉了")
    path = settings.data_dir / "data.key"
    if not settings.data_key and at.timestamp() - path.stat().st_mtime < SETTLED.total_seconds():
        raise Refusal("密钥刚换，还在运行的程序可能刚用过旧的。请过 10 分钟再去掉旧密钥")
    with storage.transaction(alone=True) as session:
        left = count_old(session) + rosters.count_old(session)
        if left:
            raise Refusal(f"还有 {left} 处是用旧密钥封的，请先运行 villages keys rotate")
        record(session, "service.drop_key", "service", by=COMMAND_LINE, at=at)
    text = without_old(settings.data_dir, settings.data_key)
    return keep_data_key(settings.data_dir, text, name=DRAFT if settings.data_key else path.name)
