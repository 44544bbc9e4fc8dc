"""Where a list goes on: the place of the last row that was given, as a text that is only to be handed back. Pure.

A place is a row's own key, so that what is published while somebody reads neither moves nor repeats a row.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any

Place = tuple[str | int, ...]
LONGEST, MOST = 200, 2**31


def cursor_of(*place: str | int | datetime) -> str:
    """The text of a place."""
    plain = [each.isoformat() if isinstance(each, datetime) else each for each in place]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(text: str, *shape: type) -> Place:
    """The place that a text means, of a given shape; raises ValueError for anything that is none of ours."""
    if len(text) > LONGEST:
        raise ValueError(text)
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(text) from error
    if not isinstance(found, list) or len(found) != len(shape):
        raise ValueError(text)
    if not all(_fits(each, wanted) for each, wanted in zip(found, shape, strict=True)):
        raise ValueError(text)
    return tuple(found)


def _fits(each: Any, wanted: type) -> bool:
    if wanted is datetime:
        return isinstance(each, str) and datetime.fromisoformat(each).tzinfo is not None
    return type(each) is wanted and (not isinstance(each, int) or abs(each) < MOST)
