"""The notice-board sheet (公示栏张贴单): one published item on A4 in large type, with a code back to its page. Pure."""

from __future__ import annotations

import re
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
# A column's share of the width is that of its longest cell, in characters, but at least NARROWEST; where all are more
# than the paper holds, those wider than KEPT (dates and sums are not) give way, the widest first, down to LEAST.
NARROWEST, KEPT, LEAST = 3, 12, 6
# How many characters stand side by side: on its side, in small type, in large type.
ROOM_ON_SIDE, ROOM_SMALL, ROOM = 62, 41, 35
SMALL_COLUMNS = 5
# A row whose cells are no longer, in characters, is not cut by the end of a page.
UNCUT = 80
BREAK = "\u200b"
_WORD = re.compile("[!-~]+")
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
    fonts.require_characters(texts(notice, cut))
    code = qr.matrix(notice.url)
    flipped = any(len(part.labels) >= WIDE_COLUMNS for part in cut)
    data: dict[str, Any] = {
        "title": notice.title, "place": notice.place, "source": notice.source, "url": notice.url, "mark": notice.mark,
        "facts": notice.facts, "foot": notice.foot, "size": code.size, "path": qr.path(code),
        "flipped": flipped,
        "parts": [_part_data(part, whole, flipped=flipped) for part, whole in zip(cut, notice.parts, strict=True)],
    }  # fmt: skip
    pdf = typeset("notice", data, stamp)
    refuse_unreadable(pdf, notice.url)
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


def _part_data(part: Part, whole: Part, *, flipped: bool) -> dict[str, Any]:
    left = len(whole.rows) - len(part.rows)
    is_short = sum(map(len, part.paragraphs)) < sum(map(len, whole.paragraphs))
    room = ROOM_ON_SIDE if flipped else ROOM_SMALL if len(part.labels) >= SMALL_COLUMNS else ROOM
    shares = _shares(part, room)
    rows = [[_broken(cell, share * room / sum(shares) - 1) for cell, share in zip(row, shares, strict=True)]
            for row in part.rows]  # fmt: skip
    more = f"这里只印了前 {len(part.rows)} 行，还有 {left} 行，请扫码看全部。" if left else ""
    return {
        "heading": part.heading, "paragraphs": part.paragraphs, "labels": part.labels, "rows": rows,
        "uncut": [max(map(len, row)) <= UNCUT for row in part.rows],
        "shares": shares,
        "right": part.right, "totals": part.totals, "more": more or ("没有印完，请扫码看全文。" if is_short else ""),
    }  # fmt: skip


def _shares(part: Part, room: int) -> list[float]:
    """The widths of a table's columns, in characters; their sum may be more or less than the paper's."""
    asked = [max(_longest(column), NARROWEST) for column in zip(part.labels, *part.rows, strict=True)]
    shares, widest = asked, room
    while widest >= LEAST and sum(shares) + len(shares) > room:
        shares = [min(each, widest) if each > KEPT else each for each in asked]
        widest -= 1
    return [each + 1 for each in shares]


def _longest(cells: tuple[str, ...]) -> float:
    """The longest cell in characters; Latin letters and digits are narrower."""
    return max(sum(0.6 if char.isascii() else 1 for char in cell) for cell in cells)


def _broken(cell: str, width: float) -> str:
    """A cell whose words that are wider than its column, in characters, may break anywhere, and no others."""
    return _WORD.sub(lambda word: BREAK.join(word[0]) if _width(word[0]) > width else word[0], cell)


def _width(word: str) -> float:
    return sum(0.6 if char in "0123456789,.-" else 0.95 for char in word)


def texts(notice: Notice, parts: tuple[Part, ...]) -> Iterator[str]:
    """Every text that is printed."""
    yield from (notice.place, notice.title, notice.source, notice.url, notice.mark, *notice.foot)
    for label, text in notice.facts:
        yield from (label, text)
    for part in parts:
        yield from (part.heading, part.totals, *part.paragraphs, *part.labels)
        for row in part.rows:
            yield from row


def refuse_unreadable(pdf: bytes, url: str) -> None:
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
