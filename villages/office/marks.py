"""What commands leave in the data folder, to be looked at later: when they ran last, and what slow questions found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from villages.core.clock import now

LAST_BACKUP, LAST_RUN, LAST_CHECK = "last-backup", "last-run-due", "last-check.json"
RENEWED = timedelta(hours=1)


@dataclass(frozen=True)
class Kept:
    """What slow questions found, by their keys, and when; `at` is None where they were never asked."""

    at: datetime | None = None
    answers: Mapping[str, list[str]] = field(default_factory=dict)


def note(folder: Path, name: str, at: datetime) -> None:
    """Remember that something was done at a moment."""
    _write(folder / name, at.isoformat())


def moment(folder: Path, name: str) -> datetime | None:
    """When something was done last; None where that is not known. A moment that is yet to come counts as now."""
    try:
        return min(datetime.fromisoformat((folder / name).read_text(encoding="ascii").strip()), now())
    except (OSError, ValueError, TypeError):
        return None


def keep(folder: Path, answers: Mapping[str, list[str]], at: datetime) -> None:
    """Remember what slow questions found."""
    _write(folder / LAST_CHECK, json.dumps({"at": at.isoformat(), "answers": answers}, ensure_ascii=True))


def kept(folder: Path) -> Kept:
    """What slow questions found last."""
    try:
        found = json.loads((folder / LAST_CHECK).read_text(encoding="ascii"))
        return Kept(datetime.fromisoformat(found["at"]), found["answers"])
    except (OSError, ValueError, TypeError, KeyError):
        return Kept()


def is_old(folder: Path, at: datetime) -> bool:
    """Whether it is time to ask the slow questions again."""
    last = kept(folder).at
    return last is None or not last <= at < last + RENEWED


def _write(path: Path, text: str) -> None:
    """Whole or not at all, as somebody may be reading."""
    draft = path.with_name(f".{path.name}.draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    draft.replace(path)
