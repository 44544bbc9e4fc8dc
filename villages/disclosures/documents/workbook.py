"""The text of a workbook (.xlsx): every cell of every sheet, hidden ones too, and what lies outside cells. Pure."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from villages.core.refusal import Refusal
from villages.disclosures.documents.parts import Parts, short
from villages.disclosures.gate.findings import Piece

MOST_CELLS = 2_000_000
# Where a workbook keeps text outside its cells: comments, shapes, charts, pivot caches, strings no longer used.
_OUTSIDE = (
    "xl/comments", "xl/threadedComments", "xl/drawings", "xl/charts", "xl/pivotCache", "xl/sharedStrings",
    "xl/externalLinks", "xl/worksheets/_rels", "xl/persons", "xl/queryTables", "xl/connections", "docProps/",
)  # fmt: skip
_ENDS = {"si", "comment", "p", "c", "pt", "x"}
_NOTED = ("descr", "title", "Target", "v", "name", "author", "displayName")


def read_workbook(data: bytes, parts: Parts) -> list[Piece]:
    """The pieces of a workbook, a cell each; raises Refusal for a damaged or too large file."""
    outside = list(_outside(parts))
    for part in parts.xml_names("xl/worksheets/", "xl/workbook"):
        parts.parse(part, lambda *_: None, lambda _: None, lambda _: None)  # refuses entities before openpyxl reads
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library cannot keep is of no concern when reading
            cells = [piece for values in (True, False) for piece in _cells(data, parts, values=values)]
    except Refusal:
        raise
    except Exception as error:  # the library raises many kinds for a damaged workbook
        raise parts.damaged() from error
    seen = {piece.text for piece in cells}
    return cells + [piece for piece in outside if piece.text not in seen]


def _cells(data: bytes, parts: Parts, *, values: bool) -> Iterator[Piece]:
    """The cells: what they show, or (`values` off) only the formulas behind them."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load

    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=values)
    if not workbook.worksheets:
        raise parts.damaged()
    count = 0
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            count += len(row)
            if count > MOST_CELLS:
                raise Refusal(f"附件 {parts.name} 超过 {MOST_CELLS} 个单元格，无法检查，请拆成几个文件")
            for column, cell in enumerate(row, start=1):
                text = _text(cell) if values else _formula(cell)
                if text:
                    yield Piece(f"工作表“{sheet.title}”第{number}行第{column}列", text, row=f"{sheet.title}:{number}")
        if values:
            yield Piece("工作表名称", sheet.title, row=f"{sheet.title}:title")


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(Decimal(repr(value)))  # Excel keeps every number as a float; the digits it lost are zeros
    return "" if value is None else str(value)


def _formula(cell: Any) -> str:
    return str(cell.value) if cell.data_type == "f" and cell.value is not None else ""


class _Outside:
    """Gathers the text of one part that is not a sheet's cells; of a sheet, its header and footer."""

    def __init__(self, name: str) -> None:
        self.name, self.is_sheet = name, name.startswith("xl/worksheets/sheet")
        self.is_open = not self.is_sheet
        self.text: list[str] = []

    def start(self, tag: str, given: dict[str, str]) -> None:
        if self.is_sheet:
            self.is_open |= tag == "headerFooter"
        else:
            self.text += [f"{given[key]}\x00" for key in _NOTED if len(given.get(key, "")) > 4]  # noqa: PLR2004

    def characters(self, text: str) -> None:
        if self.is_open:
            self.text.append(text)

    def end(self, tag: str) -> None:
        # The runs of one string belong together; items, comments and paragraphs do not.
        if tag in _ENDS or self.name.startswith("docProps/"):
            self.text.append("\x00")
        if self.is_sheet and tag == "headerFooter":
            self.is_open = False


def _outside(parts: Parts) -> Iterator[Piece]:
    for name in parts.xml_names(*_OUTSIDE, "xl/worksheets/sheet"):
        reader = _Outside(name)
        parts.parse(name, reader.start, reader.characters, reader.end)
        for at, text in enumerate("".join(reader.text).split("\x00")):
            if text.strip():
                yield Piece(f"{short(name)}（单元格以外）", text, row=f"{name}:{at}")
