"""What is kept so that only this installation can read it: AES-256-GCM under the data key.

A sealed text names the key it was sealed with, so that a later key can tell what is still under the old one. `about`
binds it to its place: moved to another row it does not open.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32
NAME = 8  # the letters by which a key is named
TAG_BYTES = 16
OVERHEAD = NAME + NONCE_BYTES + TAG_BYTES  # by which sealed bytes are more


class Unreadable(Exception):  # noqa: N818 - what it is, not whose fault
    """A sealed text that this key does not open, or that was changed or moved."""


def seal(key: str, text: str, *, about: str) -> str:
    """A text that only `unseal` with the same key and the same `about` gives back."""
    nonce = os.urandom(NONCE_BYTES)
    closed = AESGCM(_derived(key)).encrypt(nonce, text.encode(), about.encode())
    return f"{name_of(key)}.{base64.urlsafe_b64encode(nonce + closed).decode()}"


def unseal(key: str, sealed: str, *, about: str) -> str:
    """The text that was sealed; raises Unreadable."""
    name, _, body = sealed.partition(".")
    if name != name_of(key):
        raise Unreadable
    try:
        raw = base64.urlsafe_b64decode(body)
        return AESGCM(_derived(key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise Unreadable from error


def seal_bytes(key: str, data: bytes, *, about: str) -> bytes:
    """The same of bytes, as bytes."""
    nonce = os.urandom(NONCE_BYTES)
    return name_of(key).encode() + nonce + AESGCM(_derived(key)).encrypt(nonce, data, about.encode())


def unseal_bytes(key: str, sealed: bytes, *, about: str) -> bytes:
    """The bytes that were sealed; raises Unreadable."""
    name, nonce, body = sealed[:NAME], sealed[NAME : NAME + NONCE_BYTES], sealed[NAME + NONCE_BYTES :]
    if name != name_of(key).encode():
        raise Unreadable
    try:
        return AESGCM(_derived(key)).decrypt(nonce, body, about.encode())
    except (ValueError, InvalidTag) as error:
        raise Unreadable from error


def key_of(keys: Sequence[str], sealed: str | bytes) -> str:
    """The one of some keys that a sealed text or content was sealed with; raises Unreadable."""
    name = sealed[:NAME].decode("ascii", "replace") if isinstance(sealed, bytes) else sealed[:NAME]
    for key in keys:
        if name_of(key) == name:
            return key
    raise Unreadable


def name_of(key: str) -> str:
    """What a sealed text says of its key; nothing of the key can be learnt from it."""
    return hashlib.sha256(b"name of " + _derived(key)).hexdigest()[:NAME]


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"villages sealing 1").derive(key.encode())
