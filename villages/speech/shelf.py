"""Sounds on disk: each made once, whichever process is asked, few at a time, and not more than there is room for."""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from villages.speech.making import PATIENCE_S, Talk, make

# Enough for some two thousand talks of a minute; a sound nobody asked for in a week is made again when somebody does.
ROOM = 400 * 1024 * 1024
OLDEST_S = 7 * 24 * 3600
# How many are made at the same time, by all processes together.
MOST_AT_ONCE = 2
WAITING_S = 4
GLANCE_S = 0.05


class Busy(Exception):  # noqa: N818 - a state, not a fault
    """Too many are being made now; ask again in a few seconds."""


class Shelf:
    """A folder of sounds, named by what they say."""

    def __init__(
        self, folder: Path, *, room: int = ROOM, at_once: int = MOST_AT_ONCE, patience_s: float = WAITING_S,
        maker: Callable[[Talk], bytes] = make,
    ) -> None:  # fmt: skip
        self._folder = folder
        self._room = room
        self._at_once = at_once
        self._patience_s = patience_s
        self._make = maker
        self._seat = threading.Semaphore()

    def sound(self, talk: Talk) -> bytes:
        """The MP3 of a talk, made where it is not there yet. Raises Busy, VoiceError or OSError."""
        path = self._folder / f"{talk.digest}.mp3"
        found = _read(path)
        if found is not None:
            return found
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._turn(), self._alone(talk.digest):
            found = _read(path)
            if found is None:
                found = self._make(talk)
                self._sweep(len(found))
                _write(path, found)
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One of the few places of those who make; one of each process may wait a moment, as more would tie it up."""
        handle = self._free_turn()
        if handle is None:
            if not self._seat.acquire(blocking=False):
                raise Busy
            try:
                handle = self._next_turn()
            finally:
                self._seat.release()
        try:
            yield
        finally:
            os.close(handle)

    def _next_turn(self) -> int:
        until = time.monotonic() + self._patience_s
        while (handle := self._free_turn()) is None:
            if time.monotonic() > until:
                raise Busy
            time.sleep(GLANCE_S)
        return handle

    def _free_turn(self) -> int | None:
        for at in range(self._at_once):
            handle = _lock_file(self._folder / f"turn-{at}.lock")
            if _is_locked(handle):
                return handle
            os.close(handle)
        return None

    @contextmanager
    def _alone(self, digest: str) -> Iterator[None]:
        """Only one process makes a talk; another that wants the same waits for it."""
        until = time.monotonic() + PATIENCE_S
        # One of few files by the digest's head: none is left behind for every talk.
        with _open(self._folder / f"making-{digest[:2]}.lock") as lock:
            while not _is_locked(lock):
                if time.monotonic() > until:
                    raise Busy
                time.sleep(GLANCE_S)
            yield

    def _sweep(self, coming: int) -> None:
        """Make room: away with what nobody asked for in a week, then with what was asked for longest ago."""
        kept = sorted(_sounds(self._folder), key=lambda each: each[1])
        room, oldest = self._room - coming - sum(size for _, _, size in kept), time.time() - OLDEST_S
        for path, used_at, size in kept:
            if room >= 0 and used_at >= oldest:
                break
            path.unlink(missing_ok=True)
            room += size


def _sounds(folder: Path) -> Iterator[tuple[Path, float, int]]:
    """Each sound with when it was asked for last, and its bytes."""
    for path in folder.glob("*.mp3"):
        with suppress(FileNotFoundError):  # another process swept it away
            about = path.stat()
            yield path, about.st_mtime, about.st_size


def _read(path: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        found = path.read_bytes()
        os.utime(path)  # the time of its last use
        return found
    return None


def _write(path: Path, sound: bytes) -> None:
    """Whole or not at all."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sound)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextmanager
def _open(path: Path) -> Iterator[int]:
    handle = _lock_file(path)
    try:
        yield handle
    finally:
        os.close(handle)


def _lock_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
