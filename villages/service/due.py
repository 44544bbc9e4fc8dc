"""What is due now: jobs that a timer outside asks for; each may run every minute, twice, or late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.actions import forget_expired_sign_ins
from villages.core.db import Storage
from villages.core.files import FileStore
from villages.disclosures.attaching import KEPT, forget_unused
from villages.disclosures.attachments import digests_in_use
from villages.disclosures.imports.actions import forget_old
from villages.disclosures.imports.queries import waiting_ids
from villages.disclosures.imports.waiting import WaitingRoom
from villages.disclosures.publishing import end_notices, publish_scheduled
from villages.disclosures.rosters import forget_lines
from villages.disclosures.unfinished import forget_unfinished
from villages.intake.delays import forget_guesses
from villages.intake.enclosures import digests_in_use as enclosures_in_use
from villages.intake.forgetting import close_quiet, drop_due, erase_due
from villages.intake.outbox import clear_outbox, remind
from villages.intake.recounting import recount
from villages.intake.staging import forget_staged
from villages.machines.actions import forget as forget_machines
from villages.plates.watching import photos_in_use
from villages.visits.actions import forget_old as forget_old_counts

# Title -> a verb that does what is due by `at` and returns how much that was. A subject adds its job here.
Job = Callable[[Session, datetime], int]
DUE: dict[str, Job] = {
    "定时发布": publish_scheduled,
    "公示到期": end_notices,
    "清理过期登录": lambda session, at: forget_expired_sign_ins(session, at=at),
    "清理不用的附件": forget_unused,
    "清理没写完的": forget_unfinished,
    "清理到期的名单": forget_lines,
    "清理一体机的旧记录": forget_machines,
    "清理到期的浏览数字": forget_old_counts,
    "重新计算诉求的期限": recount,
    "办结没有下文的诉求": close_quiet,
    "删除到期的诉求内容": erase_due,
    "删除到期的身份证明": drop_due,
    "清理查询诉求的错误次数": forget_guesses,
    "清理没有交成的照片": forget_staged,
    "提醒快到期的诉求": remind,
    "清理发过的通知": clear_outbox,
}
# Those that do so many at a time: each time is a transaction, so that others write in between.
IN_BATCHES = {close_quiet, erase_due, drop_due}


def jobs(files: FileStore, room: WaitingRoom) -> dict[str, Job]:
    """All jobs in their order, each in its own transaction; the last clear the folders by what is committed then."""
    return DUE | {
        "清理不用的文件": lambda session, at: clear_files(session, files, at),
        "清理没有导入的文件": lambda session, at: clear_room(session, room, at),
    }


def run(storage: Storage, job: Job, at: Callable[[], datetime]) -> int:
    """Do a job, in batches until there is no more; returns how much that was."""
    total = 0
    while True:
        with storage.transaction() as session:
            done = job(session, at())
        total += done
        if not done or job not in IN_BATCHES:
            return total


def clear_room(session: Session, room: WaitingRoom, at: datetime) -> int:
    """Remove files that wait for nobody any more; returns of how many imports."""
    forget_old(session, at)
    waiting = waiting_ids(session)
    done = [run_id for run_id in room.runs() if run_id not in waiting]
    for run_id in done:
        room.clear(run_id)
    return len(done)


def clear_files(session: Session, files: FileStore, at: datetime) -> int:
    """Remove stored files that nothing refers to, attachment, photograph or case, older than a day; returns how many.

    A file comes before its row is committed, so a young one is left alone. What was left half written goes as well.
    """
    old = at - KEPT
    files.sweep(unless_since=old)
    stored = list(files.digests())
    used = digests_in_use(session) | photos_in_use(session) | enclosures_in_use(session)
    return sum(files.remove(digest, unless_since=old) for digest in stored if digest not in used)
