"""Two people at one item: a change is never saved over somebody else's that its writer has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from villages.core.clock import moment_text
from villages.disclosures.admin.sheet import Sheet
from villages.disclosures.fields import Column
from villages.disclosures.models import Item
from villages.disclosures.typed import shown_fields, typed_of
from villages.disclosures.unfinished import version_of
from villages.disclosures.values import values_from_json
from villages.disclosures.workflow import VERBS

LONGEST = 2_000


class Conflict(Exception):  # noqa: N818 - nobody's error
    """Somebody changed the item after this form was opened."""


@dataclass(frozen=True)
class Difference:
    """A field in which what is saved now is not what stands in the form."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Changed:
    """Who did what since the form was opened, and where that differs from the form; `version` is the one now."""

    who: str
    version: int
    fields: tuple[Difference, ...]


def refuse_changed(session: Session, item: Item, sheet: Sheet) -> None:
    """Raise Conflict when the item is not the one that the form was opened with. The item is locked."""
    if version_of(session, item) != sheet.base:
        raise Conflict


def differences(session: Session, sheet: Sheet) -> Changed | None:
    """What somebody changed since the form was opened; None where nobody did."""
    item = sheet.item
    if item is None or version_of(session, item) == sheet.base:
        return None
    session.refresh(item)
    session.refresh(item, ["steps"])
    last = item.steps[-1]
    told = f"{last.staff.name if last.staff else '系统'}在{moment_text(last.at)}做了“{VERBS[last.verb]}”"
    saved = typed_of(sheet.kind, values_from_json(sheet.kind, item.draft))
    fields = tuple(
        Difference(field.label, _told(saved[field.name], field), _told(sheet.typed[field.name], field))
        for field in shown_fields(sheet.kind)
        if saved[field.name] != sheet.typed[field.name]
    )
    return Changed(told, last.id, tuple(each for each in fields if each.theirs != each.mine))


def _told(value: Any, field: Column) -> str:
    """What stands in a field, in words for people."""
    if isinstance(value, str):
        return " ".join(value.split())[:LONGEST]
    if field.block in ("table", "steps"):
        rows = ["，".join(str(cell) for cell in row.values() if isinstance(cell, str) and cell) for row in value]
        return "\n".join(row for row in rows if row)[:LONGEST]
    return "、".join(each["name"] if isinstance(each, dict) else str(each) for each in value)[:LONGEST]
