"""Photographs that came with a form which was not taken yet: sealed, named by the form's token, a day at most.

So whoever mends a form need not send its photographs again. Nothing but the token leads to them, from whatever network
it comes; the same photograph sent twice is one file.

They lie by the network that sent them (its keyed digest), so that one network's are counted without looking at others'.
A network may have waiting a share of what is still free: so one network takes little of the whole, many together never
take the last of it, and whoever has nothing waiting still gets in.
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

from villages.accounts.delays import network_of
from villages.core.files import digest_of
from villages.core.pictures import JPEG, PNG, read_picture
from villages.core.refusal import Refusal
from villages.core.sealing import Unreadable, key_of, seal_bytes, unseal_bytes
from villages.intake.enclosures import Given
from villages.intake.sealed import STAGED, digest, keys

FOLDER = "staged"
MOST = 4
KEPT = timedelta(days=1)
# All that waits at a time: what fills the disk must not be what strangers send. Of what is free of it a network has one
# share: a hall where thirty people choose four photographs of 2 MB each, small as they are kept, is well below it.
MOST_BYTES, SHARES = 1024 * 1024 * 1024, 8
# As much is a small file counted as, so that there are never more than can be counted quickly.
LEAST_BYTES = 64 * 1024
# All of them are counted so often and no oftener; what came since may be beyond the limit.
COUNTED_EVERY_S = 10
# How much of IPv6 is one network: what a customer is given whole, to count as thousands of households otherwise.
GIVEN_IN_V6 = 48
TOTAL = ".total"
CROWDED = (
    "这一张照片没有留住：从您这里的网络传来、还没有交成的照片太多了。请过十分钟再选一次；用无线网的，换成手机流量再试；"
    "急的话先不传照片，交上去以后可以再补"
)


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


def stage(session: Session, token: str, files: Iterable[Given], *, network: str, at: datetime) -> None:
    """Keep photographs until the form is taken; raises Refusal where that fails. `network`: the client's address."""
    folder = _network(session, network) / _name(session, token)
    try:
        for file in files:
            name = f"{file.field}-{digest(session, STAGED, digest_of(file.data))[:16]}"
            _refuse_too_many(folder.parent, max(len(file.data), LEAST_BYTES), at)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(folder / name, seal_bytes(keys(session)[0], file.data, about=f"{folder.name}:{name}"))
    except OSError as error:
        raise Refusal("照片没有留住，请重新选一次；还是不行，就先不传照片") from error


def staged(session: Session, token: str) -> Sequence[Staged]:
    """The photographs that wait for a form, in the order in which they came; what cannot be read is left out."""
    found = []
    for path in (path for folder in _folders(session, token) for path in folder.glob("[!.]*")):
        try:
            came, sealed = path.stat().st_mtime_ns, path.read_bytes()
            data = unseal_bytes(key_of(keys(session), sealed), sealed, about=f"{path.parent.name}:{path.name}")
        except (OSError, Unreadable):  # gone meanwhile, too: the same form was taken
            continue
        media_type = PNG if data.startswith(b"\x89PNG") else JPEG
        found.append((came, Staged(path.name, Given(path.name.rpartition("-")[0], media_type, data))))
    found.sort(key=lambda each: (each[0], each[1].name))
    return list({each.name: each for _, each in found}.values())  # once, also where it came from two networks


def unstage(session: Session, token: str, names: Iterable[str] | None = None) -> None:
    """Let go what waits for a form, or some of it by name."""
    for folder in _folders(session, token):
        if names is None:
            shutil.rmtree(folder, ignore_errors=True)
        for name in {path.name for path in folder.glob("[!.]*")} & set(names or ()):
            (folder / name).unlink(missing_ok=True)


def forget_staged(session: Session, at: datetime) -> int:
    """Let go what has waited too long; returns for how many forms."""
    old = (at - KEPT).timestamp()
    gone = [folder for folder in _root(session).glob("*/*") if folder.stat().st_mtime < old]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    for network in _root(session).glob("[!.]*"):
        if network.stat().st_mtime < old:
            with suppress(OSError):  # something still waits in it
                network.rmdir()
    return len(gone)


def _root(session: Session) -> Path:
    path: Path = session.info["settings"].data_dir / FOLDER
    return path


def _network(session: Session, address: str) -> Path:
    return _root(session) / digest(session, STAGED, f"network {network_of(address, GIVEN_IN_V6) or address}")[:32]


def _name(session: Session, token: str) -> str:
    return digest(session, STAGED, token)[:32] or "none"


def _folders(session: Session, token: str) -> list[Path]:
    """Where photographs of a form wait: one folder, or more where its sender's network changed."""
    return sorted(_root(session).glob(f"*/{_name(session, token)}")) if token else []


def _refuse_too_many(network: Path, more: int, at: datetime) -> None:
    """Raises Refusal where a network has had its share of what is still free."""
    free = MOST_BYTES - _total(network.parent, at)
    if _bytes_in(network) + more > free // SHARES:
        raise Refusal(CROWDED)


def _total(root: Path, at: datetime) -> int:
    """The bytes of all that waits, as they were counted a moment ago, by whichever process."""
    kept = root / TOTAL
    with suppress(OSError, ValueError):
        if abs(at.timestamp() - kept.stat().st_mtime) < COUNTED_EVERY_S:
            return int(kept.read_text(encoding="ascii"))
    total = sum(_bytes_in(network) for network in root.glob("[!.]*"))
    root.mkdir(mode=0o700, exist_ok=True)
    _write(kept, str(total).encode())
    return total


def _bytes_in(network: Path) -> int:
    total = 0
    with suppress(FileNotFoundError):  # nothing waits from there yet
        for folder in os.scandir(network):
            with suppress(FileNotFoundError):  # a form that is taken meanwhile lets its photographs go
                total += sum(max(entry.stat().st_size, LEAST_BYTES) for entry in os.scandir(folder))
    return total


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all; the same form may be sent twice at the same moment."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
