"""What a person hands in as an attachment, made fit to be stored and shown; all else is refused in words. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from villages.core.files import digest_of
from villages.core.pictures import read_picture
from villages.core.refusal import Refusal
from villages.disclosures import gate
from villages.disclosures.blocks.files import LONGEST
from villages.disclosures.documents import read_document
from villages.disclosures.gate.findings import Finding, Piece
from villages.disclosures.wording import one_line

MOST_BYTES = 32 * 1024 * 1024
# What the gate can read within a transaction that others wait for.
MOST_TEXT = 2_000_000
_OFFICE = "application/vnd.openxmlformats-officedocument"
# Media type -> the name's ending, and what it is in plain words.
SORTS = {
    "application/pdf": ("pdf", "PDF 文件"),
    f"{_OFFICE}.wordprocessingml.document": ("docx", "Word 文档"),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx", "Excel 表格"),
    "text/csv": ("csv", "表格（CSV）"),
    "text/plain": ("txt", "文字文件"),
    "image/jpeg": ("jpg", "图片"),
    "image/png": ("png", "图片"),
}
_BY_ENDING = {ending: media_type for media_type, (ending, _) in SORTS.items()}
# Endings that say what a file is; the last one is put as its content demands.
_ENDINGS = re.compile(
    r"\.(pdf|docx?|docm|xlsx?|xlsm|csv|txt|jpe?g|png|gif|webp|bmp|tiff?|hei[cf]|wps|et|ofd|zip|rar|7z|"
    r"exe|com|scr|bat|cmd|msi|vbs|js|html?|svg|xml|php|sh|apk|lnk)$",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(r'[:*?"<>|]+')
_HEIC = re.compile(rb"^.{4}ftyp(heic|heix|hevc|heif|mif1|msf1|avif)", re.DOTALL)
_MACRO = re.compile(rb"vbaProject\.bin", re.IGNORECASE)


@dataclass(frozen=True)
class Upload:
    """A file that may be stored. `size` of `data` in bytes; `width` and `height` in pixels, of images alone."""

    data: bytes
    digest: str
    name: str
    media_type: str
    pieces: tuple[Piece, ...]
    questions: tuple[Finding, ...]
    width: int | None = None
    height: int | None = None


def read_upload(data: bytes, given_name: str) -> Upload:
    """An upload from its bytes and the name a person gave it, known by its content, whatever the name says.

    Raises Refusal (Chinese, says what to do) for what is too large, of another type, damaged, or cannot be read whole.
    """
    told = gate.mask(seen_name(given_name))  # a number in the name is repeated to nobody
    if len(data) > MOST_BYTES:
        raise Refusal(f"附件 {told} 太大，最多 {MOST_BYTES // 1024**2} MB，请压缩图片或拆成几个文件")
    if _HEIC.match(data):
        raise Refusal(f"附件 {told} 是 HEIC 或 AVIF 图片，很多手机打不开，请转成 JPG 后再上传")
    document = read_document(data, told)
    if document.kind == "image":
        picture = read_picture(data, told)
        name = safe_name(given_name, picture.media_type)
        return Upload(
            picture.data, digest_of(picture.data), name, picture.media_type, (), (gate.to_be_seen(gate.mask(name)),),
            picture.width, picture.height,
        )  # fmt: skip
    if data.startswith(b"PK") and _MACRO.search(data):
        raise Refusal(f"附件 {told} 带宏（程序），不能接收，请另存为不带宏的 .docx 或 .xlsx 后再上传")
    # The draft's own value holds the name, where the gate sees it.
    pieces = [piece for piece in document.pieces if not piece.row.endswith(":name")]
    if sum(len(piece.text) for piece in pieces) > MOST_TEXT:
        raise Refusal(f"附件 {told} 的文字超过 {MOST_TEXT // 10_000} 万字，请拆成几个文件")
    stored = _as_utf8(data) if document.kind == "text" else data
    name = safe_name(given_name, _media_type(document.kind, given_name))
    return _document(stored, name, told, pieces, document.questions)


def _document(data: bytes, name: str, told: str, pieces: Iterable[Piece], questions: Iterable[Finding]) -> Upload:
    """An upload that is no picture; places in it begin with the name it is stored under."""
    shown = gate.mask(name)
    media_type = _BY_ENDING[name.rpartition(".")[2]]
    return Upload(
        data, digest_of(data), name, media_type,
        tuple(replace(piece, where=shown + piece.where.removeprefix(told)) for piece in pieces),
        tuple(replace(question, where=shown + question.where.removeprefix(told)) for question in questions),
    )  # fmt: skip


def _media_type(kind: str, given_name: str) -> str:
    if kind == "text":
        return "text/csv" if given_name.lower().endswith(".csv") else "text/plain"
    return _BY_ENDING[kind]


def _as_utf8(data: bytes) -> bytes:
    """A text in the one encoding that phones and spreadsheets both know by its first bytes."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).encode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    raise AssertionError  # read_document has read it


def seen_name(given: str) -> str:
    """A name without folders and without what nobody sees (bidi overrides too), on one line."""
    return _FORBIDDEN.sub("_", one_line(re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]))


def safe_name(given: str, media_type: str) -> str:
    """A seen name with the ending of a type in place of its own, at most LONGEST characters."""
    stem, ending = seen_name(given), "." + SORTS[media_type][0]
    while (shorter := _ENDINGS.sub("", stem.rstrip(" ."))) != stem:
        stem = shorter
    return (stem.strip(" .") or "附件")[: LONGEST - len(ending)].rstrip(" .") + ending
