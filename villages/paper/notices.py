"""The notice-board sheet (公示栏张贴单): one published item on A4 in large type, with a code back to its page. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pypdfium2
import zxingcpp

from villages.paper import fonts, qr
from villages.paper.errors import PaperError
from villages.paper.readback import drawing_alone
from villages.paper.typesetting import typeset

# More than a wall holds; whoever wants all of it scans the code.
MOST_ROWS, MOST_CHARACTERS = 400, 20_000
# From so many columns on, a sheet lies on its side.
WIDE_COLUMNS = 7
# A column's share of the width is that of its longest cell, within these, in characters.
NARROWEST, WIDEST = 3, 18
POINTS_PER_INCH, DPI = 72, 150
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True)
class Part:
    """One part of a sheet under its heading: paragraphs, or rows of cells below a row of labels.

    `right` says which columns hold figures. Steps are rows with the labels 步骤 and so on.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    right: tuple[bool, ...] = ()
    totals: str = ""


@dataclass(frozen=True)
class Notice:
    """What the sheet says: `place` and `title` large, `facts` as label and value, `foot` in small type.

    `mark` is printed over every page (测试，勿张贴; 示例) unless it is ''.
    """

    place: str
    title: str
    source: str
    url: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    foot: tuple[str, ...]
    mark: str = ""


def compose(notice: Notice, *, stamp: datetime) -> bytes:
    """The sheet as a tagged PDF, fonts embedded, its code read back; the same input gives the same bytes.

    What is too long for a wall is cut, and the sheet says so. `stamp` has a time zone. Raises PaperError.
    """
    cut = tuple(_cut(notice.parts))
    fonts.require_characters(_texts(notice, cut))
    code = qr.matrix(notice.url)
    data: dict[str, Any] = {
        "title": notice.title, "place": notice.place, "source": notice.source, "url": notice.url, "mark": notice.mark,
        "facts": notice.facts, "foot": notice.foot, "size": code.size, "path": qr.path(code),
        "flipped": any(len(part.labels) >= WIDE_COLUMNS for part in cut),
        "parts": [_part_data(part, whole) for part, whole in zip(cut, notice.parts, strict=True)],
    }  # fmt: skip
    pdf = typeset("notice", data, stamp)
    _refuse_unreadable(pdf, notice.url)
    return pdf


def _cut(parts: tuple[Part, ...]) -> Iterator[Part]:
    """The parts within the limits of one sheet, those first that come first."""
    rows, room = MOST_ROWS, MOST_CHARACTERS
    for part in parts:
        kept_rows = part.rows[:rows]
        rows -= len(kept_rows)
        kept: list[str] = []
        for paragraph in part.paragraphs:
            if room <= 0:
                break
            kept.append(paragraph[:room])
            room -= len(paragraph)
        yield Part(part.heading, tuple(kept), part.labels, kept_rows, part.right, part.totals)


def _part_data(part: Part, whole: Part) -> dict[str, Any]:
    left = len(whole.rows) - len(part.rows)
    is_short = sum(map(len, part.paragraphs)) < sum(map(len, whole.paragraphs))
    more = f"这里只印了前 {len(part.rows)} 行，还有 {left} 行，请扫码看全部。" if left else ""
    return {
        "heading": part.heading, "paragraphs": part.paragraphs, "labels": part.labels, "rows": part.rows,
        "shares": [_share(column) for column in zip(part.labels, *part.rows, strict=True)],
        "right": part.right, "totals": part.totals, "more": more or ("没有印完，请扫码看全文。" if is_short else ""),
    }  # fmt: skip


def _share(cells: tuple[str, ...]) -> float:
    """The width that a column asks for, in characters; Latin letters and digits are narrower."""
    longest = max(sum(0.6 if char.isascii() else 1 for char in cell) for cell in cells)
    return min(max(longest, NARROWEST), WIDEST) + 1


def _texts(notice: Notice, parts: tuple[Part, ...]) -> Iterator[str]:
    yield from (notice.place, notice.title, notice.source, notice.url, notice.mark, *notice.foot)
    for label, text in notice.facts:
        yield from (label, text)
    for part in parts:
        yield from (part.heading, part.totals, *part.paragraphs, *part.labels)
        for row in part.rows:
            yield from row


def _refuse_unreadable(pdf: bytes, url: str) -> None:
    """A code that does not lead back must not hang on a wall."""
    with drawing_alone():
        document = pypdfium2.PdfDocument(pdf)
        image = document[0].render(scale=DPI / POINTS_PER_INCH, grayscale=True).to_pil().copy()
        document.close()
    found = [
        code.text
        for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]
    if found != [url]:
        raise PaperError("张贴单上的二维码没有读出，请不要印，重做一次，仍不对请报技术人员")
