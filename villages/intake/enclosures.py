"""Files that came with a case or go with its answer, sealed before they reach the disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.core.files import FileStore
from villages.core.sealing import OVERHEAD, Unreadable, key_of, seal_bytes, unseal_bytes
from villages.intake.models import Case, Enclosure
from villages.intake.sealed import keys


@dataclass(frozen=True)
class Given:
    """A file as it was given: for which field of the form, and its content, fit to be stored."""

    field: str
    media_type: str
    data: bytes


def enclose(session: Session, case: Case, files: Iterable[Given], *, at: datetime) -> None:
    """Keep files with a case. Raises core.files.Unstored where they cannot be written."""
    for file in files:
        digest = store_of(session).put(seal_bytes(keys(session)[0], file.data, about=case.about(file.field)))
        case.enclosures.append(
            Enclosure(field=file.field, digest=digest, media_type=file.media_type, size=len(file.data), at=at)
        )
    session.flush()


def content_of(session: Session, enclosure: Enclosure) -> bytes:
    """A file in the clear; raises Unreadable, also where it is gone. Whoever shows it records the reading."""
    try:
        sealed = store_of(session).path(enclosure.digest).read_bytes()
    except FileNotFoundError as error:
        raise Unreadable from error
    return unseal_bytes(key_of(keys(session), sealed), sealed, about=enclosure.case.about(enclosure.field))


def drop(session: Session, enclosures: Iterable[Enclosure]) -> None:
    """Let files go; their contents leave the disk when nobody refers to them any more."""
    for enclosure in list(enclosures):
        enclosure.case.enclosures.remove(enclosure)
        session.delete(enclosure)
    session.flush()


def digests_in_use(session: Session) -> dict[str, int]:
    """The stored files that cases refer to, with the size in bytes that each has there, sealed."""
    rows = session.execute(select(Enclosure.digest, Enclosure.size))
    return {row.digest: row.size + OVERHEAD for row in rows}


def store_of(session: Session) -> FileStore:
    """Where the installation stores files."""
    return FileStore(session.info["settings"].files_dir)
