"""A disk that a trial may fill: a file system of its own where one may be mounted, else the service's own limit."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.service_process import Service

MEGABYTE = 1024 * 1024
LONGEST_S = 30


@dataclass
class SmallDisk:
    """A folder on a disk of its own; `what` it is, in words."""

    folder: Path
    what: str

    def fill(self, service: Service, seconds: float, is_noticed: Callable[[], bool]) -> int:  # noqa: ARG002
        """Leave nobody a byte, for so long and until it is noticed; returns how many bytes were free at the fullest."""
        ballast, least = self.folder / "ballast", shutil.disk_usage(self.folder).free
        end = time.monotonic() + seconds
        try:
            with ballast.open("wb", buffering=0) as file:
                while time.monotonic() < end or not (is_noticed() or time.monotonic() > end + LONGEST_S):
                    _fill(file.fileno())
                    least = min(least, shutil.disk_usage(self.folder).free)
                    time.sleep(0.05)
        finally:
            ballast.unlink()
        return least


class Limit(SmallDisk):
    """Where nothing may be mounted: for so long no process of the service may write past the start of any file."""

    def fill(self, service: Service, seconds: float, is_noticed: Callable[[], bool]) -> int:  # noqa: ARG002
        """As a full disk, but for what others write."""
        try:
            self._let_write(service, MEGABYTE // 256)
            time.sleep(seconds)
        finally:
            self._let_write(service, resource.RLIM_INFINITY)
        return 0

    def _let_write(self, service: Service, most: int) -> None:
        for pid in (service.process.pid, *service.workers()):  # the main process first: those it starts inherit it
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def small_disk(room: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of a size, gone with all that is on it when the block ends."""
    folder, image = room / "disk", room / "disk.img"
    folder.mkdir()
    try:
        with image.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, megabytes * MEGABYTE)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", image)
        _run("mount", "-o", "loop", image, folder)
    except (OSError, subprocess.CalledProcessError):
        yield Limit(folder, "no file system may be mounted here: the service itself may write no file for a while")
        return
    finally:
        image.unlink(missing_ok=True)  # what is mounted lives on until it is unmounted
    try:
        folder.chmod(0o755)
        yield SmallDisk(folder, f"ext4 of {megabytes} MB of its own")
    finally:
        _unmount(folder)


def _fill(descriptor: int) -> None:
    size = MEGABYTE
    while size:
        try:
            os.write(descriptor, bytes(size))
            os.fsync(descriptor)
        except OSError:
            size //= 4


def _unmount(folder: Path) -> None:
    for _ in range(20):
        with suppress(subprocess.CalledProcessError):
            return _run("umount", folder)
        time.sleep(0.5)
    return _run("umount", "--lazy", folder)


def _run(*command: object) -> None:
    subprocess.run([*map(str, command)], check=True, capture_output=True)
