"""Tables as CSV and XLSX, given piece by piece so that no table is ever whole in memory. Pure."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from xml.sax.saxutils import escape

from villages.core.xml import HEAD, clean, element

Cell = str | int | Decimal | date | None
BOM = "\ufeff"
PIECE = 64 * 1024
# A text that starts so may be run as a formula when the file is opened; full-width signs count in Chinese programs.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MOST_ROWS, MOST_CHARACTERS, SHORT = 1_048_576, 32_767, 60
DAY_ZERO = date(1899, 12, 30)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Styles by their place: plain, amounts, days, headings.
_XF = 'fillId="0" borderId="0" xfId="0"'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    f'<xf numFmtId="0" fontId="0" {_XF}/><xf numFmtId="4" fontId="0" {_XF} applyNumberFormat="1"/>'
    f'<xf numFmtId="164" fontId="0" {_XF} applyNumberFormat="1"/><xf numFmtId="0" fontId="1" {_XF} applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
AMOUNT, DAY, HEADING = 1, 2, 3


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with the mark that Excel needs; numbers and days as they are, texts that look like formulas behind a '."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write(BOM)
    writer.writerow([_harmless(each) for each in headings])
    for row in rows:
        writer.writerow([_plain(each) for each in row])
        if out.tell() > PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _plain(value: Cell) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return _harmless(value) if isinstance(value, str) else "" if value is None else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


class _Pieces(io.RawIOBase):
    """What a zip file writes, to be fetched as it comes."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: object) -> int:
        """Take some bytes."""
        self._written += data  # type: ignore[arg-type]
        return len(data)  # type: ignore[arg-type]

    def take(self, least: int = 0) -> bytes:
        """All that was written since, if it is enough."""
        if len(self._written) <= least:
            return b""
        found = bytes(self._written)
        self._written.clear()
        return found


def as_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A workbook with typed cells; a text is never a formula. A further sheet begins where one is full."""
    out = _Pieces()
    left = iter(rows)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        count, more = 0, True
        while more:
            count, more = count + 1, False
            with book.open(f"xl/worksheets/sheet{count}.xml", "w") as sheet:
                sheet.write((HEAD + f'<worksheet xmlns="{MAIN}"><sheetData>').encode())
                sheet.write(_row(headings, HEADING).encode())
                for at, row in enumerate(left, start=2):
                    sheet.write(_row(row).encode())
                    if piece := out.take(PIECE):
                        yield piece
                    if at == MOST_ROWS:
                        more = True
                        break
                sheet.write(b"</sheetData></worksheet>")
        for name, text in _frame(count):
            book.writestr(name, HEAD + text)
    yield out.take()


def _row(values: Sequence[Cell], style: int = 0) -> str:
    return "<row>" + "".join(_cell(value, style) for value in values) + "</row>"


def _cell(value: Cell, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, Decimal):
        return f'<c s="{AMOUNT}"><v>{value:f}</v></c>'
    if isinstance(value, date):
        return f'<c s="{DAY}"><v>{(value - DAY_ZERO).days}</v></c>'
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return _short_text(value, style) if len(value) <= SHORT else _text(value, style)


def _text(value: str, style: int) -> str:
    text = escape(clean(value)[:MOST_CHARACTERS])
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


# Names of places, bodies and kinds stand in thousands of rows.
_short_text = lru_cache(maxsize=4096)(_text)


def _frame(count: int) -> Iterator[tuple[str, str]]:
    """The parts around the sheets."""
    numbers = range(1, count + 1)
    sheets = [element("sheet", name=f"表{n}", sheetId=str(n), **{"r:id": f"rId{n}"}) for n in numbers]
    yield "xl/workbook.xml", element("workbook", [element("sheets", sheets)], xmlns=MAIN, **{"xmlns:r": RELATIONS})
    links = [_relation(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*links, _relation(count + 1, "styles", "styles.xml")])
    yield "_rels/.rels", _relations([_relation(1, "officeDocument", "xl/workbook.xml")])
    yield "xl/styles.xml", STYLES
    types = [("xl/workbook", "sheet.main"), ("xl/styles", "styles")]
    types += [(f"xl/worksheets/sheet{n}", "worksheet") for n in numbers]
    parts = [element("Override", PartName=f"/{name}.xml", ContentType=f"{TYPE}.{sort}+xml") for name, sort in types]
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    defaults = [element("Default", Extension="rels", ContentType=rels)]
    defaults.append(element("Default", Extension="xml", ContentType="application/xml"))
    yield "[Content_Types].xml", element("Types", [*defaults, *parts], xmlns=f"{PACKAGE}/content-types")


def _relation(number: int, sort: str, target: str) -> str:
    return element("Relationship", Id=f"rId{number}", Type=f"{RELATIONS}/{sort}", Target=target)


def _relations(found: Sequence[str]) -> str:
    return element("Relationships", found, xmlns=f"{PACKAGE}/relationships")
