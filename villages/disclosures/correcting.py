"""Verbs of a correction beyond its beginning: giving it up, and going back to an earlier edition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.refusal import Refusal, needed
from villages.disclosures.actions import note, store, take
from villages.disclosures.models import Edition, Item
from villages.disclosures.queries import kind_named
from villages.disclosures.values import read_values, values_from_json


def discard(session: Session, item: Item, *, by: Staff, at: datetime) -> None:
    """Give a correction up: the draft is again what the public sees, and nothing changed for the public."""
    to = take(item, "discard", by=by)
    public = edition_numbered(item, len(item.editions))
    item.state, item.step, item.draft = to, 0, public.content
    note(session, item, "discard", by=by, at=at)


def restore_edition(session: Session, item: Item, number: int, *, public_note: str, by: Staff, at: datetime) -> None:
    """Begin a correction whose draft is an earlier edition's content; it is reviewed and published like any other."""
    to, text = take(item, "restore_edition", by=by), needed(public_note, "更正说明")
    if number == len(item.editions):
        raise Refusal(f"第 {number} 版就是现在公开的，不用恢复")
    kind, edition = kind_named(item.kind), edition_numbered(item, number)
    # The kind may ask for more today than it did then.
    values = read_values(kind, values_from_json(kind, edition.content))
    item.state, item.step = to, 0
    store(item, kind, values)
    note(session, item, "restore_edition", by=by, at=at, text=text)
    note(session, item, "write", by=by, at=at, text=f"用的是第 {number} 版")


def edition_numbered(item: Item, number: int) -> Edition:
    """An item's edition; raises Refusal that says which there are."""
    found = next((edition for edition in item.editions if edition.number == number), None)
    if found is None:
        has = f"只有第 1 版到第 {len(item.editions)} 版" if item.editions else "还没有发布过"
        raise Refusal(f"没有第 {number} 版，编号 {item.id} {has}，请核对")
    return found
