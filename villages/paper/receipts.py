"""A published item on a strip from a receipt printer: what matters, and a code to all of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from villages.paper import fonts, qr
from villages.paper.notices import Notice, Part, refuse_unreadable, texts
from villages.paper.typesetting import typeset

# Half a metre of paper at most; the code leads to the rest.
MOST_ROWS, MOST_CHARACTERS = 12, 700


def compose(notice: Notice, *, stamp: datetime) -> bytes:
    """The strip as a tagged PDF of one page, as long as it needs, its code read back. Raises PaperError."""
    cut = tuple(_cut(notice.parts))
    fonts.require_characters(texts(notice, tuple(part for part, _ in cut)))
    code = qr.matrix(notice.url)
    data: dict[str, Any] = {
        "title": notice.title, "place": notice.place, "source": notice.source, "url": notice.url, "mark": notice.mark,
        "facts": notice.facts, "foot": notice.foot, "size": code.size, "path": qr.path(code),
        "parts": [_part_data(part, more) for part, more in cut],
    }  # fmt: skip
    pdf = typeset("receipt", data, stamp)
    refuse_unreadable(pdf, notice.url)
    return pdf


def _cut(parts: tuple[Part, ...]) -> Iterator[tuple[Part, str]]:
    """What fits of each part, and what is said of the rest."""
    rows, room = MOST_ROWS, MOST_CHARACTERS
    for part in parts:
        kept_rows, rows = part.rows[:rows], rows - len(part.rows[:rows])
        kept: list[str] = []
        for paragraph in part.paragraphs:
            if room > 0:
                kept.append(paragraph if len(paragraph) <= room else paragraph[:room] + "……")
            room -= len(paragraph)
        left = len(part.rows) - len(kept_rows)
        is_short = room < 0 and bool(part.paragraphs)
        more = f"还有 {left} 条，请扫码看。" if left else "没有印完，请扫码看全文。" if is_short else ""
        if kept or kept_rows or more:
            yield Part(part.heading, tuple(kept), part.labels, kept_rows, part.right, part.totals), more


def _part_data(part: Part, more: str) -> dict[str, Any]:
    rows = [[f"{label}：{cell}" for label, cell in zip(part.labels, row, strict=True) if cell] for row in part.rows]
    return {
        "heading": part.heading, "paragraphs": part.paragraphs, "rows": rows, "totals": part.totals, "more": more,
    }  # fmt: skip
