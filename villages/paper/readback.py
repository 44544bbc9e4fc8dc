"""Sheets read back: every page drawn to pixels, every code read by a decoder that is not our encoder (zxing-cpp)."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

import pypdfium2
import zxingcpp
from PIL import Image

from villages.paper import qr
from villages.paper.errors import PaperError
from villages.paper.pages import Page

PIXELS_PER_MODULE = 5
"""Drawn so coarse, a code that reads has plenty in hand on paper."""
LARGEST_ERROR = 0.02
"""By how much a drawn code may differ from its layout; the pixels used here show no less."""
SMALL_MODULE_MM = 0.8
WIDTHS_PER_DISTANCE = 10
"""Rule of thumb of code printing: a phone reads a code from about ten times its width."""
MM_PER_INCH = 25.4
POINTS_PER_INCH = 72
AHEAD = 4
"""Drawn pages that may wait for the decoder; bounds the memory."""

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_pdfium = Lock()


@dataclass(frozen=True)
class Reading:
    """What was read from a PDF, every code of it."""

    pages: int
    codes: int
    module_mm: float
    """The smallest module, as measured."""
    code_mm: float
    """The smallest code without its quiet zone, as measured."""

    @property
    def distance_mm(self) -> float:
        """From how far the smallest code can be expected to scan."""
        return self.code_mm * WIDTHS_PER_DISTANCE

    @property
    def is_small(self) -> bool:
        """Whether modules are so small that worn print or a poor camera may fail."""
        return round(self.module_mm, 2) < SMALL_MODULE_MM


@dataclass(frozen=True)
class _Seen:
    """One code on a page: its text and its measured width."""

    text: str
    code_mm: float

    @property
    def module_mm(self) -> float:
        """Its measured module."""
        return self.code_mm / qr.matrix(self.text).size


def drawing_alone() -> Lock:
    """What must be held while a page is drawn: pdfium must not be entered by two threads at once."""
    return _pdfium


def read_back(pdf: bytes, expected: Sequence[Page], *, progress: Callable[[int, int], None] | None = None) -> Reading:
    """Read every code of every page; PaperError unless exactly the expected ones stand there, in the right size.

    `expected` is what pages_of gave for the same labels. `progress` is told (pages done, pages in all).
    """
    done: list[_Seen] = []
    # closing: a refusal must not keep pdfium locked for as long as its traceback lives.
    with closing(_pages(pdf, expected)) as pages:
        for number, (page, seen) in enumerate(zip(expected, pages, strict=True), 1):
            _check_page(number, page, seen)
            done.extend(seen)
            if progress is not None:
                progress(number, len(expected))
    if not done:
        raise PaperError("文件里没有二维码，请不要印，重做一次")
    smallest = min(done, key=lambda code: code.module_mm)
    return Reading(len(expected), len(done), smallest.module_mm, min(code.code_mm for code in done))


def _pages(pdf: bytes, expected: Sequence[Page]) -> Generator[list[_Seen], None, None]:
    """The codes of each page. Pages are drawn here and decoded in a second thread; both leave Python's lock."""
    waiting: deque[Future[list[_Seen]]] = deque()
    with _pdfium, closing(pypdfium2.PdfDocument(pdf)) as document, ThreadPoolExecutor(max_workers=1) as decoder:
        if len(document) != len(expected):
            raise PaperError(f"做出的文件有 {len(document)} 页，应有 {len(expected)} 页；请不要印，重做一次")
        for index, page in enumerate(expected):
            dpi = _dpi(page)
            waiting.append(decoder.submit(_decode, _draw(document, index, dpi), dpi))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _dpi(page: Page) -> float:
    """The resolution at which the smallest module of a page is PIXELS_PER_MODULE wide."""
    largest = max(qr.matrix(url).size for url in page.urls)
    return PIXELS_PER_MODULE * MM_PER_INCH * largest / page.layout.code_mm


def _draw(document: pypdfium2.PdfDocument, index: int, dpi: float) -> Image.Image:
    """One page in grey."""
    page = document[index]
    bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True)
    image: Image.Image = bitmap.to_pil().copy()
    bitmap.close()
    page.close()
    return image


def _decode(image: Image.Image, dpi: float) -> list[_Seen]:
    """Every code in a picture."""
    found = zxingcpp.read_barcodes(image, formats=_QR)
    return [_Seen(code.text, _side(code.position) / dpi * MM_PER_INCH) for code in found]


def _side(position: zxingcpp.Position) -> float:
    """The mean side of a code in pixels."""
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    sides = (math.dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise((*corners, corners[0])))
    return sum(sides) / len(corners)


def _check_page(number: int, page: Page, seen: Sequence[_Seen]) -> None:
    """Raise PaperError that names page and plate number of what was not read, read too much, or has another size."""
    wanted, read = Counter(page.urls), Counter(code.text for code in seen)
    numbers = {label.url: label.number for label in page.labels}
    problems = [f"码号 {numbers[url]} 的二维码没有读出" for url in wanted - read]
    problems += [f"读出了不该有的二维码 {text}" for text in read - wanted]
    for code in seen:
        if not math.isclose(code.code_mm, page.layout.code_mm, rel_tol=LARGEST_ERROR):
            size = f"宽 {code.code_mm:.1f} 毫米，应是 {page.layout.code_mm:g} 毫米"
            problems.append(f"码号 {numbers.get(code.text, code.text)} 的二维码{size}")
    if problems:
        raise PaperError(f"第 {number} 页{'；'.join(problems)}。请不要印，重做一次，仍不对请报技术人员")
