"""What is kept of people: sealed texts, and keyed digests by which staff find a case by a number or a name."""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from villages.core.keys import data_keys, derived
from villages.core.sealing import Unreadable, key_of, seal, unseal

PHONE, NAME, TOKEN, GUESS, PASS = "phone", "name", "form token", "guess", "pass"
STAGED, FLOOD = "staged", "flood"
_RING = "villages.intake ring"


def closed(session: Session, text: str, *, about: str) -> str:
    """A text sealed under the installation's data key; '' for none."""
    return seal(keys(session)[0], text, about=about) if text else ""


def opened(session: Session, sealed: str, *, about: str) -> str:
    """The text that was sealed, by whichever of our keys; '' where there is none. Raises core.sealing.Unreadable."""
    return unseal(key_of(keys(session), sealed), sealed, about=about) if sealed else ""


def closed_values(session: Session, values: Mapping[str, Any], *, about: str) -> str:
    """Values by their names, sealed as one."""
    return closed(session, json.dumps(values, ensure_ascii=False, sort_keys=True), about=about)


def opened_values(session: Session, sealed: str, *, about: str) -> dict[str, Any]:
    """The values that were sealed; none where they were forgotten."""
    found = opened(session, sealed, about=about)
    values = json.loads(found) if found else {}
    if not isinstance(values, dict):
        raise Unreadable
    return values


def digest(session: Session, what: str, text: str) -> str:
    """What finds a phone or a name again and tells nothing of it: HMAC-SHA-256 in hex; '' for none.

    A form's token is random: it needs no key, and its digest outlives ours.
    """
    folded = _folded(text)
    return _digest("" if what == TOKEN else keys(session)[0], what, folded) if folded else ""


def digests(session: Session, what: str, text: str) -> list[str]:
    """The digests of a text by every key that is in force: while keys are replaced, either may stand in a row."""
    folded = _folded(text)
    return [_digest(key, what, folded) for key in keys(session)] if folded else []


def keys(session: Session) -> tuple[str, ...]:
    """The data keys, read once a session: the first seals, all of them open."""
    found: tuple[str, ...] | None = session.info.get(_RING)
    if found is None:
        settings = session.info["settings"]
        found = session.info[_RING] = data_keys(settings.data_dir, settings.data_key)
    return found


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()


def _digest(key: str, what: str, folded: str) -> str:
    return hmac.digest(derived(key, f"villages intake {what} 1"), folded.encode(), "sha256").hex()
