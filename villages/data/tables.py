"""What stands in a table to download: its headings, and rows of typed cells. Pure but for the rows handed in.

A cell is a text, a whole number, a Decimal (yuan, or an area in its unit), a day, or None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from villages.core.clock import day_of
from villages.core.sheets import Cell
from villages.data.documents import Address
from villages.data.queries import Row
from villages.data.values import cells, columns_of, is_rows
from villages.disclosures import blocks
from villages.disclosures.blocks.area import PARTS
from villages.disclosures.blocks.money import FEN
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import label_of, period_told
from villages.disclosures.values import values_from_json

NO_ROWS: tuple[Mapping[str, Any], ...] = ({},)
ABOUT = (
    "事项编号",
    "公开单位",
    "单位代码",
    "乡镇",
    "村（社区）",
    "区划代码",
    "期间",
    "公开日期",
    "版本",
    "示例",
    "网址",
)


def headings(kind: Kind) -> list[str]:
    """The headings of a kind's table: about the item, its fields, then the columns of its rows where it has rows."""
    fields, rows = _parted(kind)
    found = [*ABOUT, *map(_heading, fields)]
    if rows is not None:
        found += (f"{rows.label}·{_heading(column)}" for column in columns_of(rows))
    return _apart(found)


def _apart(found: list[str]) -> list[str]:
    """Headings of which none is there twice: a later one of the same words says that it is from the content."""
    return [f"{each}（内容）" if each in found[:at] else each for at, each in enumerate(found)]


def table_of(kind: Kind, found: Iterable[Row], address: Address) -> Iterator[list[Cell]]:
    """One row per item, or one per row of the items' table."""
    fields, rows = _parted(kind)
    for item, edition in found:
        values = values_from_json(kind, edition.content)
        about = [*_about(kind, item, edition, address), *(cell(values.get(field.name), field) for field in fields)]
        if rows is None:
            yield about
            continue
        for row in values.get(rows.name) or NO_ROWS:
            yield about + [cell(value, column) for column, value in _cells(row, rows)]


def item_headings(field: Column) -> list[str]:
    """The headings of one item's table."""
    return [_heading(column) for column in columns_of(field)]


def item_table(field: Column, value: Sequence[Mapping[str, Any]]) -> Iterator[list[Cell]]:
    """The rows of one item's table."""
    for row in value:
        yield [cell(each, column) for column, each in _cells(row, field)]


def cell(value: Any, field: Column) -> Cell:
    """A value as a cell; what a spreadsheet can count with is a number or a day, all else is its text."""
    if value is None:
        return None
    if field.block == "money":
        return Decimal(value) / FEN
    if field.block == "area":
        return Decimal(value) / PARTS
    if field.block == "number" and isinstance(value, int):
        return value
    if field.block == "date" and isinstance(value, date):
        return value
    return blocks.show(value, field)


def _parted(kind: Kind) -> tuple[list[Column], Column | None]:
    """The fields of a row, and the one whose rows are the table's."""
    shown = [field for field in kind.fields if field.mask != "omit"]
    rows = next((f for f in shown if f.name == kind.sheet.rows_into and is_rows(f)), None)
    return [field for field in shown if field is not rows], rows


def _cells(row: Mapping[str, Any], field: Column) -> list[tuple[Column, Any]]:
    return cells(row, field) if row else [(column, None) for column in columns_of(field)]


def _heading(field: Column) -> str:
    unit = "元" if field.block == "money" else field.unit
    return f"{field.label}（{unit}）" if unit else field.label


def _about(kind: Kind, item: Item, edition: Edition, address: Address) -> list[Cell]:
    unit, at = item.unit, item.published_at or edition.published_at
    is_village = unit.level == "village"
    township = unit.name_above("township") if is_village else unit.name if unit.level == "township" else ""
    return [
        item.id, item.publisher.name, item.publisher.code, township, unit.name if is_village else "",
        unit.division_code, label_of(period_told(kind, item)), day_of(at), edition.number,
        "示例" if item.is_sample else "", address("portal.item", item_id=item.id),
    ]  # fmt: skip
