"""A look at the pages of a PDF without a program for it: each drawn as a picture. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image

from villages.paper.readback import drawing_alone

PNG_COLOURS, WEBP_QUALITY = 64, 80


def page_count(pdf: bytes | Path) -> int:
    """How many pages there are. Raises pypdfium2.PdfiumError where it is no PDF that can be read."""
    with _opened(pdf) as document:
        return len(document)


def first_page(pdf: bytes, *, width_px: int) -> bytes:
    """The first page as a PNG of a width in pixels, in few colours: for what we have drawn ourselves."""
    with _opened(pdf) as document:
        return _png(_drawn(document[0], width_px))


def pages(pdf: bytes, *, width_px: int) -> list[bytes]:
    """Every page as a PNG of a width in pixels, in few colours."""
    with _opened(pdf) as document:
        return [_png(_drawn(page, width_px)) for page in document]


def page(pdf: bytes | Path, number: int, *, width_px: int) -> bytes:
    """A page, counted from 1, as a WebP of a width in pixels. Raises IndexError where there is none."""
    with _opened(pdf) as document:
        if not 0 < number <= len(document):
            raise IndexError(number)
        image = _drawn(document[number - 1], width_px)
    file = io.BytesIO()
    image.convert("RGB").save(file, "WEBP", quality=WEBP_QUALITY)
    return file.getvalue()


@contextmanager
def _opened(pdf: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    with drawing_alone():
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()


def _drawn(page: pypdfium2.PdfPage, width_px: int) -> Image.Image:
    image = page.render(scale=width_px / page.get_width()).to_pil().copy()
    page.close()
    assert isinstance(image, Image.Image)  # noqa: S101 - the library has no types
    return image


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.quantize(PNG_COLOURS).save(file, "PNG")
    return file.getvalue()
