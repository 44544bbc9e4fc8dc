"""What stands in forms that are not saved yet: kept for who typed it, offered on return, gone after thirty days."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from villages.accounts.models import Staff
from villages.core.refusal import Refusal
from villages.disclosures.attachments import files_of
from villages.disclosures.blocks.files import StoredFile, files_in
from villages.disclosures.models import Attachment, Item, Step, Unfinished, WaitingFile
from villages.disclosures.queries import kind_named
from villages.disclosures.uploads import Upload
from villages.disclosures.values import values_from_json

KEPT = timedelta(days=30)
# A form whose browser was not heard of for so long is not open any more.
HEARD = timedelta(seconds=90)
MOST_WAITING = 60
TOKEN_BYTES = 16


def unfinished_of(session: Session, staff: Staff, subject: str) -> Unfinished | None:
    """What somebody has not finished."""
    return session.scalar(select(Unfinished).where(Unfinished.staff_id == staff.id, Unfinished.subject == subject))


def others_at(session: Session, subject: str, staff: Staff, *, at: datetime) -> Sequence[Unfinished]:
    """The forms of the same subject that others have open."""
    query = select(Unfinished).where(Unfinished.subject == subject, Unfinished.seen_at > at - HEARD)
    return session.scalars(query.where(Unfinished.staff_id != staff.id).options(joinedload(Unfinished.staff))).all()


def version_of(session: Session, item: Item) -> int:
    """What changes with every act on an item: the number of its last step, read anew."""
    return session.scalar(select(Step.id).where(Step.item_id == item.id).order_by(Step.id.desc()).limit(1)) or 0


def keep(
    session: Session, subject: str, typed: dict[str, Any] | None, *, base: int, by: Staff, at: datetime
) -> Unfinished:
    """Keep what stands in a form; None: only that it is open."""
    session.execute(select(Staff.id).where(Staff.id == by.id).with_for_update())  # two requests of one form at once
    found = unfinished_of(session, by, subject)
    if found is None:
        found = Unfinished(staff_id=by.id, subject=subject, base=base, seen_at=at, typed=None, typed_at=None, files=[])
        session.add(found)
    found.seen_at = at
    if typed is not None:
        found.typed, found.typed_at, found.base = typed, at, base
        flag_modified(found, "typed")  # its lists are the form's own, and change with it
    session.flush()
    return found


def wait(session: Session, unfinished: Unfinished, upload: Upload, *, at: datetime) -> StoredFile:
    """Keep a file with a form that is not saved yet; whoever calls this stores the bytes."""
    file = StoredFile(upload.digest, upload.name)
    if any((each.digest, each.name) == (file.digest, file.name) for each in unfinished.files):
        return file
    if len(unfinished.files) >= MOST_WAITING:
        raise Refusal(f"这张表单里的附件太多了（{MOST_WAITING} 个），请先保存")
    unfinished.files.append(
        WaitingFile(
            digest=upload.digest, name=upload.name, media_type=upload.media_type, size=len(upload.data),
            width=upload.width, height=upload.height, created_at=at,
            pieces=[[piece.where, piece.text, piece.row] for piece in upload.pieces],
            questions=[question.where for question in upload.questions],
        )
    )  # fmt: skip
    session.flush()
    return file


def attach_waiting(session: Session, item: Item, unfinished: Unfinished | None, *, at: datetime) -> None:
    """Make attachments of the files that a draft names and that waited with its form.

    Raises Refusal for a file that neither was attached nor waited: nobody looked into it.
    """
    values = values_from_json(kind_named(item.kind), item.draft)
    have = files_of(item)
    waiting = {StoredFile(each.digest, each.name): each for each in unfinished.files} if unfinished else {}
    for file in dict.fromkeys(files_in(values)):
        if file in have:
            continue
        found = waiting.get(file)
        if found is None:
            raise Refusal(f"附件“{file.name}”没有上传到这一条，请重新上传，或把它去掉")
        item.attachments.append(
            Attachment(
                id=secrets.token_urlsafe(TOKEN_BYTES), digest=found.digest, name=found.name,
                media_type=found.media_type, size=found.size, width=found.width, height=found.height,
                pieces=found.pieces, questions=found.questions, created_at=at,
            )
        )  # fmt: skip
    session.flush()


def finish(session: Session, staff: Staff, subject: str) -> None:
    """Forget what somebody had not finished: it is saved, or not wanted."""
    found = unfinished_of(session, staff, subject)
    if found is not None:
        session.delete(found)
        session.flush()


def forget_unfinished(session: Session, at: datetime) -> int:
    """Delete what nobody came back to for thirty days; returns how many."""
    old = session.scalars(select(Unfinished.id).where(Unfinished.seen_at < at - KEPT)).all()
    if old:
        session.execute(delete(WaitingFile).where(WaitingFile.unfinished_id.in_(old)))
        session.execute(delete(Unfinished).where(Unfinished.id.in_(old)))
    return len(old)
