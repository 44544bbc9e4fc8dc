"""The text of a PDF: pages, annotations, form fields, properties; which pages are images. Pure."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from villages.core.refusal import Refusal
from villages.disclosures.documents.parts import MOST_TEXT
from villages.disclosures.gate.findings import Piece

MOST_PAGES = 2_000
_PASSWORD = 4
_KEYS = (b"Contents", b"V", b"DV", b"T", b"TU", b"Subj")
# PDFium must not be entered by two threads of one process.
_ONE = threading.Lock()


def read_pdf(data: bytes, name: str) -> tuple[list[Piece], list[str]]:
    """The pieces, and where something stands that only a person can judge; raises Refusal for what cannot be read."""
    with _ONE:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
                raise Refusal(f"附件 {name} 加了密码，无法检查，请去掉密码后再上传") from error
            raise Refusal(f"附件 {name} 已损坏，或不是完整的 PDF，请重新导出后再上传") from error
        try:
            if len(document) > MOST_PAGES:
                raise Refusal(f"附件 {name} 超过 {MOST_PAGES} 页，无法检查，请拆成几个文件")
            return _read(document, name)
        except pdfium.PdfiumError as error:
            raise Refusal(f"附件 {name} 有读不出的页，请重新导出后再上传") from error
        finally:
            document.close()


def _read(document: Any, name: str) -> tuple[list[Piece], list[str]]:
    pieces = [Piece(f"文件属性 {key}", value, row=key) for key, value in document.get_metadata_dict().items() if value]
    unseen, total = [], 0
    for number in range(len(document)):
        page = document[number]
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        total += len(text)
        if total > MOST_TEXT:
            raise Refusal(f"附件 {name} 文字太多，无法检查，请拆成几个文件")
        where = f"第{number + 1}页"
        pieces.append(Piece(where, text, row="pages"))
        pieces += [Piece(f"{where}（批注或表单）", each, row=f"{where}:{at}") for at, each in enumerate(_notes(page))]
        if _has_images(page) or not text.strip():
            unseen.append(where)
        text_page.close()
        page.close()
    if document.count_attachments():
        unseen.append("内嵌的文件")
    return [piece for piece in pieces if piece.text.strip()], unseen


def _has_images(page: Any) -> bool:
    return next(iter(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)), None) is not None


def _notes(page: Any) -> Iterator[str]:
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, at)
        if not note:
            continue
        for key in _KEYS:
            length = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
            if length > 2:  # noqa: PLR2004 - an empty string is its end mark
                buffer = ctypes.create_string_buffer(length)
                raw.FPDFAnnot_GetStringValue(note, key, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
                yield buffer.raw.decode("utf-16-le", errors="replace").rstrip("\x00")
        raw.FPDFPage_CloseAnnot(note)
