"""HTML whose plain text can be written over in place: each character knows where in the source it came from. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from itertools import pairwise

from villages.disclosures.gate.findings import Edit
from villages.disclosures.wording import seen

# As html.unescape takes references apart.
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
_LINE_ENDS = "\n\r\u2028\u2029"


@dataclass
class _Unit:
    """A character of the source, or a reference such as &nbsp; with what it stands for."""

    raw: str
    chars: list[str]
    is_changed: bool = False

    def source(self) -> str:
        return escape("".join(self.chars), quote=False) if self.is_changed else self.raw


@dataclass
class _Token:
    """A tag, a comment or a run of text, as it stands in the source."""

    start: int
    data: str = ""
    tag: str = ""
    attributes: list[tuple[str, str | None]] = field(default_factory=list)
    sort: str = "other"
    raw: str = ""
    units: list[_Unit] = field(default_factory=list)
    is_changed: bool = False

    def source(self) -> str:
        if self.sort == "data":
            return "".join(unit.source() for unit in self.units)
        if not self.is_changed:
            return self.raw
        if self.sort == "comment":
            return f"<!--{self.data}-->"
        told = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in self.attributes)
        return f"<{self.tag}{told}{' /' if self.raw.endswith('/>') else ''}>"


class HtmlSource(HTMLParser):
    """An HTML text taken apart. `parts` and `cells` are the elements that part words by a line end or a tab."""

    def __init__(self, html: str, *, parts: Collection[str], cells: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._parts, self._cells = parts, cells
        self._tokens: list[_Token] = []
        # Each character of the text before it is put in order, with the unit it came from and its place there.
        self._words: list[tuple[str, _Unit | None, int]] = []
        self._hidden: list[tuple[_Token, int]] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]
        self.feed(html)
        self.close()
        ends = [*(token.start for token in self._tokens), len(html)]
        for token, (start, end) in zip(self._tokens, pairwise(ends), strict=True):
            token.raw = html[start:end]
        self._read_words()

    def rewritten(self, edits: Sequence[Sequence[Edit]]) -> str:
        """The source with the plain text, then what does not show, written over as the edits say."""
        places = self._places()
        for edit in edits[0]:
            text = edit.text
            for _, unit, at in places[edit.start : edit.end]:
                if unit is not None:
                    unit.chars[at], unit.is_changed, text = text, True, ""
        for (token, at), wanted in zip(self._hidden, edits[1:], strict=True):
            for edit in reversed(wanted):
                self._write_over(token, at, edit)
        return "".join(token.source() for token in self._tokens)

    def _write_over(self, token: _Token, at: int, edit: Edit) -> None:
        token.is_changed = True
        if token.sort == "comment":
            token.data = token.data[: edit.start] + edit.text + token.data[edit.end :]
            return
        name, value = token.attributes[at]
        value = value or ""
        token.attributes[at] = name, value[: edit.start] + edit.text + value[edit.end :]

    def _places(self) -> list[tuple[str, _Unit | None, int]]:
        """The characters of the plain text: those nobody sees left out, lines trimmed, empty lines dropped."""
        lines: list[list[tuple[str, _Unit | None, int]]] = [[]]
        for place in self._words:
            if place[0] in _LINE_ENDS:
                lines.append([])
            elif place[0] == "\t" or seen(place[0]):
                lines[-1].append(place)
        found: list[tuple[str, _Unit | None, int]] = []
        for line in filter(None, map(_trimmed, lines)):
            found += [("\n", None, 0), *line] if found else line
        return found

    def text(self) -> str:
        """The plain text."""
        return "".join(char for char, _, _ in self._places())

    def hidden(self) -> list[str]:
        """What does not show: the values of attributes, and comments."""
        return [token.data if token.sort == "comment" else token.attributes[at][1] or "" for token, at in self._hidden]

    def _read_words(self) -> None:
        for token in self._tokens:
            if token.sort == "data":
                token.units = _units(token.raw, token.data)
                self._words += [(char, unit, at) for unit in token.units for at, char in enumerate(unit.chars)]
            elif token.sort in ("start", "end") and token.tag in self._cells:
                self._words += [("\t", None, 0)] if token.sort == "start" else []
            elif token.sort in ("start", "end") and token.tag in self._parts:
                self._words.append(("\n", None, 0))

    def _add(self, sort: str, **given: object) -> _Token:
        line, column = self.getpos()
        token = _Token(self._lines[line - 1] + column, sort=sort, **given)  # type: ignore[arg-type]
        self._tokens.append(token)
        return token

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        token = self._add("start", tag=tag, attributes=list(attrs))
        self._hidden += [(token, at) for at, (_, value) in enumerate(attrs) if value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself; it parts words once, as twice is no other."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of an element."""
        self._add("end", tag=tag)

    def handle_data(self, data: str) -> None:
        """Note a run of text."""
        self._add("data", data=data)

    def handle_comment(self, data: str) -> None:
        """Note a comment."""
        self._hidden.append((self._add("comment", data=data), 0))

    def handle_decl(self, decl: str) -> None:
        """Note a declaration."""
        self._add("other", data=decl)

    def handle_pi(self, data: str) -> None:
        """Note a processing instruction."""
        self._add("other", data=data)

    def unknown_decl(self, data: str) -> None:
        """Note a marked section."""
        self._add("other", data=data)


def _trimmed(line: list[tuple[str, _Unit | None, int]]) -> list[tuple[str, _Unit | None, int]]:
    filled = [at for at, (char, _, _) in enumerate(line) if not char.isspace()]
    return line[filled[0] : filled[-1] + 1] if filled else []


def _units(raw: str, data: str) -> list[_Unit]:
    """A run of text character by character; references are taken apart only where the parser did so."""
    if raw == data:
        return [_Unit(char, [char]) for char in raw]
    units, at = [], 0
    for match in _REFERENCE.finditer(raw):
        units += [_Unit(char, [char]) for char in raw[at : match.start()]]
        units.append(_Unit(match.group(), list(unescape(match.group()))))
        at = match.end()
    return units + [_Unit(char, [char]) for char in raw[at:]]
