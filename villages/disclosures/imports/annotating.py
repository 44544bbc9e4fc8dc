"""A workbook given back with what is wrong in it: at the cells, and in a column of its own that an import passes over.

It holds no formula and no link to other files: cells have the values that were computed last, texts that could be taken
for formulas are marked as texts. Of a CSV file, and of what is too large to keep its looks, the texts alone are given.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from villages.core.spreadsheet import FORMULA, Sheet
from villages.disclosures.drafts import Problem
from villages.disclosures.kind import Kind
from villages.disclosures.layout import MARKED, find_heads

AUTHOR = "导入检查"
RED, PALE = "FF9C0006", "FFFFC7CE"
MOST_MARKED = 5_000
MOST_CELLS = 500_000
WIDTH = 60
# What a program may take for a formula when somebody edits the cell.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
Marks = Mapping[str, Sequence[Problem]]


def annotated(data: bytes, sheets: Sequence[Sheet], kind: Kind, problems: Sequence[Problem]) -> bytes | None:
    """The workbook of a file with its problems marked, as XLSX; None where none of them has a place."""
    marks: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems[:MOST_MARKED]:
        if problem.sheet:
            marks[problem.sheet].append(problem)
    if not marks:
        return None
    is_small = sum(len(row.cells) for sheet in sheets for row in sheet.rows) <= MOST_CELLS
    keeps = data.startswith(b"PK") and is_small and _merged_area(data) <= MOST_CELLS
    book = _as_it_was(data) if keeps else _texts_of(sheets)
    pages = {str(page.title).strip(): page for page in book.worksheets}
    for sheet in sheets:
        _clean(pages[sheet.name])
        _mark(pages[sheet.name], sheet, kind, marks.get(sheet.name, ()))
    first = next(at for at, page in enumerate(book.worksheets) if marks.get(str(page.title).strip()))
    book.active = first
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _as_it_was(data: bytes) -> Any:
    """The workbook itself, with values in place of formulas and nothing that leads out of it."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library cannot keep is of no use here
        book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    for name in list(book.defined_names):
        del book.defined_names[name]
    for page in book.worksheets:
        page.conditional_formatting = type(page.conditional_formatting)()
        page.data_validations.dataValidation = []
        for row in page.iter_rows():
            for cell in row:
                if getattr(cell, "hyperlink", None) is not None:
                    cell.hyperlink = None
                if isinstance(cell.value, str) and cell.value.startswith(DANGEROUS):
                    _as_text(cell, cell.value)
    return book


def _texts_of(sheets: Sequence[Sheet]) -> Any:
    """A new workbook with the texts of all cells."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet()
        page.title = re.sub(r"[\[\]:*?/\\]", "_", sheet.name)[:31] or "表"
        for row in sheet.rows:
            for at, text in enumerate(row.cells, start=1):
                if text:
                    _as_text(page.cell(row.number, at), "（公式）" if text == FORMULA else text)
    return book


def _as_text(cell: Any, text: str) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"  # the library would take it for a formula
    cell.number_format = "@"
    if text.startswith(DANGEROUS):
        cell.quotePrefix = True


def _clean(page: Any) -> None:
    """Take away what an earlier check had marked."""
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    for row in page.iter_rows():
        for cell in row:
            if cell.fill is not None and cell.fill.fgColor.rgb == PALE:
                cell.fill = PatternFill()
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None


def _mark(page: Any, sheet: Sheet, kind: Kind, problems: Sequence[Problem]) -> None:
    from openpyxl.cell.cell import MergedCell  # noqa: PLC0415
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    head = find_heads(sheet, kind).row
    used = max(len(row.cells) for row in sheet.rows)
    own = head.cells.index(MARKED) + 1 if MARKED in head.cells else used + 1
    for row in sheet.rows if own <= used else ():
        page.cell(row.number, own).value = None
    if not problems:
        return
    pale, red = PatternFill("solid", fgColor=PALE), Font(color=RED, bold=True)
    page.column_dimensions[get_column_letter(own)].width = WIDTH
    _as_text(page.cell(head.number, own), MARKED)
    page.cell(head.number, own).font = red
    lines: dict[int, list[str]] = defaultdict(list)
    texts = {row.number: row.cells for row in sheet.rows}
    for problem in problems:
        reason = problem.reason
        cell = page.cell(problem.row, (problem.column or 0) + 1)
        if problem.column is not None:
            if texts[problem.row][problem.column : problem.column + 1] == (FORMULA,):
                reason += "（已换成公式算出的值，请核对）"
            if not isinstance(cell, MergedCell):
                cell.comment = Comment(reason, AUTHOR, width=320, height=120)
            reason = f"“{head.cells[problem.column]}”：{reason}"
        cell.fill = pale
        lines[problem.row].append(reason)
    for number, found in lines.items():
        at = own if number != head.number else own + 1
        note = page.cell(number, at)
        if not isinstance(note, MergedCell):
            _as_text(note, "；".join(found))
            note.font, note.alignment = red, Alignment(wrap_text=True, vertical="top")


def _merged_area(data: bytes) -> int:
    """How many cells the merged ranges of a workbook cover: the library makes an object for each."""
    from openpyxl.utils import column_index_from_string as index  # noqa: PLC0415

    area = 0
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                for left, top, right, bottom in _MERGED.findall(parts.read(name)):
                    wide = index(right.decode()) - index(left.decode()) + 1
                    area += abs(wide * (int(bottom) - int(top) + 1))
    return area
