"""The codes under test, drawn at one printed size whatever their level."""

from __future__ import annotations

import random
from functools import lru_cache

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from stdnum import damm

from villages.paper import qr

ADDRESS = "https://www.nanle.gov.cn/msgk/v/"  # a sample of what VILLAGES_PUBLIC_URL would be
QUIET = qr.QUIET_MODULES
PRINT = 720  # pixels across a printed code, quiet zone included: 16 a module for level H
OURS, USUAL = "H", "M"
VILLAGES = 322
DPI = 200
SIZES_MM = {"sticker": 36.0, "door": 120.0}  # width in print, quiet zone included


def sample_numbers(count: int, seed: int) -> list[str]:
    """Plate numbers with their check digit, no two alike."""
    rng = random.Random(f"numbers/{seed}")
    bodies = [str(n) for n in rng.sample(range(10**6, 10**7), count)]
    return [body + str(damm.calc_check_digit(body)) for body in bodies]


def address(number: str, base: str = ADDRESS) -> str:
    """What the code of a plate says."""
    return base + number


@lru_cache(maxsize=2 * VILLAGES)
def rows(text: str, level: str) -> tuple[bytes, ...]:
    """The modules of a code without its quiet zone, 1 is dark: ours, or the usual level M drawn the same way."""
    if level == OURS:
        return qr.matrix(text).modules
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text, optimize=qr.NUMBER_DIGITS)
    code.make(fit=True)
    return tuple(bytes(map(bool, row)) for row in code.modules)


@lru_cache(maxsize=64)
def draw(text: str, level: str, width: int = PRINT) -> Image.Image:
    """The code in black on white, `width` pixels across with its quiet zone."""
    modules = rows(text, level)
    size = len(modules) + 2 * QUIET
    small = Image.new("L", (size, size), 255)
    small.putdata([0 if _dark(modules, x - QUIET, y - QUIET) else 255 for y in range(size) for x in range(size)])
    step = -(-width // size)
    return small.resize((size * step, size * step), Image.Resampling.NEAREST).resize(
        (width, width), Image.Resampling.BOX
    )


def _dark(modules: tuple[bytes, ...], x: int, y: int) -> bool:
    return 0 <= x < len(modules) and 0 <= y < len(modules) and bool(modules[y][x])


def print_width(size: str) -> int:
    """Pixels across a clean code as rendered for reading back."""
    return round(SIZES_MM[size] / 25.4 * DPI)
