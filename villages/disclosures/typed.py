"""What stands in a form: texts by field, from values or as posted, and what is wrong with them, by place. Pure.

A field's place is its name; that of a cell is `lines.2.day`, rows counted from 0. What a type shows in a form is its
`typed`: a text; a list of words (several), of files, or of rows (table, and steps with a row for each step).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from villages.core.spreadsheet import FORMULA
from villages.disclosures import blocks
from villages.disclosures.blocks.steps import COLUMNS as STEP_COLUMNS
from villages.disclosures.blocks.steps import FILES as STEP_FILES
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.disclosures.masks import masked

Typed = dict[str, Any]
Problems = dict[str, list[str]]
PREFIX = "v."
MOST_ROWS = 2_000
# Of longer tables a form shows none: they are replaced from a spreadsheet, whole.
MOST_SHOWN = 300
_LISTED = ("several", "files")


def typed_of(kind: Kind, values: Mapping[str, Any]) -> Typed:
    """What a form shows of values."""
    return {field.name: blocks.typed(values.get(field.name), field) for field in shown_fields(kind)}


def shown_fields(kind: Kind) -> list[Column]:
    """The fields that a form has; what may not be kept is not asked for."""
    return [field for field in kind.fields if field.mask != "omit"]


def columns_of(field: Column) -> tuple[Column, ...]:
    """The columns of a field that has rows, as a form shows them."""
    columns = STEP_COLUMNS if field.block == "steps" else field.columns
    return tuple(column for column in columns if column.mask != "omit")


def posted(kind: Kind, form: Mapping[str, Sequence[str]], kept: Mapping[str, Any]) -> Typed:
    """What a browser posted, every name with its values; names that the kind does not know are passed over.

    `kept`: what stood there before, for the tables that are too long to be shown.
    """
    return {field.name: _posted(field, PREFIX + field.name, form, kept) for field in shown_fields(kind)}


def _posted(field: Column, name: str, form: Mapping[str, Sequence[str]], kept: Mapping[str, Any]) -> Any:
    if field.block == "several":
        return list(form.get(name, ()))
    if field.block == "files":
        pairs = zip(form.get(f"{name}.digest", ()), form.get(f"{name}.name", ()), strict=False)
        return [{"digest": digest, "name": file} for digest, file in pairs]
    if field.block not in ("table", "steps"):
        return next(iter(form.get(name, ())), "")
    if f"{name}.kept" in form:
        return kept.get(field.name) or []
    count = len(field.steps) if field.block == "steps" else _count(name, form)
    return [_row(field, f"{name}.{at}", form, at) for at in range(count)]


def _count(name: str, form: Mapping[str, Sequence[str]]) -> int:
    shape = re.compile(re.escape(name) + r"\.(\d{1,5})\.")
    numbers = [int(found[1]) for key in form if (found := shape.match(key))]
    return min(max(numbers, default=-1) + 1, MOST_ROWS)


def _row(field: Column, name: str, form: Mapping[str, Sequence[str]], at: int) -> Typed:
    row = {column.name: _posted(column, f"{name}.{column.name}", form, {}) for column in columns_of(field)}
    if field.block == "steps":
        row["step"] = field.steps[at].name
        row[STEP_FILES.name] = _posted(STEP_FILES, f"{name}.{STEP_FILES.name}", form, {})
    return row


def given(kind: Kind, typed: Mapping[str, Any]) -> dict[str, object]:
    """What read_values takes: a step that was not filled in is an empty row."""
    return {field.name: _given(field, typed.get(field.name)) for field in shown_fields(kind)}


def _given(field: Column, value: Any) -> Any:
    if field.block == "steps":
        return [row if _is_filled(row, but="step") else {} for row in value or []]
    return value


def _is_filled(row: Mapping[str, Any], but: str = "") -> bool:
    return any(value.strip() if isinstance(value, str) else value for name, value in row.items() if name != but)


def problems_of(kind: Kind, typed: Mapping[str, Any]) -> Problems:
    """What is wrong, by place; a table whose cells are each right may still be wrong as a whole."""
    found: Problems = {}
    for field in shown_fields(kind):
        value = _given(field, typed.get(field.name))
        if field.block in ("table", "steps"):
            _look_into_rows(field, value or [], found)
        if not any(place.startswith(f"{field.name}.") for place in found):
            _look(field, value, field.name, found)
    return found


def _look_into_rows(field: Column, rows: Sequence[Mapping[str, Any]], found: Problems) -> None:
    for at, row in enumerate(rows):
        if _is_filled(row):
            for column in columns_of(field):
                _look(column, row.get(column.name), f"{field.name}.{at}.{column.name}", found)


def _look(field: Column, value: Any, place: str, found: Problems) -> None:
    try:
        blocks.parse(value, field)
    except blocks.BlockError as error:
        found[place] = list(error.lines)


def hushed(kind: Kind, typed: Mapping[str, Any]) -> Typed:
    """What may be kept of it: behind a field's mask nothing is ever stored, not even unfinished."""
    return {field.name: _hushed(field, typed.get(field.name)) for field in shown_fields(kind)}


def _hushed(field: Column, value: Any) -> Any:
    if field.block == "table":
        columns = columns_of(field)
        return [{column.name: _hushed(column, row.get(column.name, "")) for column in columns} for row in value]
    if isinstance(value, str):
        value = value.replace("\x00", "")
        return masked(value, field.mask) if value.strip() and field.mask != "none" else value
    return value


def tidied(text: str, field: Column) -> Any:
    """A cell of a spreadsheet as it would stand in the form: as its type writes it, or as it is where it is wrong."""
    if text == FORMULA:
        return ""
    try:
        return blocks.typed(blocks.parse(text, field) if text else None, field)
    except blocks.BlockError:
        return text if field.block not in _LISTED else []


def files_at(typed: Typed, place: str) -> list[dict[str, str]] | None:
    """The list of files at a place, `attachments` or `steps.1`; None where there can be none."""
    name, _, at = place.partition(".")
    value = typed.get(name)
    if not isinstance(value, list):
        return None
    if not at:
        return value if all("digest" in each for each in value) else None
    row = value[int(at)] if at.isascii() and at.isdigit() and int(at) < len(value) else {}
    found = row.get(STEP_FILES.name)
    return found if isinstance(found, list) else None


def file_places(kind: Kind) -> Iterator[str]:
    """Every place of a form where files may be put."""
    for field in shown_fields(kind):
        if field.block == "files":
            yield field.name
        elif field.block == "steps":
            yield from (f"{field.name}.{at}" for at in range(len(field.steps)))
