"""table: rows whose columns are fields of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from villages.disclosures import blocks
from villages.disclosures.blocks import Block, BlockError, Passage
from villages.disclosures.fields import Column
from villages.disclosures.gate.findings import Edit

Row = dict[str, Any]
MOST = 20_000


class Table(Block[tuple[Row, ...]]):
    """Takes a sequence of mappings, column name -> text or value; empty rows are left out.

    Columns that must be omitted have no key in a row. Every problem of every row is named, by row and column.
    """

    label = "表格"
    options = frozenset({"columns"})
    cell = False

    def parse(self, given: object, field: Column, /) -> tuple[Row, ...]:
        """The rows. Raises BlockError with a line per problem."""
        rows = filled_rows(given, field)
        problems: list[str] = []
        parsed = tuple(read_row(row, field.columns, f"“{field.label}”第 {at} 行：", problems) for at, row in rows)
        if not problems and field.required and not parsed:
            problems.append(f"“{field.label}”一行也没有，请至少填一行")
        if problems:
            raise BlockError(*problems)
        return parsed

    def show(self, value: tuple[Row, ...], field: Column, /) -> str:
        """A line per row, its cells as 标签：value, parted by ；."""
        return "\n".join(
            "；".join(
                f"{column.label}：{blocks.show(row[column.name], column)}"
                for column in field.columns
                if row.get(column.name) is not None
            )
            for row in value
        )

    def typed(self, value: tuple[Row, ...], field: Column, /) -> list[dict[str, Any]]:
        """A row each, its cells as they are typed."""
        return [row_typed(row, field.columns) for row in value]

    def nothing(self) -> list[dict[str, Any]]:
        """No row."""
        return []

    def to_json(self, value: tuple[Row, ...], field: Column, /) -> list[dict[str, Any]]:
        """A list of objects."""
        return [row_to_json(row, field.columns) for row in value]

    def from_json(self, data: list[dict[str, Any]], field: Column, /) -> tuple[Row, ...]:
        """From a list of objects."""
        return tuple(row_from_json(row, field.columns) for row in data)

    def texts(self, value: tuple[Row, ...], field: Column, /) -> Iterator[Passage]:
        """One passage per cell; those of a row share it, as a number may be split over cells."""
        for at, row in enumerate(value, start=1):
            yield from row_texts(row, field.columns, f"{field.label}第 {at} 行")

    def rewritten(self, value: tuple[Row, ...], field: Column, edits: Iterator[Sequence[Edit]], /) -> tuple[Row, ...]:
        """The rows, each cell written over where it has to be."""
        return tuple(rewritten_row(row, field.columns, edits) for row in value)


def filled_rows(given: object, field: Column) -> list[tuple[int, Mapping[str, object]]]:
    """The rows that hold anything, with their numbers counted from 1. Raises BlockError."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(row, Mapping) for row in given):
        raise BlockError(f"“{field.label}”是表格，请按行填写或从电子表格导入")
    if len(given) > MOST:
        raise BlockError(f"“{field.label}”有 {len(given)} 行，最多 {MOST} 行，请分成几份")
    return [(at, row) for at, row in enumerate(given, start=1) if any(_is_filled(cell) for cell in row.values())]


def _is_filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None and cell != ()


def read_row(row: Mapping[str, object], columns: Sequence[Column], where: str, problems: list[str]) -> Row:
    """One row's values; problems are added to the list."""
    names = [column.name for column in columns]
    problems += [f"{where}没有“{name}”这一列，请删去" for name in row if name not in names]
    values: Row = {}
    for column in columns:
        try:
            value = blocks.parse(row.get(column.name), column)
        except BlockError as error:
            problems += [where + line for line in error.lines]
        else:
            if column.mask != "omit":
                values[column.name] = value
    return values


def row_typed(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    """A row as it stands in a form."""
    return {column.name: blocks.typed(row.get(column.name), column) for column in columns if column.mask != "omit"}


def row_to_json(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    """A row in JSON's types."""
    return {column.name: blocks.to_json(row[column.name], column) for column in columns if column.name in row}


def row_from_json(data: dict[str, Any], columns: Sequence[Column]) -> Row:
    """A row from what row_to_json gave; a column that came later is absent, one that went is left out."""
    return {column.name: blocks.from_json(data[column.name], column) for column in columns if column.name in data}


def row_texts(row: Row, columns: Sequence[Column], where: str) -> Iterator[Passage]:
    """All a privacy scan must see of a row."""
    for column in columns:
        for passage in blocks.texts(row.get(column.name), column):
            yield Passage(f"{where}“{passage.where}”", passage.text, passage.public, where)


def rewritten_row(row: Row, columns: Sequence[Column], edits: Iterator[Sequence[Edit]]) -> Row:
    """A row whose cells are written over; the edits come in the order of row_texts."""
    return row | {
        column.name: blocks.rewritten(row[column.name], column, edits) for column in columns if column.name in row
    }


BLOCK = Table()
