"""Photographs that came with a form which was not taken yet: sealed, named by the form's token, a day at most.

So whoever mends a form need not send its photographs again. Nothing but the token leads to them; the same photograph
sent twice is one file.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from villages.core.files import digest_of
from villages.core.pictures import JPEG, PNG, read_picture
from villages.core.refusal import Refusal
from villages.core.sealing import Unreadable, key_of, seal_bytes, unseal_bytes
from villages.intake.enclosures import Given
from villages.intake.sealed import STAGED, digest, keys

FOLDER = "staged"
MOST = 4
KEPT = timedelta(days=1)
# All that waits at a time: what fills the disk must not be what strangers send.
MOST_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Staged:
    """A photograph that waits: its name in the form, and itself."""

    name: str
    file: Given


def read_photos(field: str, contents: Iterable[bytes]) -> list[Given]:
    """Photographs fit to be stored, without what the camera noted. Raises Refusal that says which one is none."""
    found = []
    for number, content in enumerate(contents, start=1):
        picture = read_picture(content, f"第 {number} 张")
        found.append(Given(field, picture.media_type, picture.data))
    return found


def stage(session: Session, token: str, files: Iterable[Given]) -> None:
    """Keep photographs until the form is taken. Raises Refusal where they cannot be kept."""
    folder = _folder(session, token)
    try:
        for file in files:
            _refuse_too_many(folder.parent, len(file.data))
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{file.field}-{digest(session, STAGED, digest_of(file.data))[:16]}"
            _write(folder / name, seal_bytes(keys(session)[0], file.data, about=f"{folder.name}:{name}"))
    except OSError as error:
        raise Refusal("照片没有留住，请重新选一次；还是不行，就先不传照片") from error


def staged(session: Session, token: str) -> Sequence[Staged]:
    """The photographs that wait for a form, in the order in which they came; what cannot be read is left out."""
    folder = _folder(session, token)
    paths = [path for path in folder.glob("[!.]*") if path.is_file()] if token and folder.is_dir() else []
    found = []
    for path in paths:
        try:
            came, sealed = path.stat().st_mtime_ns, path.read_bytes()
            data = unseal_bytes(key_of(keys(session), sealed), sealed, about=f"{folder.name}:{path.name}")
        except (OSError, Unreadable):  # gone meanwhile, too: the same form was taken
            continue
        media_type = PNG if data.startswith(b"\x89PNG") else JPEG
        found.append((came, Staged(path.name, Given(path.name.rpartition("-")[0], media_type, data))))
    return [each for _, each in sorted(found, key=lambda each: (each[0], each[1].name))]


def unstage(session: Session, token: str, names: Iterable[str] | None = None) -> None:
    """Let go what waits for a form, or some of it by name."""
    folder = _folder(session, token)
    if names is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for each in staged(session, token):
        if each.name in set(names):
            (folder / each.name).unlink(missing_ok=True)


def forget_staged(session: Session, at: datetime) -> int:
    """Let go what has waited too long; returns for how many forms."""
    old = (at - KEPT).timestamp()
    gone = [folder for folder in _root(session).glob("*") if folder.stat().st_mtime < old]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


def _root(session: Session) -> Path:
    path: Path = session.info["settings"].data_dir / FOLDER
    return path


def _folder(session: Session, token: str) -> Path:
    return _root(session) / (digest(session, STAGED, token)[:32] or "none")


def _refuse_too_many(root: Path, more: int) -> None:
    used = 0
    for folder in root.glob("*"):
        with suppress(FileNotFoundError):  # a form that is taken meanwhile lets its photographs go
            used += sum(entry.stat().st_size for entry in os.scandir(folder))
    if used + more > MOST_BYTES:
        raise OSError(root)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all; the same form may be sent twice at the same moment."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
