"""An item's values as its kind demands them: reading, showing, storing, and what a privacy scan must see. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from villages.core.refusal import Refusal
from villages.disclosures import blocks
from villages.disclosures.blocks.table import read_row, row_from_json, row_to_json
from villages.disclosures.kind import Kind


def read_values(kind: Kind, given: Mapping[str, object]) -> dict[str, Any]:
    """The values of all fields by name, from texts or values. Raises Refusal with a line for every problem."""
    problems: list[str] = []
    values = read_row(given, kind.fields, "", problems)
    if problems:
        raise Refusal(*problems)
    return values


def values_to_json(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in JSON's types."""
    return row_to_json(dict(values), kind.fields)


def values_from_json(kind: Kind, data: dict[str, Any]) -> dict[str, Any]:
    """The values that values_to_json was given; of fields that the kind has now."""
    return row_from_json(data, kind.fields)


def refuse_incomplete(kind: Kind, data: dict[str, Any]) -> None:
    """Raise Refusal for stored values that lack something: a draft made for many villages may."""
    read_values(kind, values_from_json(kind, data))


def title_of(kind: Kind, values: Mapping[str, Any]) -> str:
    """An item's title: its title field's text, or the kind's label."""
    return (values.get(kind.short.title) if kind.short.title else None) or kind.label


def summary_of(kind: Kind, values: Mapping[str, Any]) -> str:
    """An item in one line: 标签 value, parted by ，."""
    shown = ((field, blocks.show(values.get(field.name), field)) for field in map(kind.field, kind.short.fields))
    return "，".join(f"{field.label} {' '.join(text.split())}" for field, text in shown if text)


def texts_of(kind: Kind, values: Mapping[str, Any]) -> Iterator[blocks.Passage]:
    """Everything that a privacy scan must see."""
    for field in kind.fields:
        yield from blocks.texts(values.get(field.name), field)
