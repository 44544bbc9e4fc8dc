"""Reads a county's list of villages (registry import FILE) and checks every cell of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from villages.core.spreadsheet import FORMULA, Row
from villages.registry.codes import is_code

# Column -> the headings people give it; the first is the one we write ourselves.
HEADINGS = {
    "code": ("code", "区划代码", "统计用区划代码", "村代码", "代码"),
    "name": ("name", "村名", "名称", "村（社区）", "村居名称"),
    "committee": ("committee", "村委会", "委员会", "村（居）委会"),
    "kind": ("kind", "类型", "类别"),
    "township_code": ("township_code", "乡镇代码"),
    "township": ("township", "乡镇", "乡镇名称"),
    "county": ("county", "县", "县名", "县（市、区）"),
    "city": ("city", "市", "市名"),
    "province": ("province", "省", "省名"),
    "in_scope": ("in_scope", "是否制码", "制码"),
}
OPTIONAL = {"committee", "kind", "township_code", "in_scope"}
KINDS = {"village": "village", "村": "village", "行政村": "village", "community": "community", "社区": "community"}
ANSWERS = {"1": True, "是": True, "true": True, "0": False, "否": False, "false": False}
LONGEST = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One village of the list, with the names of the divisions above it."""

    row: int
    code: str
    name: str
    committee: str
    kind: str
    in_scope: bool
    township: str
    county: str
    city: str
    province: str


def read_listing(rows: Sequence[Row]) -> tuple[list[Entry], list[str]]:
    """Entries and problems (Chinese, one a line, with row, column, value and remedy); entries only without problems."""
    columns, problems = _columns(rows[0])
    if problems:
        return [], problems
    entries = [_entry(row, columns, problems) for row in rows[1:]]
    if not entries:
        problems.append("文件里只有表头，没有村的记录，请检查是否选错了工作表")
    _refuse_contradictions([entry for entry in entries if entry], problems)
    return [entry for entry in entries if entry], problems


def _columns(header: Row) -> tuple[dict[str, int], list[str]]:
    given = {cell.strip().lower(): at for at, cell in reversed(list(enumerate(header.cells)))}
    columns = {column: given[name] for column, names in HEADINGS.items() for name in reversed(names) if name in given}
    lacking = [column for column in HEADINGS if column not in columns and column not in OPTIONAL]
    return columns, [
        f"第 {header.number} 行（表头）缺少“{column}”列（也可写作“{HEADINGS[column][1]}”），请补上"
        for column in lacking
    ]


class _Cells:
    """One row's cells by column, and the problems found in them."""

    def __init__(self, row: Row, columns: dict[str, int], problems: list[str]) -> None:
        self.row, self.columns, self.problems = row, columns, problems

    def text(self, column: str) -> str:
        at = self.columns.get(column, len(self.row.cells))
        value = self.row.cells[at] if at < len(self.row.cells) else ""
        if value == FORMULA:
            self.refuse(column, "（公式）", "请复制后用“粘贴为数值”，不要留公式")
        return value

    def refuse(self, column: str, value: str, remedy: str) -> None:
        shown = value if len(value) <= LONGEST else value[:LONGEST] + "…"
        self.problems.append(f"第 {self.row.number} 行“{column}”列的值“{shown}”不对：{remedy}")

    def name(self, column: str, *, needed: bool = True) -> str:
        value = self.text(column)
        if value == FORMULA:
            return value
        if not value and needed:
            self.refuse(column, value, "不能空着，请填上名称")
        elif value.isascii() and value.isdigit():
            self.refuse(column, value, "这里应是名称，现在是数字，列可能放错了")
        elif len(value) > LONGEST:
            self.refuse(column, value, f"名称不能超过 {LONGEST} 个字")
        elif not value.isprintable():
            self.refuse(column, ascii(value), "含有换行或看不见的字符，请删掉")
        return value

    def choice(self, column: str, choices: dict[str, T], default: T) -> T:
        value = self.text(column)
        if value in ("", FORMULA):
            return default
        if value.lower() not in choices:
            self.refuse(column, value, f"只能填 {'、'.join(choices)}")
        return choices.get(value.lower(), default)


def _entry(row: Row, columns: dict[str, int], problems: list[str]) -> Entry | None:
    before = len(problems)
    cells = _Cells(row, columns, problems)
    code, name = cells.text("code"), cells.name("name")
    _check_code(cells, code)
    township_code = cells.text("township_code")
    if township_code not in ("", FORMULA) and is_code(code) and township_code != code[:9]:
        cells.refuse("township_code", township_code, f"应与村代码的前 9 位 {code[:9]} 一致")
    entry = Entry(
        row=row.number,
        code=code,
        name=name,
        committee=cells.name("committee", needed=False),
        kind=cells.choice("kind", KINDS, "community" if name.endswith("社区") else "village"),
        in_scope=cells.choice("in_scope", ANSWERS, default=True),
        township=cells.name("township"),
        county=cells.name("county"),
        city=cells.name("city"),
        province=cells.name("province"),
    )
    return entry if len(problems) == before else None


def _check_code(cells: _Cells, code: str) -> None:
    if is_code(code) or code == FORMULA:
        return
    if "e+" in code.lower():
        remedy = "Excel 把代码变成了科学计数，请把这一列设为“文本”后重新填写 12 位代码"
    elif code.isascii() and code.isdigit():
        remedy = f"应是 12 位数字且不以 0 开头，现在是 {len(code)} 位"
    elif code:
        remedy = "应是 12 位数字，列可能放错了"
    else:
        remedy = "不能空着，请填 12 位统计用区划代码"
    cells.refuse("code", code, remedy)


def _refuse_contradictions(entries: Sequence[Entry], problems: list[str]) -> None:
    first: dict[str, Entry] = {}
    names: dict[str, tuple[str, int]] = {}
    for entry in entries:
        earlier = first.setdefault(entry.code, entry)
        if earlier is not entry:
            problems.append(
                f"第 {entry.row} 行“code”列的值“{entry.code}”不对：与第 {earlier.row} 行重复，一个代码只能有一行"
            )
        for column, digits in (("township", 9), ("county", 6), ("city", 4), ("province", 2)):
            name = getattr(entry, column)
            known, row = names.setdefault(entry.code[:digits], (name, entry.row))
            if known != name:
                problems.append(
                    f"第 {entry.row} 行“{column}”列的值“{name}”不对：代码 {entry.code[:digits]} "
                    f"在第 {row} 行叫“{known}”，两处要一致"
                )
