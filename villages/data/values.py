"""The values of fields as programs read them, and the schema of each field type. Pure.

A type that is not named here is given as its plain text, so that a new type needs nothing in this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from villages.disclosures import blocks
from villages.disclosures.blocks.area import PARTS
from villages.disclosures.blocks.steps import COLUMNS as STEP_COLUMNS
from villages.disclosures.blocks.steps import FILES as STEP_FILES
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
DAY = {"type": "string", "format": "date"}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False
    }  # fmt: skip


PLAIN: Mapping[str, Mapping[str, Any]] = {
    "number": NUMBER,
    "date": DAY,
    "yesno": {"type": "boolean"},
    "several": {"type": "array", "items": TEXT},
}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    **PLAIN,
    "money": _object(fen=NUMBER, text=TEXT),
    "area": _object(value={"type": "number"}, unit=TEXT, text=TEXT),
    "days": _object(**{"from": DAY, "to": {"type": ["string", "null"], "format": "date"}}),
    "files": {"type": "array", "items": _object(name=TEXT, sha256=TEXT)},
    "table": {"type": "array", "items": {"type": "array"}},
    "steps": {"type": "array", "items": {"type": "array"}},
}


def is_rows(column: Column) -> bool:
    """Whether a field holds rows."""
    return column.block in ("table", "steps")


def columns_of(field: Column) -> Sequence[Column]:
    """The columns of a field's rows that may be shown at all."""
    found = (*STEP_COLUMNS, STEP_FILES) if field.block == "steps" else field.columns
    return [column for column in found if column.mask != "omit"]


def value_of(value: Any, field: Column) -> Any:
    """A field's value: money in fen with its text, days in ISO 8601, rows as arrays in the order of the columns."""
    if value is None:
        return None
    if is_rows(field):
        return [[value_of(cell, column) for column, cell in cells(row, field)] for row in value]
    if field.block in PLAIN:
        return blocks.to_json(value, field)
    return MADE[field.block](value, field) if field.block in MADE else blocks.show(value, field)


def _days(value: Any, field: Column) -> Any:
    first, last = blocks.to_json(value, field)
    return {"from": first, "to": last}


MADE: Mapping[str, Callable[[Any, Column], Any]] = {
    "money": lambda value, field: {"fen": value, "text": blocks.show(value, field)},
    "area": lambda value, field: {"value": value / PARTS, "unit": field.unit, "text": blocks.show(value, field)},
    "days": _days,
    "files": lambda value, _: [{"name": file.name, "sha256": file.digest} for file in value],
}


def cells(row: Mapping[str, Any], field: Column) -> list[tuple[Column, Any]]:
    """A row's cells by their columns; a step is told by its label."""
    found = [(column, row.get(column.name)) for column in columns_of(field)]
    if field.block == "steps":
        labels = {step.name: step.label for step in field.steps}
        found[0] = (found[0][0], labels.get(row["step"], row["step"]))
    return found


def described(field: Column) -> dict[str, Any]:
    """A field or column in the catalogue."""
    found: dict[str, Any] = {"name": field.name, "label": field.label, "type": field.block}
    if field.unit:
        found["unit"] = field.unit
    if field.choices:
        found["choices"] = list(field.choices)
    if is_rows(field):
        found["columns"] = [described(column) for column in columns_of(field)]
    return found


def fields_of(kind: Kind, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All fields of an item that hold something, in the order of its kind, as objects with value and text."""
    held = [f for f in kind.fields if f.mask != "omit" and values.get(f.name) is not None]
    return [_field(field, values[field.name]) for field in held]


def _field(field: Column, value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "label": field.label, "type": field.block}
    if field.unit:
        found["unit"] = field.unit
    if is_rows(field):
        found["columns"] = [described(column) for column in columns_of(field)]
    else:
        found["text"] = blocks.show(value, field)
    return found | {"value": value_of(value, field)}
