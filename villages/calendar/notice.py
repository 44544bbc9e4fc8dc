"""Reads the annual notice (放假安排) from a table: date, is_workday, name. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from villages.core.spreadsheet import FORMULA, Row

HEADINGS = {
    "date": ("date", "日期"),
    "is_workday": ("is_workday", "是否上班", "是否工作日", "上班"),
    "name": ("name", "名称", "节日", "说明"),
}
ANSWERS = {
    "1": True, "是": True, "true": True, "上班": True, "班": True,
    "0": False, "否": False, "false": False, "放假": False, "休": False,
}  # fmt: skip
LONGEST = 20
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


@dataclass(frozen=True)
class NoticeDay:
    """One day of the notice, and the row it stood in."""

    row: int
    day: date
    is_workday: bool
    name: str


def read_notice(rows: Sequence[Row]) -> tuple[list[NoticeDay], list[str]]:
    """Days and problems (Chinese, a line each, with row, column, value and remedy); days only without problems."""
    header = [cell.strip().lower() for cell in rows[0].cells]
    columns = {key: header.index(name) for key, names in HEADINGS.items() for name in reversed(names) if name in header}
    lacking = [
        f"第 {rows[0].number} 行（表头）缺少“{key}”列（也可写作“{names[1]}”），请补上"
        for key, names in HEADINGS.items()
        if key not in columns
    ]
    if lacking:
        return [], lacking
    problems: list[str] = []
    days = [_day(row, columns, problems) for row in rows[1:]]
    if not days:
        problems.append("文件里只有表头，没有日期，请检查是否选错了工作表")
    _refuse_twice([day for day in days if day], problems)
    return [] if problems else [day for day in days if day], problems


def _day(row: Row, columns: dict[str, int], problems: list[str]) -> NoticeDay | None:
    before = len(problems)
    given, answer, name = (row.cells[at] if at < len(row.cells) else "" for at in columns.values())
    day, works = _date(given), ANSWERS.get(answer.lower())
    if day is None:
        _refuse(problems, row, "date", given, "应是一个日期，例如 2027-01-01")
    if works is None:
        _refuse(problems, row, "is_workday", answer, "只能填 1（上班）或 0（放假）")
    if name == FORMULA or len(name) > LONGEST or not name.isprintable():
        _refuse(problems, row, "name", name, f"应是节日名称，最多 {LONGEST} 个字，不要留公式")
    elif not name:
        _refuse(problems, row, "name", name, "不能空着，请填节日名称，例如 春节")
    return NoticeDay(row.number, day, works, name) if day and works is not None and len(problems) == before else None


def _date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _refuse(problems: list[str], row: Row, column: str, value: str, remedy: str) -> None:
    shown = "（公式）" if value == FORMULA else value[:LONGEST]
    problems.append(f"第 {row.number} 行“{column}”列的值“{shown}”不对：{remedy}")


def _refuse_twice(days: Sequence[NoticeDay], problems: list[str]) -> None:
    first: dict[date, NoticeDay] = {}
    problems += [
        f"第 {day.row} 行“date”列的值“{day.day}”不对：与第 {first[day.day].row} 行重复，一天只能有一行"
        for day in days
        if first.setdefault(day.day, day) is not day
    ]
