"""Stored files, named by their content (SHA-256): written whole or not at all, and read by nobody but this service."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from villages.core.refusal import Refusal

DIGEST = re.compile(r"[0-9a-f]{64}")
LOCK = ".lock"
DRAFT = re.compile(r"\.[0-9a-f]{62}\.[0-9a-f]{8}")


class Unstored(Refusal):
    """A content could not be written: the disk is full, or nobody may write there. Its words are for staff."""


def digest_of(data: bytes) -> str:
    """The name of a content: its SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


class FileStore:
    """A folder of files, `ab/cdef…` for the digest `abcdef…`. The folder is made when the first file comes.

    A file comes before the row that refers to it, so whoever clears away must leave young files alone (`remove`).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where a content lies or would lie; raises ValueError for what is no digest."""
        if not DIGEST.fullmatch(digest):
            raise ValueError(digest)
        return self.folder / digest[:2] / digest[2:]

    def put(self, data: bytes) -> str:
        """Keep a content, and return its digest; the same content twice is one file, young again.

        Raises Unstored when it cannot be written.
        """
        digest = digest_of(data)
        path = self.path(digest)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            with self._locked():
                if path.exists() and path.stat().st_size == len(data):
                    os.utime(path)
                else:
                    _write(path, data)
        except OSError as error:
            why = error.strerror or error
            raise Unstored(f"文件存不进 {self.folder}：{why}。请检查目录、权限和磁盘空间") from error
        return digest

    def size(self, digest: str) -> int | None:
        """The size of a stored file in bytes; None where it is missing."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def digests(self) -> Iterator[str]:
        """Every stored file, in order."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            found = (folder.name + path.name for path in sorted(folder.iterdir()))
            yield from (digest for digest in found if DIGEST.fullmatch(digest))

    def remove(self, digest: str, *, unless_since: datetime | None = None) -> bool:
        """Remove a file, unless it came, or came again, since a moment; returns whether it went.

        Without a moment: only what nobody else can have stored, as what was sealed is another content each time.
        """
        path = self.path(digest)
        if not path.exists():
            return False
        with self._locked():  # nobody may find it there and count on it while it goes
            if path.exists() and (unless_since is None or path.stat().st_mtime < unless_since.timestamp()):
                path.unlink()
                return True
        return False

    def sweep(self, *, unless_since: datetime) -> int:
        """Remove what a process that died left half written, unless that was since a moment; returns how many."""
        left = [path for path in self.folder.glob("[0-9a-f][0-9a-f]/.*") if DRAFT.fullmatch(path.name)]
        old = [path for path in left if path.stat().st_mtime < unless_since.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with os.fdopen(os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # what a person was told had arrived must survive a power cut
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink(missing_ok=True)
