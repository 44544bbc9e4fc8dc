"""Photographs made fit to be shown: upright, small, and without anything a camera noted, such as the place. Pure."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from villages.core.refusal import Refusal

LONGEST_SIDE = 1600
MOST_PIXELS = 50_000_000
# A photograph saved as PNG is many times the size that a phone should load.
LARGE_PNG = 400_000
QUALITY = 82
# Many phones write MPO, a JPEG with a second picture behind it.
FORMATS = {b"\xff\xd8\xff": ("JPEG", "MPO"), b"\x89PNG": ("PNG",), b"GIF8": ("GIF",), b"RIFF": ("WEBP",)}
# What old phones and all browsers show.
JPEG, PNG = "image/jpeg", "image/png"


@dataclass(frozen=True)
class Picture:
    """An image as it is stored; sizes in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def read_picture(data: bytes, name: str) -> Picture:
    """A JPEG or PNG of what an image shows; of one that moves, its first picture. Raises Refusal."""
    formats = next((found for sign, found in FORMATS.items() if data.startswith(sign)), None)
    if formats is None:
        raise Refusal(f"图片 {name} 的格式不能用，请另存为 JPG 或 PNG 后再上传")
    try:
        with Image.open(io.BytesIO(data), formats=formats) as image:
            _refuse_many_pixels(image, name)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be unpacked larger than it is shown
            return _saved(_small(_upright(image)), photo=image.format != "PNG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except Refusal:
        raise
    except Exception as error:  # whatever a decoder stumbles over
        raise Refusal(f"图片 {name} 已损坏，或不是完整的图片，请重新保存后再上传") from error


def _refuse_many_pixels(image: Image.Image, name: str) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> Refusal:
    return Refusal(f"图片 {name} 的像素太多，最多 {MOST_PIXELS // 10_000} 万像素，请缩小后再上传")


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera says, in plain colours; opaque unless it has something to see through."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I") or turned.mode == "F":  # scans with more than 256 greys
        turned = turned.convert("I").point(lambda grey: grey / 256).convert("L")
    clear = turned.has_transparency_data
    return turned.convert("RGBA" if clear else "L" if turned.mode in ("1", "L") else "RGB")


def _small(image: Image.Image) -> Image.Image:
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # Pixels alone: a new image has none of what came with the old one.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _saved(image: Image.Image, *, photo: bool) -> Picture:
    opaque = image.mode != "RGBA"
    data, media_type = (_jpeg(image), JPEG) if photo and opaque else (_png(image), PNG)
    if media_type == PNG and opaque and len(data) > LARGE_PNG:
        as_photo = _jpeg(image)
        if len(as_photo) < len(data):
            data, media_type = as_photo, JPEG
    return Picture(data, media_type, image.width, image.height)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
