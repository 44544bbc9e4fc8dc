"""Files that came with a case or go with its answer, sealed before they reach the disk.

Sealing and syncing four photographs takes a tenth of a second and more, and on SQLite nobody else can write while a
transaction does; so the doors lay files down before theirs begins (`laid_down`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from villages.core.files import FileStore
from villages.core.sealing import OVERHEAD, Unreadable, key_of, seal_bytes, unseal_bytes
from villages.intake.models import Case, Enclosure, about
from villages.intake.sealed import keys


@dataclass(frozen=True)
class Given:
    """A file as it was given: for which field of the form, and its content, fit to be stored.

    `digest`: where it is stored already, sealed for the case with `number`; '' where it is not.
    """

    field: str
    media_type: str
    data: bytes
    number: str = ""
    digest: str = ""


@contextmanager
def laid_down(session: Session, number: str, files: Iterable[Given]) -> Iterator[list[Given]]:
    """Files stored before the transaction that names them begins, sealed for the case that has or will have a number.

    What was not taken, as it was refused or said before, is let go again; not where the database failed, which may
    have taken the rows: that, and what a process leaves that dies, goes with the unused files. Raises Unstored.
    """
    ready: list[Given] = []
    try:
        for file in files:
            ready.append(replace(file, number=number, digest=_put(session, number, file)))  # noqa: PERF401 - one by one
        yield ready
        named = select(Enclosure.digest).where(Enclosure.digest.in_([file.digest for file in ready]))
        taken = set(session.scalars(named)) if ready else set()
    except SQLAlchemyError:
        raise
    except Exception:
        _let_go(session, ready)
        raise
    _let_go(session, (file for file in ready if file.digest not in taken))


def enclose(session: Session, case: Case, files: Iterable[Given], *, at: datetime) -> None:
    """Keep files with a case. Raises core.files.Unstored where they cannot be written."""
    for file in files:
        digest = file.digest if file.number == case.number else _put(session, case.number, file)
        case.enclosures.append(
            Enclosure(field=file.field, digest=digest, media_type=file.media_type, size=len(file.data), at=at)
        )
    session.flush()


def _put(session: Session, number: str, file: Given) -> str:
    return store_of(session).put(seal_bytes(keys(session)[0], file.data, about=about(number, file.field)))


def _let_go(session: Session, files: Iterable[Given]) -> None:
    for file in files:
        store_of(session).remove(file.digest)


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
