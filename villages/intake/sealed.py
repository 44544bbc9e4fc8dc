"""What is kept of people: sealed texts, and keyed digests by which staff find a case by a number or a name."""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from villages.core.keys import derived, key
from villages.core.sealing import Unreadable, seal, unseal

CODE, PHONE, NAME = "receipt code", "phone", "name"


def closed(session: Session, text: str, *, about: str) -> str:
    """A text sealed under the installation's data key."""
    return seal(_key(session), text, about=about) if text else ""


def opened(session: Session, sealed: str, *, about: str) -> str:
    """The text that was sealed; '' where there is none. Raises core.sealing.Unreadable."""
    return unseal(_key(session), sealed, about=about) if sealed else ""


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
    """What finds a phone, a name or a code again and tells nothing of it: HMAC-SHA-256; '' for none."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    if not folded:
        return ""
    return hmac.digest(derived(_key(session), f"villages intake {what} 1"), folded.encode(), "sha256").hex()


def _key(session: Session) -> str:
    settings = session.info["settings"]
    return key(settings.data_dir, "data", settings.data_key)
