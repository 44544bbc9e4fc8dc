"""Labels to a PDF to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from villages.paper import fonts, qr
from villages.paper.errors import PaperError
from villages.paper.layout import TOLERANCE_MM, Layout
from villages.paper.pages import Label, Page, pages_of
from villages.paper.typesetting import typeset

__all__ = ["Label", "Page", "compose", "pages_of"]

TEST_MARK = "测试，勿张贴"
LARGEST_SHIFT_MM = 20.0
LONGEST_HELP = 80
LONGEST_NAME = 40


def compose(
    layout: Layout,
    labels: Sequence[Label],
    *,
    test: bool,
    skip: int = 0,
    shift_mm: tuple[float, float] = (0.0, 0.0),
    cut_lines: bool | None = None,
    help_text: str,
    title: str,
    stamp: datetime,
) -> bytes:
    """The PDF of some labels: tagged, fonts embedded, codes as vectors; the same input gives the same bytes.

    `shift_mm` moves everything right and down for a printer that prints off centre. `help_text` says what to do when
    the code cannot be scanned. `stamp` (with a time zone) becomes the document's date. PaperError when it cannot be.
    """
    _check(layout, labels, shift_mm, help_text)
    fonts.require_characters(_texts(labels, help_text, title))
    pages = pages_of(layout, labels, skip)
    lines = layout.cut_lines if cut_lines is None else cut_lines
    data = {
        "title": title,
        "help": help_text,
        "test": TEST_MARK if test else None,
        "paper": [layout.paper_width_mm, layout.paper_height_mm],
        "shift": shift_mm,
        "code": layout.code_mm,
        "margins": [layout.margin_top_mm, layout.margin_bottom_mm, layout.margin_left_mm],
        "advance": fonts.advances(),
        "pages": [_page_data(page, page.lines() if lines else []) for page in pages],
    }
    return typeset(layout.template, data, stamp)


def _page_data(page: Page, lines: list[tuple[float, float, float, float]]) -> dict[str, Any]:
    layout = page.layout
    return {
        "label": [layout.label_width_mm, layout.label_height_mm],
        "lines": lines,
        "labels": [_label_data(*place) for place in page.places()],
    }


def _label_data(x: float, y: float, label: Label) -> dict[str, Any]:
    code = qr.matrix(label.url)
    words = {"village": label.village, "township": label.township, "county": label.county, "domain": label.domain}
    spoken = f"{label.number[:4]} {label.number[4:]}"
    return words | {
        "at": [x, y],
        "number": spoken,
        "typed": label.typed,
        "url": label.url,
        "size": code.size,
        "path": qr.path(code),
    }


def _check(layout: Layout, labels: Sequence[Label], shift_mm: tuple[float, float], help_text: str) -> None:
    """Refuse what would come out as a bad sheet."""
    if not labels:
        raise PaperError("没有要印的码牌，请先给村（社区）制码或换一个范围")
    if not max(map(abs, shift_mm)) <= LARGEST_SHIFT_MM:
        raise PaperError(f"偏移量应在 ±{LARGEST_SHIFT_MM:g} 毫米以内，现在是 {shift_mm[0]:g}, {shift_mm[1]:g}")
    if len(help_text) > LONGEST_HELP:
        raise PaperError(f"求助说明有 {len(help_text)} 字，放不下，请缩短到 {LONGEST_HELP} 字以内")
    room = min(layout.label_width_mm, layout.label_height_mm)
    for label in labels:
        code = qr.matrix(label.url)
        if layout.code_mm / code.size * code.size_with_quiet > room + TOLERANCE_MM:
            raise PaperError(f"码号 {label.number} 的二维码连同四周空白放不进版式 {layout.name} 的标签，请改小 code_mm")
        for name in (label.village, label.township, label.county):
            if len(name) > LONGEST_NAME:
                raise PaperError(f"码号 {label.number} 的名称“{name}”超过 {LONGEST_NAME} 字，请改用简称")


def _texts(labels: Sequence[Label], *others: str) -> Iterator[str]:
    yield from others
    for label in labels:
        yield from (label.village, label.township, label.county, label.domain, label.url, label.number)
