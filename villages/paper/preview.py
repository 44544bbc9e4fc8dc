"""A look at a sheet before it is printed."""

from __future__ import annotations

import io

import pypdfium2

from villages.paper.readback import drawing_alone


def first_page(pdf: bytes, *, width_px: int) -> bytes:
    """The first page as a PNG of a width in pixels."""
    with drawing_alone():
        document = pypdfium2.PdfDocument(pdf)
        page = document[0]
        image = page.render(scale=width_px / page.get_width()).to_pil().copy()
        page.close()
        document.close()
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG")
    return file.getvalue()
