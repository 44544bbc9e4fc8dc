"""Labels to lay out, and what a PDF shows when measured. Nothing here knows a database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp

from villages.paper.layout import Layout, parse_layouts
from villages.paper.sheets import Label, compose

LAYOUTS = parse_layouts((Path(__file__).parents[2] / "villages/plates/layouts.toml").read_text("utf-8"))
MM_PER_POINT = 25.4 / 72
LONG_NAME = "新疆生产建设兵团第十四师二二四团五连社区"
STAMP = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def label(index: int = 0, **changes: str) -> Label:
    """A plate of a village in Nanle, numbered from 10000000."""
    digits = str(10_000_000 + index)
    said = {
        "url": f"https://www.nanle.gov.cn/msgk/v/{digits}",
        "number": digits,
        "village": "西邵集村",
        "township": "西邵乡",
        "county": "南乐县",
        "domain": "www.nanle.gov.cn",
    }
    return Label(**said | changes)


def labels(count: int, **changes: str) -> list[Label]:
    """So many plates."""
    return [label(index, **changes) for index in range(count)]


def sheet(layout: Layout, chosen: list[Label], **changes: Any) -> bytes:
    """The PDF of some labels."""
    usual: dict[str, Any] = {"test": False, "help_text": "到乡镇便民服务大厅查。", "title": "码牌", "stamp": STAMP}
    return compose(layout, chosen, **usual | changes)


@dataclass(frozen=True)
class Box:
    """A rectangle on paper in mm, from the paper's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        """Whether another rectangle lies within this one."""
        inside = self.left <= other.left and self.top <= other.top
        return inside and other.right <= self.right and other.bottom <= self.bottom

    def meets(self, other: Box) -> bool:
        """Whether another rectangle has a point in common with this one."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


def label_box(layout: Layout, place: int) -> Box:
    """Where a label lies."""
    left, top = layout.place(place)
    return Box(left, top, left + layout.label_width_mm, top + layout.label_height_mm)


def texts(pdf: bytes) -> list[str]:
    """What one can select on each page, without white space."""
    pages = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pages]


def glyphs(pdf: bytes, page: int = 0) -> Iterator[tuple[str, Box]]:
    """Every visible character with the extent of its ink."""
    sheet_page = pypdfium2.PdfDocument(pdf)[page]
    written = sheet_page.get_textpage()
    text = written.get_text_range()
    for index, character in enumerate(text):
        if not character.isspace():
            yield character, _from_top(sheet_page, *written.get_charbox(index))


def paths(pdf: bytes, page: int = 0) -> list[tuple[int, Box]]:
    """Every drawn path: its number of segments and its extent."""
    sheet_page = pypdfium2.PdfDocument(pdf)[page]
    found = sheet_page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=5)
    return [(pdfium.FPDFPath_CountSegments(path), _from_top(sheet_page, *path.get_bounds())) for path in found]


def code_boxes(pdf: bytes, page: int = 0) -> list[Box]:
    """The codes: no other drawing has hundreds of segments."""
    return [box for segments, box in paths(pdf, page) if segments > 500]


def decoded(pdf: bytes, page: int = 0, dpi: int = 300) -> list[zxingcpp.Barcode]:
    """The codes of a page as a camera would find them."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil()
    return zxingcpp.read_barcodes(picture)


def _from_top(page: pypdfium2.PdfPage, left: float, bottom: float, right: float, top: float) -> Box:
    height = page.get_height()
    return Box(*(side * MM_PER_POINT for side in (left, height - top, right, height - bottom)))
