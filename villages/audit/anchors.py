"""Anchors: what the chain's end was, signed, in files of the data folder, where the database does not reach.

`audit-head.json` is the newest end, renewed after every commit, so that the newest entries cannot be cut off unseen.
`audit-anchors.jsonl` has one line a day, at each backup and at each restore, and is only added to.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from villages.audit.chain import Chain, Head, moment
from villages.core.clock import day_of
from villages.core.keys import chain_keys, key
from villages.settings import Settings

HEAD, LINES, VERDICT = "audit-head.json", "audit-anchors.jsonl", "audit-verified.json"
# Written in place, so that it is never half there: one block, always of one size.
WIDTH = 512
# After these the chain goes on from another end than before, with somebody's knowledge.
RESTARTS = ("restore", "accept")


@dataclass(frozen=True)
class Anchor:
    """What the end was at a moment, why it was noted, and whether the signature is ours."""

    head: Head
    at: datetime
    why: str
    known: tuple[str, ...] = ()
    is_ours: bool = True


@dataclass(frozen=True)
class Anchors:
    """The anchors of one installation."""

    folder: Path
    chain: Chain

    @classmethod
    def of(cls, settings: Settings) -> Anchors:
        """Those of an installation; its data key is made where it is absent."""
        return cls(settings.data_dir, chain_of(settings))

    def head(self) -> Anchor | None:
        """The newest end; None where the file is absent or empty. A damaged one is an anchor that is not ours."""
        try:
            text = (self.folder / HEAD).read_text(encoding="utf-8").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return self._read(text) if text else None

    def lines(self) -> list[Anchor]:
        """Every line of the file of days, the oldest first."""
        try:
            text = (self.folder / LINES).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return []
        return [self._read(line) for line in text.splitlines() if line.strip()]

    def in_force(self) -> list[Anchor]:
        """Those that the present chain must agree with: since the last restart, and the newest end."""
        lines = self.lines()
        start = max((n for n, each in enumerate(lines) if each.is_ours and each.why in RESTARTS), default=0)
        newest = self.head()
        return lines[start:] + ([newest] if newest else [])

    def last_day(self) -> date | None:
        """The day in China of the last daily line."""
        days = [day_of(each.at) for each in self.lines() if each.is_ours and each.why == "day"]
        return max(days, default=None)

    def raise_to(self, head: Head, *, at: datetime) -> None:
        """Note a newer end; an older one changes nothing, nor does any where the file's signature is not ours."""
        with self._locked_head() as descriptor:
            text = os.pread(descriptor, WIDTH, 0).decode("utf-8", errors="replace").strip()
            kept = self._read(text) if text else None
            if kept is None or (kept.is_ours and kept.head.seq < head.seq):
                self._write_head(descriptor, head, at)

    def add(self, why: str, head: Head, *, at: datetime, known: Sequence[str] = ()) -> None:
        """Add a line; after a restart the newest end is this one, whatever it was."""
        line = json.dumps(self._document(head, at, why, known), ensure_ascii=False) + "\n"
        with os.fdopen(os.open(self.folder / LINES, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        if why in RESTARTS:
            with self._locked_head() as descriptor:
                self._write_head(descriptor, head, at)

    @contextmanager
    def _locked_head(self) -> Iterator[int]:
        descriptor = os.open(self.folder / HEAD, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _write_head(self, descriptor: int, head: Head, at: datetime) -> None:
        text = json.dumps(self._document(head, at, "head", ()))
        os.pwrite(descriptor, text.ljust(WIDTH - 1).encode() + b"\n", 0)
        os.ftruncate(descriptor, WIDTH)

    def _document(self, head: Head, at: datetime, why: str, known: Sequence[str]) -> dict[str, Any]:
        told = {"why": why, "seq": head.seq, "digest": head.digest, "at": moment(at), "known": list(known)}
        return told | {"signature": self.chain.statement(*told.values())}

    def _read(self, text: str) -> Anchor:
        try:
            told = json.loads(text)
            signature = told.pop("signature")
            head = Head(int(told["seq"]), str(told["digest"]))
            at = datetime.fromisoformat(told["at"])
            ours = self.chain.has_said(str(signature), *told.values())
            return Anchor(head, at, str(told["why"]), tuple(told["known"]), is_ours=ours)
        except (ValueError, KeyError, TypeError, AttributeError):
            return Anchor(Head(), datetime.min, "?", is_ours=False)  # noqa: DTZ901 - shown nowhere


def chain_of(settings: Settings) -> Chain:
    """The chain of an installation, with the keys that are in force at this moment."""
    former = chain_keys(settings.data_dir, settings.data_key)
    return Chain.of(key(settings.data_dir, "data", settings.data_key), former)
