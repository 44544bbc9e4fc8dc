"""The text of a Word file (.docx): body, tables, headers, notes, comments, deleted and hidden text, links. Pure."""

from __future__ import annotations

from villages.disclosures.documents.parts import MOST_TEXT, Parts, short
from villages.disclosures.gate.findings import Piece

_SKIPPED = ("styles.xml", "settings.xml", "fontTable.xml", "webSettings.xml", "numbering.xml", "stylesWithEffects.xml")
_TITLES = {"document.xml": "正文", "comments.xml": "批注", "footnotes.xml": "脚注", "endnotes.xml": "尾注"}
# Where text stands: w:t, deleted text, fields, text of shapes and charts, and the properties of the file.
_TEXT = {"t", "delText", "instrText", "v", "f"}
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_NOTED = ("descr", "title", "alt", "Target", "author", "string")


class _Reader:
    """Gathers the pieces of one part: a paragraph outside tables, a cell within."""

    def __init__(self, where: str, *, everything: bool) -> None:
        self.where, self.everything = where, everything
        self.pieces: list[Piece] = []
        self.text: list[str] = []
        self.is_text = everything
        self.tables: list[list[int]] = []
        self.paragraph = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "tbl":
            self.flush()
            self.tables.append([len(self.pieces), 0, 0])
        elif tag == "tr" and self.tables:
            self.tables[-1][1:] = [self.tables[-1][1] + 1, 0]
        elif tag == "tc" and self.tables:
            self.flush()
            self.tables[-1][2] += 1
        elif tag in _BREAKS:
            self.text.append(_BREAKS[tag])
        self.is_text = self.everything or tag in _TEXT
        for key in _NOTED:
            value = given.get(key, "")
            if len(value) > 4 and not value.endswith((".xml", ".bin")):  # noqa: PLR2004 - shorter ones hold no number
                self.pieces.append(Piece(f"{self.where}（说明或链接）", value, row=f"{self.where}:{len(self.pieces)}"))

    def characters(self, text: str) -> None:
        if self.is_text:
            self.text.append(text)

    def end(self, tag: str) -> None:
        self.is_text = self.everything
        if (tag == "tc" and self.tables) or (self.everything and tag):
            self.flush()
        elif tag == "tbl" and self.tables:
            self.tables.pop()
        elif tag == "p":
            if self.tables:
                self.text.append("\n")
            else:
                self.flush()
                self.paragraph += 1

    def flush(self) -> None:
        text = "".join(self.text).strip()
        self.text = []
        if not text.strip():
            return
        if self.tables:
            table, row, cell = self.tables[-1]
            self.pieces.append(Piece(f"{self.where}表格第{row}行第{cell}格", text, row=f"{self.where}:{table}:{row}"))
        else:
            self.pieces.append(Piece(f"{self.where}第{self.paragraph + 1}段", text, row=self.where))


def read_word(parts: Parts) -> list[Piece]:
    """The pieces of every part that can hold text; raises Refusal for a damaged or too large file."""
    pieces: list[Piece] = []
    names = [name for name in parts.xml_names("word/", "docProps/", "customXml/") if not name.endswith(_SKIPPED)]
    for name in names:
        if "/theme/" in name:
            continue
        is_property = name.startswith(("docProps/", "customXml/"))
        where = "文件属性" if is_property else _TITLES.get(short(name), short(name))
        reader = _Reader(where, everything=is_property)
        parts.parse(name, reader.start, reader.characters, reader.end)
        reader.flush()
        pieces += reader.pieces
        if sum(len(piece.text) for piece in reader.pieces) > MOST_TEXT:
            raise parts.damaged()
    return pieces
