"""What the gate finds in a draft, and in which of its fields: the same for whoever submits it and for its form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from villages.disclosures import blocks, gate
from villages.disclosures.attachments import files_of, seen_by_gate
from villages.disclosures.blocks.files import files_in
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item
from villages.disclosures.queries import kind_named
from villages.disclosures.values import texts_of, values_from_json

BETWEEN = " 至 "


@dataclass(frozen=True)
class Place:
    """A finding and the names of the fields it stands in; `key` names it on a form, and says nothing of the value."""

    finding: gate.Finding
    fields: tuple[str, ...]

    @property
    def is_stop(self) -> bool:
        """Whether it must be masked, or let pass by another person."""
        return self.finding.tier == gate.Tier.STOP

    @property
    def key(self) -> str:
        """The same for the same finding."""
        told = f"{self.finding.where}|{self.finding.what}|{self.finding.masked}|{self.finding.start}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def findings_of(item: Item) -> list[gate.Finding]:
    """Everything the gate finds in a draft and in the files it names. Raises Refusal for a file that is not there."""
    kind = kind_named(item.kind)
    values = values_from_json(kind, item.draft)
    pieces = [gate.Piece(p.where, p.text, exempt=p.public, row=p.row) for p in texts_of(kind, values)]
    inside, questions = seen_by_gate(item, values)
    return [*gate.scan([*pieces, *inside]), *questions]


def places_of(item: Item) -> list[Place]:
    """The findings of a draft, each with its fields."""
    found = findings_of(item)
    if not found:
        return []
    kind = kind_named(item.kind)
    fields = _fields(kind, item, values_from_json(kind, item.draft))
    return [Place(finding, _standing_in(finding.where, fields)) for finding in found]


def _fields(kind: Kind, item: Item, values: Mapping[str, Any]) -> dict[str, str]:
    """The field's name for every place that a finding may name."""
    known: dict[str, str] = {}
    have = files_of(item) if any(True for _ in files_in(values)) else {}
    for field in kind.fields:
        value = values.get(field.name)
        for passage in blocks.texts(value, field):
            known.setdefault(passage.where, field.name)
        for file in files_in(value):
            found = have.get(file)
            wheres = [*(piece[0] for piece in found.pieces), *found.questions] if found else []
            known.update((where, field.name) for where in wheres if where not in known)
    return known


def _standing_in(where: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that a place names: one, or those from one place to another."""
    if where in fields:
        return (fields[where],)
    for at in range(len(where)):
        if where.startswith(BETWEEN, at):
            ends = fields.get(where[:at]), fields.get(where[at + len(BETWEEN) :])
            if all(ends):
                return tuple(dict.fromkeys(name for name in ends if name))
    return ()
