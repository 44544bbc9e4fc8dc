"""Text to QR code: the matrix of modules, and the matrix as PNG or SVG. Level H, quiet zone of 4 modules."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_H

QUIET_MODULES = 4
NUMBER_DIGITS = 8
"""Runs of at least so many digits become a numeric segment: the plate number at the end of an address."""
MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Matrix:
    """The modules of one code without its quiet zone: a row is bytes, 1 is dark."""

    text: str
    modules: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Modules along one side, without the quiet zone."""
        return len(self.modules)

    @property
    def size_with_quiet(self) -> int:
        """Modules along one side, with the quiet zone."""
        return self.size + 2 * QUIET_MODULES


# Choosing among eight masks makes a matrix cost milliseconds; a county has a few hundred plates and draws each often.
@lru_cache(maxsize=4096)
def matrix(text: str) -> Matrix:
    """The code of a text at level H, in the smallest version that holds it."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_H, border=0)
    code.add_data(text, optimize=NUMBER_DIGITS)
    code.make(fit=True)
    return Matrix(text, tuple(bytes(map(bool, row)) for row in code.modules))


def path(matrix: Matrix) -> str:
    """The dark modules as one SVG path in units of modules, (0, 0) being the corner of the code itself."""
    runs = (f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(matrix.modules) for x, n in _dark_runs(row))
    return "".join(runs)


def svg(matrix: Matrix, *, width_mm: float) -> str:
    """A drawing whose width and height in mm include the quiet zone."""
    side, quiet = matrix.size_with_quiet, QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:g}mm" height="{width_mm:g}mm"'
        f' viewBox="{-quiet} {-quiet} {side} {side}" shape-rendering="crispEdges">'
        f'<rect x="{-quiet}" y="{-quiet}" width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" d="{path(matrix)}"/></svg>\n'
    )


def png(matrix: Matrix, *, pixels_per_module: int = 10, width_mm: float | None = None) -> bytes:
    """A picture of 1 bit a pixel, whole pixels a module, quiet zone included.

    With width_mm (quiet zone included) the file says the resolution at which it prints that wide.
    """
    if pixels_per_module < 1:
        raise ValueError("pixels_per_module must be at least 1")
    side = matrix.size_with_quiet
    image = Image.new("1", (side, side), 1)
    dark = Image.frombytes("L", (matrix.size, matrix.size), b"".join(matrix.modules))
    image.paste(dark.point(lambda module: 255 * (1 - module), mode="1"), (QUIET_MODULES, QUIET_MODULES))
    image = image.resize((side * pixels_per_module,) * 2, Image.Resampling.NEAREST)
    out = io.BytesIO()
    if width_mm is None:
        image.save(out, "PNG", optimize=True)
    else:
        image.save(out, "PNG", optimize=True, dpi=(image.width / width_mm * MM_PER_INCH,) * 2)
    return out.getvalue()


def _dark_runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    x = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield x, length
        x += length
