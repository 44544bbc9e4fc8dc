"""Questions to the attachments: which files values name, what the gate must see of them, who uses a stored file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, exists, or_, select
from sqlalchemy.orm import Session

from villages.core.refusal import Refusal
from villages.disclosures.blocks.files import StoredFile, files_in
from villages.disclosures.gate import to_be_seen
from villages.disclosures.gate.findings import Finding, Piece
from villages.disclosures.models import Attachment, Edition, Item, WaitingFile
from villages.disclosures.uploads import SORTS

SHORTEST_DIGEST = 8
KB, MB = 1024, 1024 * 1024


def files_of(item: Item) -> dict[StoredFile, Attachment]:
    """An item's attachments by digest and name."""
    return {StoredFile(each.digest, each.name): each for each in item.attachments}


def attachment(session: Session, attachment_id: str) -> Attachment | None:
    """The attachment with an id."""
    return session.get(Attachment, attachment_id)


def seen_by_gate(item: Item, values: Mapping[str, Any]) -> tuple[list[Piece], list[Finding]]:
    """The text inside the files that values name, and the questions that only a person can answer.

    Raises Refusal where a file is named that was never attached to this item: nobody has looked into it.
    """
    pieces: list[Piece] = []
    questions: list[Finding] = []
    problems: list[str] = []
    files = dict.fromkeys(files_in(values))
    have = files_of(item) if files else {}
    for file in files:
        found = have.get(file)
        if found is None:
            problems.append(f"附件“{file.name}”没有上传到这一条，请重新上传，或把它去掉")
            continue
        pieces += [Piece(where, text, row=row) for where, text, row in found.pieces]
        questions += [to_be_seen(where) for where in found.questions]
    if problems:
        raise Refusal(*problems)
    return pieces, questions


def using(session: Session, digest: str) -> Sequence[Attachment]:
    """The attachments whose file has a digest, or one that begins so; raises Refusal for what is too short."""
    if len(digest) < SHORTEST_DIGEST:
        raise Refusal(f"文件的编号至少要写前 {SHORTEST_DIGEST} 位，现在是“{digest}”")
    query = select(Attachment).where(Attachment.digest.startswith(digest.lower(), autoescape=True))
    return session.scalars(query.order_by(Attachment.item_id, Attachment.name)).all()


def digests_in_use(session: Session) -> dict[str, int]:
    """Every file that an attachment, or a form that is not saved yet, refers to, with its size in bytes."""
    attached = select(Attachment.digest, Attachment.size)
    waiting = select(WaitingFile.digest, WaitingFile.size)
    return {row.digest: row.size for row in session.execute(attached.union(waiting))}


def unused_since(session: Session, moment: datetime) -> Sequence[Attachment]:
    """Attachments older than a moment that neither their item's draft nor any of its editions names."""
    in_draft = exists().where(Item.id == Attachment.item_id, cast(Item.draft, Text).contains(Attachment.digest))
    in_edition = exists().where(
        Edition.item_id == Attachment.item_id, cast(Edition.content, Text).contains(Attachment.digest)
    )
    query = select(Attachment).where(Attachment.created_at < moment, ~or_(in_draft, in_edition))
    return session.scalars(query).all()


def what(media_type: str) -> str:
    """A type in plain words."""
    return SORTS[media_type][1] if media_type in SORTS else "文件"


def spoken_size(size: int) -> str:
    """A size in bytes as people say it: 12 KB, 3.4 MB."""
    if size >= MB:
        return f"{size / MB:.1f} MB"
    return f"{max(1, round(size / KB))} KB"
