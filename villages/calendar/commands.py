"""`villages calendar …`: working days, from the command line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from villages.audit.models import COMMAND_LINE
from villages.calendar.actions import import_days
from villages.calendar.arithmetic import PROVISIONAL
from villages.calendar.notice import read_notice
from villages.calendar.queries import calendar_of, days_of
from villages.calendar.statutory import statutory_days
from villages.core.clock import now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.refusal import refuse_if
from villages.core.spreadsheet import read_table

WEEKDAYS = "一二三四五六日"


@click.group()
def calendar() -> None:
    """工作日历：导入每年的放假安排、查看一年。"""


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看会改什么，不写进数据库")
def import_(file: Path, dry_run: bool) -> None:  # noqa: FBT001 - click hands options over like this
    """从 CSV 或 XLSX 导入放假安排（date、is_workday、name 三列），全部成功才写入。"""
    days, problems = read_notice(read_table(file))
    refuse_if(f"{file.name} {problem}" for problem in problems)
    with installation().storage.transaction() as session:
        outcome = import_days(session, days, by=COMMAND_LINE, at=now())
        if dry_run:
            session.rollback()
    for title, lines in (("新增", outcome.added), ("变更", outcome.changed)):
        say(f"{title} {len(lines)} 天")
        for line in lines:
            say(f"  {line}")
    say(f"不变 {len(outcome.unchanged)} 天")
    for year in outcome.new_years:
        say(f"{year} 年从此按正式安排计算，原来{PROVISIONAL}的期限会重新算")
    say("这是试运行，数据库没有改动" if dry_run else "已写入数据库")


@calendar.command()
@click.argument("year", type=click.IntRange(1, 9998))
@FORMAT
def show(year: int, form: str) -> None:
    """查看一年的放假和调休，共多少个工作日。"""
    with installation().storage.reading() as session:
        known, rows = calendar_of(session), days_of(session, year)
    is_known = year in known.years
    listed = [(row.day, row.is_workday, row.name, row.source) for row in rows]
    if not is_known:
        listed = [(day, False, name, PROVISIONAL) for day, name in sorted(statutory_days(year).items())]
    first = date(year, 1, 1)
    working = sum(known.is_workday(first + timedelta(days=step)) for step in range((date(year + 1, 1, 1) - first).days))
    if form == "json":
        keys = ("date", "is_workday", "name", "source")
        days = [dict(zip(keys, (str(day), *rest), strict=True)) for day, *rest in listed]
        print_json({"year": year, "provisional": not is_known, "working_days": working, "days": days})
        return
    table = [
        [str(day), f"周{WEEKDAYS[day.weekday()]}", "上班" if works else "放假", name, source]
        for day, works, name, source in listed
    ]
    say(columns(table, ["日期", "星期", "安排", "名称", "来源"]))
    say(
        f"{year} 年共 {working} 个工作日"
        + ("" if is_known else f"（{PROVISIONAL}：放假安排还没有导入，按周末和法定节假日算）")
    )
