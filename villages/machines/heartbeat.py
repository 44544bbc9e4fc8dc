"""What a machine tells of itself once a minute, held to what is possible: it comes from outside. Pure.

A heartbeat is never refused: what is impossible in it is left out, since a machine that is heard is worth more than one
that is right in everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from villages.machines.words import error_of

LONGEST_UP = 10 * 366 * 86_400
MOST = 1_000_000
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,19}", re.ASCII)
SCREEN = re.compile(r"[1-9]\d{2,3}x[1-9]\d{2,3}", re.ASCII)


@dataclass(frozen=True)
class Heartbeat:
    """One heartbeat. '' and None: not told.

    `version` of the program; `up_seconds` since the screen was started; `content_at`: from when the content is that it
    shows, by the server's clock; `screen`: 1080x1920; `touched_at`: when somebody touched it last; `printed`
    pages and `errors`: how many since it was started; `last_error`: a word of ERRORS.
    """

    version: str = ""
    up_seconds: int = 0
    content_at: datetime | None = None
    screen: str = ""
    touched_at: datetime | None = None
    printed: int = 0
    errors: int = 0
    last_error: str = ""


def read_heartbeat(given: Mapping[str, Any], *, at: datetime) -> Heartbeat:
    """A heartbeat from what a machine sent (JSON or a form), heard at a moment.

    Names as in Heartbeat, but for `touched_seconds`: how long ago, as the machine's clock may be a year wrong. What is
    missing or impossible is as if not told; what lies in the future is taken for now.
    """
    ago = _whole(given.get("touched_seconds"), LONGEST_UP, missing=-1)
    return Heartbeat(
        version=_matching(VERSION, given.get("version")),
        up_seconds=_whole(given.get("up_seconds"), LONGEST_UP),
        content_at=_moment(given.get("content_at"), at),
        screen=screen_size(given.get("screen")),
        touched_at=at - timedelta(seconds=ago) if ago >= 0 else None,
        printed=_whole(given.get("printed"), MOST),
        errors=_whole(given.get("errors"), MOST),
        last_error=error_of(given.get("last_error")),
    )


def screen_size(text: object) -> str:
    """Width and height of a screen in pixels, 1080x1920; '' for anything else."""
    return _matching(SCREEN, text)


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _whole(value: object, most: int, *, missing: int = 0) -> int:
    """A whole number from 0 to `most`; `missing` for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(most)):
        value = int(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:  # the last refuses nan too
        return missing
    return int(min(value, most))


def _moment(value: object, at: datetime) -> datetime | None:
    """A moment written as ISO 8601 with its zone, not after `at`."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return min(moment, at) if moment is not None and moment.tzinfo is not None else None
