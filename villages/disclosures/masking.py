"""Masking a draft by one act: every number that the gate stops is written over, in its own field and cell."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.refusal import Refusal
from villages.disclosures import blocks, gate
from villages.disclosures.actions import note, store, take
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item
from villages.disclosures.queries import kind_named
from villages.disclosures.values import texts_of, values_from_json

# What was masked may stand beside what was not seen as a number before; each round leaves less.
MOST_ROUNDS = 5


def mask(session: Session, item: Item, *, by: Staff, at: datetime, only: Collection[str] = ()) -> list[gate.Finding]:
    """Mask what the gate stops in a draft, or in some of its fields; returns what there was, without the values.

    Raises Refusal where a number stands in a cell that can hold no mask and must be filled.
    """
    take(item, "mask", by=by)
    kind = kind_named(item.kind)
    values, found = masked_values(kind, values_from_json(kind, item.draft), only)
    if found:
        store(item, kind, values)
        note(session, item, "mask", by=by, at=at, text=f"打码 {len(found)} 处")
    return found


def masked_values(
    kind: Kind, values: dict[str, Any], only: Collection[str] = ()
) -> tuple[dict[str, Any], list[gate.Finding]]:
    """The values with every stop masked, of some fields alone where they are given, and the stops.

    Raises Refusal with a line for each that can not be.
    """
    if only:
        part, found = masked_values(_part(kind, only), {name: values[name] for name in values if name in only})
        return values | part, found
    found = []
    for _ in range(MOST_ROUNDS):
        pieces = [gate.Piece(p.where, p.text, exempt=p.public, row=p.row) for p in texts_of(kind, values)]
        stops = [finding for finding in gate.scan(pieces) if finding.tier == gate.Tier.STOP]
        if not stops:
            return values, found
        found += stops
        values = _rewritten(kind, values, iter(gate.edits_of(pieces)))
    raise Refusal(*(f"{stop.where}：{stop.what}没有打成码，请手工改正" for stop in stops))


def _part(kind: Kind, only: Collection[str]) -> Kind:
    return replace(kind, fields=tuple(field for field in kind.fields if field.name in only))


def _rewritten(kind: Kind, values: dict[str, Any], edits: Iterator[list[gate.Edit]]) -> dict[str, Any]:
    changed = {}
    for field in kind.fields:
        try:
            changed[field.name] = blocks.rewritten(values.get(field.name), field, edits)
        except blocks.BlockError as error:
            raise Refusal(*error.lines) from error
    return {name: changed[name] for name in values}
