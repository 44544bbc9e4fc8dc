"""The chain: a keyed hash of each entry's content, and of the chain up to it. Pure.

Keyed by a key that is drawn from the data key and never stored, so that whoever has the database alone can make
neither. The two hashes tell a changed entry (content) from a moved or removed one (place).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from villages.core.keys import derived

FIELDS = ("id", "at", "actor", "staff_id", "address", "act", "subject", "refused", "detail")
GENESIS = "0" * 64


@dataclass(frozen=True)
class Head:
    """The end of a chain: the last entry's number and digest; number 0 before the first."""

    seq: int = 0
    digest: str = GENESIS


@dataclass(frozen=True)
class Chain:
    """Signs and links with one key; `former`: those that were in use up to an entry's number, the earliest first.

    Whoever has a former key can still not change what it signed: the first entry after it is linked with the next key.
    """

    key: bytes
    former: tuple[tuple[int, bytes], ...] = ()

    @classmethod
    def of(cls, data_key: str, former: tuple[tuple[int, bytes], ...] = ()) -> Chain:
        """The chain of an installation with this data key."""
        return cls(derived(data_key, "villages audit chain 1"), former)

    def signature(self, seq: int, row: Mapping[str, Any]) -> str:
        """The keyed hash of an entry's content (FIELDS)."""
        told = [row[name] for name in FIELDS]
        told[1] = moment(told[1])
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return _keyed(self._key(seq), "entry", text)

    def digest(self, seq: int, before: str, signature: str) -> str:
        """The keyed hash of an entry's place: its number, the digest before it, its signature."""
        return _keyed(self._key(seq), "link", f"{seq}:{before}:{signature}")

    def statement(self, *told: object) -> str:
        """The signature of what is said about the chain: an anchor, a checkpoint."""
        return self._statement(self.key, told)

    def has_said(self, signature: str, *told: object) -> bool:
        """Whether a statement was signed by us, by whichever key was in use then."""
        keys = (self.key, *(key for _, key in self.former))
        return any(hmac.compare_digest(signature, self._statement(key, told)) for key in keys)

    def checkpoint(self, seq: int, digest: str, at: datetime) -> str:
        """The signature of a checkpoint; a former key's does not count, since it lies in the database."""
        return self.statement("checkpoint", seq, digest, moment(at))

    def _key(self, seq: int) -> bytes:
        return next((key for upto, key in self.former if seq <= upto), self.key)

    def _statement(self, key: bytes, told: tuple[object, ...]) -> str:
        return _keyed(key, "statement", json.dumps([str(each) for each in told], ensure_ascii=False))


def _keyed(key: bytes, purpose: str, text: str) -> str:
    return hmac.digest(key, f"{purpose}:{text}".encode(), "sha256").hex()


def moment(at: datetime) -> str:
    """A moment in UTC with microseconds, the same from both databases."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
