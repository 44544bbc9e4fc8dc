"""The text inside attachments, for the gate: PDF, DOCX, XLSX, plain text; images are for a person to see. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from villages.core.refusal import Refusal
from villages.disclosures.documents.parts import MOST_TEXT, Parts
from villages.disclosures.documents.pdf import read_pdf
from villages.disclosures.documents.word import read_word
from villages.disclosures.documents.workbook import read_workbook
from villages.disclosures.gate import to_be_seen
from villages.disclosures.gate.findings import Finding, Piece

MOST_BYTES = 64 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_OTHER = {b"Rar!": "压缩包", b"7z\xbc\xaf": "压缩包", b"\x1f\x8b": "压缩包"}


@dataclass(frozen=True)
class Document:
    """What an attachment is (by its content), its text, and the questions that a person must answer."""

    kind: str
    pieces: tuple[Piece, ...]
    questions: tuple[Finding, ...]


def read_document(data: bytes, name: str) -> Document:
    """Read an attachment by its content, whatever its name says.

    Raises Refusal (one Chinese line) when its text cannot be read whole: then it must not be published.
    """
    if len(data) > MOST_BYTES:
        raise Refusal(f"附件 {name} 超过 {MOST_BYTES // 1024 // 1024} MB，请拆成几个文件")
    if not data.strip():
        raise Refusal(f"附件 {name} 是空的，请检查是否选错了文件")
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return Document("image", (), (to_be_seen(name),))
    # Readers accept a PDF whose first bytes are not its own.
    if b"%PDF-" in data[:1024]:
        pieces, unseen = read_pdf(data, name)
        return _document("pdf", pieces, unseen, name)
    if data.startswith(b"PK"):
        return _office(data, name)
    if data.startswith(_OLE):
        raise Refusal(f"附件 {name} 是旧版 Office 或 WPS 文件，或加了密码，请另存为 .docx、.xlsx 或 PDF 后再上传")
    for sign, what in _OTHER.items():
        if data.startswith(sign):
            raise Refusal(f"附件 {name} 是{what}，无法检查里面的内容，请解开后分别上传")
    return _document("text", _plain(data, name), [], name)


def _document(kind: str, pieces: list[Piece], unseen: list[str], name: str) -> Document:
    named = tuple(Piece(f"{name} {piece.where}", piece.text, piece.exempt, f"{name}:{piece.row}") for piece in pieces)
    title = Piece(f"文件名 {name}", name, row=f"{name}:name")
    return Document(kind, (title, *named), tuple(to_be_seen(f"{name} {where}") for where in unseen))


def _office(data: bytes, name: str) -> Document:
    parts = Parts(data, name)
    unseen = [f"里的 {picture.rpartition('/')[2]}" for picture in parts.pictures]
    if "word/document.xml" in parts.names:
        return _document("docx", read_word(parts), unseen, name)
    if "xl/workbook.xml" in parts.names:
        return _document("xlsx", read_workbook(data, parts), unseen, name)
    if "OFD.xml" in parts.names:
        raise Refusal(f"附件 {name} 是 OFD 文件，目前无法检查里面的文字，请转成 PDF 后再上传")
    raise Refusal(f"附件 {name} 是压缩包或不支持的格式，请解开或另存为 PDF、.docx、.xlsx 后再上传")


def _plain(data: bytes, name: str) -> list[Piece]:
    # UTF-8 refuses nearly everything that is not UTF-8, so it is asked first; programs in China write GB18030.
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and len(text) <= MOST_TEXT:
            return [
                Piece(f"第{at}行", line, row="text")
                for at, line in enumerate(text.splitlines(), start=1)
                if line.strip()
            ]
    raise Refusal(f"附件 {name} 不是能检查的格式，请用 PDF、.docx、.xlsx、CSV 或图片")
