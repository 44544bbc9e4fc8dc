"""An item as staff read it: every field in words, long tables page by page, what differs, what the gate found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from villages.core.refusal import Refusal
from villages.disclosures import blocks, gate
from villages.disclosures.attachments import seen_by_gate
from villages.disclosures.comparing import Change, compared
from villages.disclosures.fields import Column
from villages.disclosures.gate.findings import Finding
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item
from villages.disclosures.queries import kind_named
from villages.disclosures.values import texts_of, values_from_json

A_PAGE = 100


@dataclass(frozen=True)
class Row:
    """One field: a text, or a table with the rows of this page. `findings`: what the gate says of it."""

    name: str
    label: str
    text: str
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    count: int = 0


@dataclass(frozen=True)
class Reading:
    """One item; `pages` of its longest table. `changes` is None where nothing was published before."""

    rows: Sequence[Row]
    page: int
    pages: int
    changes: Sequence[Change] | None
    stops: Sequence[Finding]
    asks: Sequence[Finding]
    problems: Sequence[str]


def read(item: Item, *, page: int = 1) -> Reading:
    """Read an item's draft for staff; `page`, from 1, of its tables."""
    kind = kind_named(item.kind)
    values = values_from_json(kind, item.draft)
    rows = list(_rows(kind, values, page))
    found, problems = _found(item, kind, values)
    pages = max([1, *(-(-row.count // A_PAGE) for row in rows)])
    changes = None
    if item.edition is not None:
        changes = compared(kind, values_from_json(kind, item.edition.content), values)
    stops = [each for each in found if each.tier == gate.Tier.STOP]
    return Reading(rows, page, pages, changes, stops, [each for each in found if each not in stops], problems)


def _rows(kind: Kind, values: Mapping[str, Any], page: int) -> Iterator[Row]:
    for field in kind.fields:
        value = values.get(field.name)
        columns: Sequence[Column] = blocks.blocks()[field.block].columns(field)
        if columns and value:
            start = (page - 1) * A_PAGE
            cells = [[blocks.show(row.get(c.name), c) for c in columns] for row in value[start : start + A_PAGE]]
            yield Row(field.name, field.label, "", [c.label for c in columns], cells, len(value))
        else:
            yield Row(field.name, field.label, blocks.show(value, field))


def _found(item: Item, kind: Kind, values: dict[str, Any]) -> tuple[list[Finding], Sequence[str]]:
    pieces = [gate.Piece(p.where, p.text, exempt=p.public, row=p.row) for p in texts_of(kind, values)]
    try:
        inside, questions = seen_by_gate(item, values)
    except Refusal as refusal:
        return gate.scan(pieces), refusal.lines
    return [*gate.scan([*pieces, *inside]), *questions], ()
