"""Reads tables that a person made: CSV in UTF-8 (with or without BOM) or GB18030, or an XLSX workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

from villages.core.refusal import Refusal

MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 512 * 1024 * 1024
MOST_PARTS = 5_000
MOST_CELLS = 5_000_000
MOST_ROWS = 200_000
TOLD_EVERY = 1_000
ENCRYPTED = 0x1
FORMULA = "\x00formula"


@dataclass(frozen=True)
class Row:
    """One row: its number as the person's program counts it, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or a whole CSV file (named as the file without its ending)."""

    name: str
    rows: tuple[Row, ...]


def read_table(path: Path) -> list[Row]:
    """Read the first sheet of a file as rows of trimmed text, empty rows left out.

    Raises Refusal with one Chinese line when the file cannot be read. A cell that holds a formula comes
    back as FORMULA, for the caller to name.
    """
    _, rows = next(_sheets(file_bytes(path), path.name))
    kept = [row for row in rows if any(row.cells)]
    if not kept:
        raise Refusal(f"文件 {path.name} 里没有内容，请检查是否选错了文件或工作表")
    return kept


def read_workbook(path: Path) -> list[Sheet]:
    """Read every sheet that holds anything, as read_table does the first."""
    return read_sheets(file_bytes(path), path.name)


def read_sheets(data: bytes, name: str, tell: Callable[[int], None] = lambda _: None) -> list[Sheet]:
    """The same from the bytes of a file with a name; `tell` hears now and then how many rows were read."""
    sheets = [Sheet(title, tuple(_counted(rows, tell))) for title, rows in _sheets(data, name)]
    kept = [sheet for sheet in sheets if sheet.rows]
    if not kept:
        raise Refusal(f"文件 {name} 里没有内容，请检查是否选错了文件")
    return kept


def _counted(rows: Iterator[Row], tell: Callable[[int], None]) -> Iterator[Row]:
    for row in rows:
        if row.number % TOLD_EVERY == 0:
            tell(row.number)
        if any(row.cells):
            yield row


def file_bytes(path: Path) -> bytes:
    """The content of a file that a person named; raises Refusal when it cannot be read or is too large."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise Refusal(f"打不开文件 {path}：{_reason(error)}。请检查文件名和权限") from error
    if data is None:
        raise Refusal(f"文件 {path.name} 超过 {MOST_BYTES // 1024 // 1024} MB，请分成几个文件导入")
    return data


def _sheets(data: bytes, name: str) -> Iterator[tuple[str, Iterator[Row]]]:
    if not data.strip():
        raise Refusal(f"文件 {name} 是空的，请检查是否选错了文件")
    if data[:4] == b"PK\x03\x04":
        yield from _xlsx_sheets(data, name)
    else:
        _refuse_other(data, name)
        yield name.rpartition(".")[0] or name, _csv_rows(data, name)


def _refuse_other(data: bytes, name: str) -> None:
    """Raise Refusal for what is known to be no table, by its first bytes, whatever its name says."""
    start = data.lstrip()[:8].lower()
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refusal(f"文件 {name} 是旧版 Excel（.xls）或 WPS（.et）文件，或加了密码，请去掉密码，另存为 .xlsx 再导入")
    if start.startswith(b"%pdf"):
        raise Refusal(f"文件 {name} 是 PDF，不是表格，请用原来的表格文件，存成 .xlsx 或 CSV 再导入")
    if start.startswith((b"<!doc", b"<html", b"<?xml", b"<table", b"<head", b"<meta")):
        raise Refusal(f"文件 {name} 其实是网页（HTML 或 XML），不是表格，请用 Excel 打开后另存为 .xlsx 再导入")


def _reason(error: OSError) -> str:
    known = {2: "文件不存在", 13: "没有读取权限", 21: "这是一个目录"}
    return known.get(error.errno or 0, error.strerror or "读取出错")


def _csv_rows(data: bytes, name: str) -> Iterator[Row]:
    text = _decode(data, name)
    lines = text.splitlines()
    header = lines[0] if lines else ""
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield Row(reader.line_num, tuple(cell.strip() for cell in cells))
    except csv.Error as error:
        raise Refusal(
            f"文件 {name} 第 {reader.line_num} 行格式不对，引号可能没有配对，请用 Excel 重新存成 CSV"
        ) from error


def _decode(data: bytes, name: str) -> str:
    # UTF-8 refuses nearly everything that is not UTF-8, so it is asked first; Excel in China writes GB18030.
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refusal(f"文件 {name} 不是能识别的表格：请存成 CSV（UTF-8 或 GB18030 编码）或 .xlsx 再导入")


def _xlsx_sheets(data: bytes, name: str) -> Iterator[tuple[str, Iterator[Row]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, and most commands need no workbook

    with _damage_in_words(name):
        refuse_harmful(data, name)
        sheets = load_workbook(io.BytesIO(data), read_only=True).worksheets
        if not sheets:
            raise Refusal(f"文件 {name} 里没有工作表，请检查是否选错了文件")
    for sheet in sheets:
        yield str(sheet.title).strip(), _xlsx_rows(sheet, name)


def _xlsx_rows(sheet: Any, name: str) -> Iterator[Row]:
    with _damage_in_words(name):
        sheet.reset_dimensions()
        count = 0
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            count += len(cells)
            if count > MOST_CELLS or number > MOST_ROWS:
                raise Refusal(
                    f"文件 {name} 的表太大，最多 {MOST_CELLS // 10_000} 万格、{MOST_ROWS // 10_000} 万行，请拆分"
                )
            yield Row(number, tuple(_cell_text(cell) for cell in cells))


@contextmanager
def _damage_in_words(name: str) -> Iterator[None]:
    try:
        yield
    except Refusal:
        raise
    except Exception as error:  # the library raises many kinds for a damaged workbook
        raise Refusal(f"文件 {name} 不是完整的 Excel 工作簿，请用 Excel 打开后另存为 .xlsx 再导入") from error


def refuse_harmful(data: bytes, name: str) -> None:
    """Raise Refusal for a zip that unpacks to a huge one, is no workbook, has macros or entities, or is locked."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        found = parts.infolist()
        names = {part.filename.lower() for part in found}
        if len(found) > MOST_PARTS or sum(part.file_size for part in found) > MOST_UNPACKED:
            raise Refusal(f"文件 {name} 解开后太大，不能导入。请只保留要导入的工作表")
        if any(part.flag_bits & ENCRYPTED for part in found):
            raise Refusal(f"文件 {name} 加了密码，读不了，请去掉密码再导入")
        if any(each.endswith("vbaproject.bin") for each in names):
            raise Refusal(f"文件 {name} 带宏（程序），不能接收，请另存为不带宏的 .xlsx 再导入")
        if "xl/workbook.xml" not in names:
            raise Refusal(f"文件 {name} {_other_zip(names)}，不是 .xlsx 表格，请存成 .xlsx 或 CSV 再导入")
        for part in found:
            if part.filename.lower().endswith((".xml", ".rels")) and _has_document_type(parts, part):
                raise Refusal(f"文件 {name} 里有不该出现的内容（文档类型声明），不能接收，请用 Excel 另存后再导入")


def _other_zip(names: set[str]) -> str:
    if "word/document.xml" in names:
        return "是 Word 文档"
    if "xl/workbook.bin" in names:
        return "是二进制工作簿（.xlsb）"
    return "是 OpenDocument 文件（.ods 等）" if "content.xml" in names else "是压缩包或别的文件"


class _Begun(Exception):  # noqa: N818 - no error: the part's first element, before which a document type stands
    pass


def _has_document_type(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type, the only place where entities can be defined; reads its head alone."""
    declared: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda name, *_: declared.append(name)

    def begun(*_: object) -> None:
        raise _Begun

    parser.StartElementHandler = parser.EntityDeclHandler = begun
    try:
        with parts.open(part) as stream:
            while chunk := stream.read(4096):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place
    except _Begun:
        pass
    return bool(declared)


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Excel keeps every number as a float
    return str(value).strip()
