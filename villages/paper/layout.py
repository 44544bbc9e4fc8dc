"""Paper layouts as data: what a label product measures, read from TOML and checked. All lengths in mm."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, fields
from typing import Any

from villages.paper.errors import PaperError

TEMPLATES = ("door", "sticker", "wall")
QUIET_SHARE = 37 / 29
"""A code with its quiet zone against the code alone, for the smallest code that holds an https address (29 modules)."""
DOOR_CODE_SHARE, DOOR_SHAPE = 0.62, 297 / 210
STICKER_WORDS_MM = 12.0
WALL_WORDS_MM, WALL_HEAD_MM, WALL_FOOT_MM = 7.0, 30.0, 15.0
"""What each template needs beside its code; the templates are drawn for no less."""
TOLERANCE_MM = 0.01
LARGEST_SIDE_MM = 1500.0
MOST_LABELS_A_SIDE = 50


@dataclass(frozen=True)
class Layout:
    """How labels lie on a sheet.

    `code_mm` is the printed width of the code itself, WITHOUT its quiet zone: a module is code_mm / size wide, and the
    quiet zone (4 modules) comes on top of code_mm on every side.
    """

    name: str
    title: str
    template: str
    """door, sticker or wall: what a label says and how it looks."""
    paper_width_mm: float
    paper_height_mm: float
    margin_top_mm: float
    margin_left_mm: float
    """From the paper's edge to the first label."""
    columns: int
    rows: int
    pitch_x_mm: float
    pitch_y_mm: float
    """From one label's left (top) edge to the next one's; what is over is the gap."""
    label_width_mm: float
    label_height_mm: float
    code_mm: float
    cut_lines: bool = False
    product: str = ""
    """Which paper to buy, in words."""

    @property
    def labels_per_page(self) -> int:
        """Places on one sheet."""
        return self.columns * self.rows

    @property
    def margin_bottom_mm(self) -> float:
        """From the last row's pitch to the paper's edge."""
        return self.paper_height_mm - self.margin_top_mm - self.rows * self.pitch_y_mm

    def place(self, index: int) -> tuple[float, float]:
        """Left and top edge of a place on its sheet, counted from 0, row by row."""
        row, column = divmod(index, self.columns)
        return self.margin_left_mm + column * self.pitch_x_mm, self.margin_top_mm + row * self.pitch_y_mm


def parse_layouts(toml_text: str) -> dict[str, Layout]:
    """The layouts of a TOML text, one table each, by name; PaperError names table and key and says what to do."""
    try:
        tables = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise PaperError(f"版式文件不是有效的 TOML：{error}；请对照其他版式改正") from error
    return {name: _layout(name, table) for name, table in tables.items()}


def _layout(name: str, table: object) -> Layout:
    if not isinstance(table, dict):
        raise _wrong(name, str(table), "不属于任何版式，请把它写在 [版式名] 之下")
    known = {field.name: field for field in fields(Layout) if field.name != "name"}
    for key in table:
        if key not in known:
            raise _wrong(name, key, f"不是版式的项目，请删去或改成：{'、'.join(known)}")
    for key, field in known.items():
        if key not in table and field.default is MISSING:
            raise _wrong(name, key, "没有写，请补上")
    layout = Layout(name=name, **{key: _value(name, key, str(known[key].type), table[key]) for key in table})
    _check(layout)
    return layout


def _value(name: str, key: str, kind: str, value: Any) -> Any:
    """A value of the type its field declares; whole numbers do for lengths."""
    if kind == "float" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if type(value).__name__ != kind:
        wanted = {"float": "以毫米计的数", "int": "整数", "bool": " true 或 false ", "str": "加引号的文字"}[kind]
        raise _wrong(name, key, f"应是{wanted}，现在是 {value!r}")
    return value


def _check(layout: Layout) -> None:
    """Refuse numbers with which labels overlap, leave the paper or are too small for their code."""
    if layout.template not in TEMPLATES:
        raise _wrong(layout.name, "template", f"应是 {'、'.join(TEMPLATES)} 之一，现在是“{layout.template}”")
    for key in ("columns", "rows"):
        _within(layout, key, 1, MOST_LABELS_A_SIDE)
    for key in ("paper_width_mm", "paper_height_mm", "label_width_mm", "label_height_mm", "code_mm"):
        _within(layout, key, 1, LARGEST_SIDE_MM)
    for key in ("margin_top_mm", "margin_left_mm"):
        _within(layout, key, 0, LARGEST_SIDE_MM)
    for axis, side, count in (("x", "width", layout.columns), ("y", "height", layout.rows)):
        _check_axis(layout, axis, side, count)
    _check_code(layout)


def _check_code(layout: Layout) -> None:
    """The code with its quiet zone fits its label and leaves the words the room that the template needs."""
    width, height = layout.label_width_mm, layout.label_height_mm
    room = {
        "door": min(width * DOOR_CODE_SHARE, height),
        "sticker": min(width - STICKER_WORDS_MM, height),
        "wall": min(width, height - WALL_WORDS_MM),
    }[layout.template]
    if layout.code_mm * QUIET_SHARE > room + TOLERANCE_MM:
        most = max(0, int(room / QUIET_SHARE * 10) / 10)
        raise _wrong(layout.name, "code_mm", f"太大，连同四周空白和文字放不进标签，请改成不超过 {most:g}")
    if layout.template == "door" and height < width * DOOR_SHAPE - TOLERANCE_MM:
        raise _wrong(layout.name, "label_height_mm", f"太小，门牌要竖长，请改成至少 {width * DOOR_SHAPE:.1f}")
    if layout.template == "wall" and layout.margin_top_mm < WALL_HEAD_MM:
        raise _wrong(layout.name, "margin_top_mm", f"太小，挂图上方要放标题，请改成至少 {WALL_HEAD_MM:g}")
    if layout.template == "wall" and layout.margin_bottom_mm < WALL_FOOT_MM:
        raise _wrong(layout.name, "rows", f"太多，挂图下方要留 {WALL_FOOT_MM:g} 毫米放说明，请减少行数或行距")


def _check_axis(layout: Layout, axis: str, side: str, count: int) -> None:
    """Labels neither overlap nor leave the paper along one axis."""
    label, pitch = getattr(layout, f"label_{side}_mm"), getattr(layout, f"pitch_{axis}_mm")
    margin = layout.margin_left_mm if axis == "x" else layout.margin_top_mm
    if count > 1 and pitch < label - TOLERANCE_MM:
        raise _wrong(layout.name, f"pitch_{axis}_mm", f"比 label_{side}_mm 小，标签会重叠，请改成至少 {label:g}")
    end, paper = margin + (count - 1) * pitch + label, getattr(layout, f"paper_{side}_mm")
    if end > paper + TOLERANCE_MM:
        raise _wrong(
            layout.name, f"label_{side}_mm", f"标签伸到 {end:g} 毫米处，超出 {paper:g} 毫米的纸，请改小标签、间距或边距"
        )


def _within(layout: Layout, key: str, least: float, most: float) -> None:
    value = getattr(layout, key)
    if not least <= value <= most:  # also refuses nan
        raise _wrong(layout.name, key, f"应在 {least:g} 到 {most:g} 之间，现在是 {value:g}")


def _wrong(table: str, key: str, problem: str) -> PaperError:
    return PaperError(f"版式 [{table}] 的 {key} {problem}")
