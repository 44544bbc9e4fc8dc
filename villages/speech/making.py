"""A talk made into sound by a process of its own, within a bounded time."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from villages.speech.readings import FILE, POLYPHONES
from villages.speech.sentences import sentences, within
from villages.speech.voice import KBPS, PACE, VOICE, VoiceError
from villages.speech.wording import said

PATIENCE_S = 20
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Talk:
    """What is read aloud: worded sentences, and the people named in them."""

    sentences: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The same for what sounds the same."""
        return hashlib.blake2b(f"{_version()}\n{self.as_json()}".encode(), digest_size=20).hexdigest()

    def as_json(self) -> str:
        """For the process that makes the sound."""
        return json.dumps({"sentences": self.sentences, "names": self.names}, ensure_ascii=False)


def talk(text: str, names: Iterable[str] = ()) -> Talk:
    """A written text as a talk of at most about three minutes; only the names that are read then count."""
    taken = tuple(within(sentences(said(text))))
    whole = "".join(taken)
    return Talk(taken, tuple(sorted({name for name in names if name and name in whole})))


def make(talk: Talk, patience_s: float = PATIENCE_S) -> bytes:
    """The MP3 of a talk. Raises VoiceError when it cannot be made, or not in time."""
    # In a session of its own, so that the voice ends with the process that asked it.
    maker = subprocess.Popen(
        [sys.executable, "-m", "villages.speech"], cwd=ROOT, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        sound, problem = maker.communicate(talk.as_json().encode(), timeout=patience_s)
    except subprocess.TimeoutExpired as error:
        os.killpg(maker.pid, signal.SIGKILL)
        maker.communicate()
        raise VoiceError(f"not said within {patience_s} s") from error
    if maker.returncode or not sound:
        raise VoiceError(problem.decode(errors="replace").strip().rpartition("\n")[2] or "nothing was said")
    return sound


@cache
def _version() -> str:
    """What else decides how a talk sounds."""
    readings = hashlib.blake2b(FILE.read_bytes() + POLYPHONES.read_bytes(), digest_size=8).hexdigest()
    return f"{VOICE} {PACE} {KBPS} {readings}"
