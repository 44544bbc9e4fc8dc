"""Two decoders that share no code with each other or with our encoder."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import zxingcpp
from PIL import Image

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def zxing(image: Image.Image) -> set[str]:
    """What zxing-cpp reads."""
    return {found.text for found in zxingcpp.read_barcodes(image, formats=QR)}


def zbar(image: Image.Image) -> set[str]:
    """What zbar reads."""
    module = _pyzbar()
    found = module.decode(image, symbols=[module.ZBarSymbol.QRCODE])
    return {one.data.decode("utf-8", "replace") for one in found}


@lru_cache
def _pyzbar() -> Any:
    try:
        return importlib.import_module("pyzbar.pyzbar")
    except ImportError as error:
        raise SystemExit("zbar is missing: apt-get install libzbar0") from error


DECODERS: dict[str, Callable[[Image.Image], set[str]]] = {"zxing": zxing, "zbar": zbar}
