"""Verbs of the attachments: adding a file to a draft, taking it out, forgetting what nothing names any more."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.actions import record
from villages.core.refusal import Refusal
from villages.disclosures import blocks
from villages.disclosures.actions import note, take
from villages.disclosures.attachments import files_of, unused_since, what
from villages.disclosures.blocks.files import StoredFile, files_in
from villages.disclosures.blocks.steps import FILES as STEP_FILES
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.disclosures.models import Attachment, Item
from villages.disclosures.queries import kind_named
from villages.disclosures.uploads import Upload
from villages.disclosures.values import values_from_json, values_to_json

Files = tuple[StoredFile, ...]
# 128 random bits, in 22 characters that an address may hold.
TOKEN_BYTES = 16
KEPT = timedelta(days=1)


def attach(session: Session, item: Item, field_name: str, upload: Upload, *, by: Staff, at: datetime) -> Attachment:
    """Add a file to a draft: to a field by its name or label, or to a step as `field.2`.

    Whoever calls this stores the bytes, in the same transaction. Raises Refusal.
    """
    take(item, "write", by=by)
    file = StoredFile(upload.digest, upload.name)

    def add(files: Files, field: Column) -> Files:
        if any(each.name == file.name for each in files):
            raise Refusal(f"“{field.label}”里已经有叫“{file.name}”的附件，请先去掉旧的，或者给新的改名")
        try:
            return blocks.parse((*files, file), field)  # type: ignore[no-any-return]
        except blocks.BlockError as error:
            raise Refusal(*error.lines) from error

    _change(item, field_name, add)
    found = files_of(item).get(file)
    if found is None:
        found = _row(upload, at)
        item.attachments.append(found)
    note(session, item, "write", by=by, at=at, text=f"加上附件：{what(upload.media_type)}")
    _record(session, "item.attach", item, upload.digest, by=by, at=at)
    return found


def detach(session: Session, item: Item, field_name: str, name: str, *, by: Staff, at: datetime) -> None:
    """Take a file out of a draft by its name; what editions name stays with them. Raises Refusal."""
    take(item, "write", by=by)
    gone: list[StoredFile] = []

    def leave(files: Files, field: Column) -> Files:
        gone.extend(each for each in files if each.name == name)
        if not gone:
            names = "、".join(each.name for each in files)
            raise Refusal(f"“{field.label}”里没有叫“{name}”的附件" + (f"，有：{names}" if names else "，一个也没有"))
        return tuple(each for each in files if each.name != name)

    _change(item, field_name, leave)
    contents = [item.draft, *(edition.content for edition in item.editions)]
    named = {file for content in contents for file in files_in(_values(item, content))}
    for file, row in files_of(item).items():
        if file in gone and file not in named:
            item.attachments.remove(row)
            session.delete(row)
    note(session, item, "write", by=by, at=at, text="去掉附件")
    _record(session, "item.detach", item, gone[0].digest, by=by, at=at)


def forget_unused(session: Session, at: datetime) -> int:
    """Delete attachments that neither draft nor edition has named for a day; returns how many."""
    unused = unused_since(session, at - KEPT)
    for row in unused:
        session.delete(row)
    return len(unused)


def keep_files(kind: Kind, before: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Values from a spreadsheet, which can hold no file, with the files of what they take the place of."""
    kept = dict(values)
    old = values_from_json(kind, before)
    for field in kind.fields:
        if field.block == "files" and not kept.get(field.name):
            kept[field.name] = old.get(field.name)
        elif field.block == "steps" and kept.get(field.name):
            files = {row["step"]: row.get(STEP_FILES.name) for row in old.get(field.name) or ()}
            kept[field.name] = tuple(
                row | {STEP_FILES.name: row.get(STEP_FILES.name) or files.get(row["step"])} for row in kept[field.name]
            )
    return kept


def _change(item: Item, field_name: str, change: Callable[[Files, Column], Files]) -> None:
    """Put changed files into one place of the draft; a correction's draft alone, never an edition."""
    kind = kind_named(item.kind)
    values = _values(item, item.draft)
    name, _, place = field_name.partition(".")
    field = next((each for each in kind.fields if name in (each.name, each.label)), None)
    if field is not None and field.block == "files" and not place:
        values[field.name] = change(values.get(field.name) or (), field) or None
    elif field is not None and field.block == "steps" and place.isascii() and place.isdigit():
        rows = list(values.get(field.name) or ())
        if not 0 < int(place) <= len(rows):
            raise Refusal(f"“{field.label}”现在有 {len(rows)} 步，没有第 {place} 步，请核对")
        row = rows[int(place) - 1]
        changed = change(row.get(STEP_FILES.name) or (), STEP_FILES) or None
        rows[int(place) - 1] = row | {STEP_FILES.name: changed}
        values[field.name] = tuple(rows)
    else:
        raise Refusal(f"“{kind.label}”里没有能放附件的“{field_name}”，能放的有：{'、'.join(_places(kind)) or '无'}")
    item.draft = values_to_json(kind, values)


def _places(kind: Kind) -> list[str]:
    files = [f"{field.name}（{field.label}）" for field in kind.fields if field.block == "files"]
    return files + [f"{field.name}.1（{field.label}第 1 步）" for field in kind.fields if field.block == "steps"]


def _values(item: Item, content: dict[str, Any]) -> dict[str, Any]:
    return values_from_json(kind_named(item.kind), content)


def _row(upload: Upload, at: datetime) -> Attachment:
    return Attachment(
        id=secrets.token_urlsafe(TOKEN_BYTES), digest=upload.digest, name=upload.name, media_type=upload.media_type,
        size=len(upload.data), width=upload.width, height=upload.height, created_at=at,
        pieces=[[piece.where, piece.text, piece.row] for piece in upload.pieces],
        questions=[question.where for question in upload.questions],
    )  # fmt: skip


def _record(session: Session, act: str, item: Item, digest: str, *, by: Staff, at: datetime) -> None:
    """The audit names the file by its content, never by its name."""
    record(session, act, f"item:{item.id}", by=by.actor, at=at, digest=digest)
