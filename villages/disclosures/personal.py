"""What the audit is told when somebody of the staff sees an item that is about particular people."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy.orm import Session

from villages.audit.actions import record_reading
from villages.audit.models import Actor
from villages.disclosures.models import Item
from villages.disclosures.queries import kind_named


class Told(TypedDict):
    """What is read, in words, and of how many people."""

    what: str
    count: int


def told_of(item: Item) -> Told | None:
    """What there is to tell: as many people as the longest table of the draft has rows, at least 1.

    None where an item is not about particular people.
    """
    kind = kind_named(item.kind)
    rows = (len(value) for value in item.draft.values() if isinstance(value, list))
    return Told(what=kind.label, count=max([1, *rows])) if kind.is_personal else None


def note_read(session: Session, item: Item, *, by: Actor, at: datetime) -> None:
    """Note in the audit that somebody reads an item, where it is about particular people."""
    if told := told_of(item):
        record_reading(session, f"item:{item.id}", by=by, at=at, **told)
