"""The installation's two keys: one signs sessions, one encrypts personal data, and may be replaced.

Where one is missing and cannot be made, core.files.Unstored is raised: its words are for staff.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from villages.core.files import Unstored

NAMES = ("secret", "data")
CHAIN = "audit"


def key(data_dir: Path, name: str, given: str) -> str:
    """The key `given` by the settings, else the one kept in the data folder (made there, mode 600, when absent)."""
    return data_keys(data_dir, given)[0] if name == "data" else _whole(data_dir, name, given)


def data_keys(data_dir: Path, given: str) -> tuple[str, ...]:
    """The data key in use, and after it, while they are being replaced, those before it: they open what they sealed.

    In the setting and in the file they stand with commas between them.
    """
    return tuple(part for part in _parts(data_dir, given) if ":" not in part)


def chain_keys(data_dir: Path, given: str) -> tuple[tuple[int, bytes], ...]:
    """By what keys the audit was signed before the one in use: up to which entry, and the key; the earliest first.

    They stay beside the data keys, as audit:NUMBER:KEY, when the data keys that they were drawn from are gone.
    """
    parts = (part.split(":") for part in _parts(data_dir, given) if part.startswith(f"{CHAIN}:"))
    return tuple(sorted((int(upto), bytes.fromhex(made)) for _, upto, made in parts))


def whole_key(data_dir: Path, name: str, given: str) -> str:
    """All that is kept under a name, as it stands in the setting or the file."""
    return _whole(data_dir, name, given)


def renewed(data_dir: Path, given: str, *, upto: int, chain_key: bytes) -> str:
    """What the data key becomes with a new one in front; `chain_key` signed the audit up to entry `upto`."""
    return ",".join([secrets.token_hex(32), *_parts(data_dir, given), f"{CHAIN}:{upto}:{chain_key.hex()}"])


def without_old(data_dir: Path, given: str) -> str:
    """What the data key becomes without those that are no longer in use."""
    parts = _parts(data_dir, given)
    return ",".join([parts[0], *(part for part in parts if ":" in part)])


def keep_data_key(data_dir: Path, text: str, *, name: str = "data.key") -> Path:
    """Write what the data key becomes: whole or not at all, for its owner alone. Raises core.files.Unstored."""
    path = data_dir / name
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(data_dir, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise Unstored(f"不能在 {data_dir} 里保存密钥：{error.strerror}。请检查目录是否可写、有空间") from error
    finally:
        draft.unlink(missing_ok=True)
    return path


def _parts(data_dir: Path, given: str) -> list[str]:
    return [part.strip() for part in _whole(data_dir, "data", given).split(",") if part.strip()]


def _whole(data_dir: Path, name: str, given: str) -> str:
    if given:
        return given
    path = data_dir / f"{name}.key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _make(path)


def derived(secret: str, label: str) -> bytes:
    """A key of 32 bytes for one purpose, made of a key of ours by HKDF with SHA-256 (RFC 5869)."""
    drawn = hmac.digest(b"villages", secret.encode(), "sha256")
    return hmac.digest(drawn, label.encode() + b"\x01", "sha256")


def program_key(secret: str, purpose: str) -> str:
    """What a program sends to be let in for one purpose, in hex; it changes with the key that signs sessions."""
    return derived(secret, f"program: {purpose}").hex()


def _make(path: Path) -> str:
    made = secrets.token_hex(32)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")  # each thread its own
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(made + "\n")
        # Linking fails where another process was first: its key then counts, not ours.
        os.link(draft, path)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        why = f"{error.strerror}。请检查目录是否存在、可写、有空间"
        raise Unstored(f"不能在 {path.parent} 里保存密钥：{why}") from error
    finally:
        draft.unlink(missing_ok=True)
    return made
