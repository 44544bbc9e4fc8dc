"""How a kind is laid out in a spreadsheet: which headings mean what. Pure data, made from a file's [import]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from villages.disclosures.reading import Table

LAYOUTS = ("row_per_item", "rows_of_item")


@dataclass(frozen=True)
class Sheet:
    """row_per_item: each row is an item.

    rows_of_item: rows that follow each other are the rows of one item's field `rows_into` as long as unit, period and
    the cells of other fields are empty or the same as in the first of them.

    `unit` and `period` are the headings of the columns that say whose item it is and of when; `headings` those of
    fields, `columns` those of the columns of `rows_into`. The first of each is what our own templates print.
    """

    layout: str
    rows_into: str
    unit: tuple[str, ...]
    period: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]] = field(hash=False)
    columns: Mapping[str, tuple[str, ...]] = field(hash=False)


def read_sheet(table: Table) -> Sheet:
    """What [import] says; problems are noted in the table."""
    sheet = Sheet(
        layout=table.one_of("layout", LAYOUTS),
        rows_into=table.text("rows_into", blank=True),
        unit=table.texts("unit"),
        period=table.texts("period", blank=True),
        headings=_headings(table.table("headings")),
        columns=_headings(table.table("columns")),
    )
    table.finish()
    return sheet


def _headings(table: Table) -> dict[str, tuple[str, ...]]:
    return {name: table.texts(name) for name in table.left()}
