"""Where an item leads on: to others of its kind, up to its policy, down to projects, payments and its batch.

Each way on is a question by the very name of the programme, answered when it is asked: a page that is kept can not
promise a policy that was withdrawn since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from villages.disclosures.facet_queries import belonging
from villages.disclosures.facet_values import facets_of
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item
from villages.portal.browsing import LONGEST_CHOICE
from villages.portal.shelves import BATCH, PROGRAMME, Column, Oversight


@dataclass(frozen=True)
class Way:
    """A link: what it says, and the page with its values."""

    text: str
    endpoint: str
    values: Mapping[str, str]


def named(session: Session, item: Item, today: date) -> list[Way]:
    """What an item and others call each other by name: a policy and its interpretations."""
    found = belonging(session, item.id, today)
    return [
        Way(f"{'解读' if refers else '原文件'}：{_short(title)}", "portal.item", {"item_id": str(item_id)})
        for item_id, _, title, refers in found
    ]


def related(kind: Kind, content: Mapping[str, Any], told_by: Oversight) -> list[Way]:
    """The ways on from an item's public content, in JSON's types."""
    ways = []
    told = dict(reversed(facets_of(kind, "", content, None)))
    for column in told_by.columns:
        if column.shelf is not None and kind in column.shelf.kinds:
            ways += _along(column, kind, told, told_by)
    if kind.filters:
        ways.append(Way(f"全县的{kind.label}", "lists.browse", {"key": kind.key}))
    return ways


def _along(column: Column, kind: Kind, told: Mapping[str, str], told_by: Oversight) -> list[Way]:
    """The same programme in the columns that belong to an item's own, and its batch everywhere."""
    programme, batch = (_value(column, name, kind, told) for name in (PROGRAMME, BATCH))
    ways = []
    if programme and batch:
        values = {"key": column.key, PROGRAMME: programme, BATCH: batch}
        ways.append(Way(f"同一批的名单：{_short(batch)}", "lists.column", values))
    for key in column.see if programme else ():
        other = told_by.column(key)
        if other is not None and other.shelf is not None and other.shelf.filter(PROGRAMME):
            ways.append(Way(f"{other.title}：{_short(programme)}", "lists.column", {"key": key, PROGRAMME: programme}))
    return ways


def _value(column: Column, name: str, kind: Kind, told: Mapping[str, str]) -> str:
    each = column.shelf.filter(name) if column.shelf else None
    return told.get(each.of.get(kind.key, ""), "") if each else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CHOICE else text[: LONGEST_CHOICE - 1] + "…"
