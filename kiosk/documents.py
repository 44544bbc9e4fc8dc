"""Attachments as pictures of their pages: no browser's own viewer opens on the screen."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Response, abort
from pypdfium2 import PdfiumError

from villages.core.files import FileStore
from villages.core.web import settings
from villages.disclosures.models import Attachment
from villages.paper import preview
from villages.portal.files import public_file

# A screen is 1080 or 1920 wide; more would only cost time.
WIDTH_PX = 1600
PDF, PICTURES = "application/pdf", ("image/jpeg", "image/png", "image/webp", "image/gif")
# Some 150 kB each; people turn to and fro, and several read the same gazette.
KEPT_PAGES = 100


def is_readable(media_type: str) -> bool:
    """Whether an attachment can be shown page by page."""
    return media_type == PDF or media_type in PICTURES


def pages_of(found: Attachment) -> int:
    """How many pages an attachment has; 404 where it cannot be shown."""
    if found.media_type in PICTURES:
        return 1
    if found.media_type != PDF:
        abort(404)
    try:
        return _count(_path(found))
    except (PdfiumError, FileNotFoundError):
        abort(404)


def picture(token: str, number: int) -> Response:
    """One page of an attachment, counted from 1, as a WebP; a picture as it is."""
    found, _, _ = public_file(token)
    try:
        if found.media_type in PICTURES and number == 1:
            return _answer(_path(found).read_bytes(), found.media_type, found.digest)
        if found.media_type == PDF:
            return _answer(_page(_path(found), number), "image/webp", f"{found.digest}-{number}")
    except (PdfiumError, FileNotFoundError, IndexError):
        abort(404)
    return abort(404)


def _answer(body: bytes, media_type: str, tag: str) -> Response:
    answer = Response(body, mimetype=media_type)
    answer.set_etag(tag)
    return answer


def _path(found: Attachment) -> Path:
    return FileStore(settings().files_dir).path(found.digest)


@lru_cache(maxsize=1000)
def _count(path: Path) -> int:
    return preview.page_count(path)


@lru_cache(maxsize=KEPT_PAGES)
def _page(path: Path, number: int) -> bytes:
    return preview.page(path, number, width_px=WIDTH_PX)
