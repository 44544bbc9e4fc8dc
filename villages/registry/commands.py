"""`villages registry …`: the list of villages, from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.refusal import Refusal, refuse_if
from villages.core.spreadsheet import read_table
from villages.registry import actions, queries
from villages.registry.listing import Entry, read_listing
from villages.registry.loading import Outcome, load
from villages.registry.models import Unit

LISTED = {"added": "新增", "changed": "变更", "unchanged": "不变", "missing": "名单里没有（保持原样）"}


def read_county(path: Path) -> list[Entry]:
    """The checked entries of a list of villages; raises Refusal with every problem in it."""
    entries, problems = read_listing(read_table(path))
    refuse_if(f"{path.name} {problem}" for problem in problems)
    return entries


def report(outcome: Outcome, *, most: int | None = None) -> None:
    """Print what a list changed: a count of each kind, and up to `most` of the changes but the unchanged."""
    for key, title in LISTED.items():
        lines = getattr(outcome, key)
        say(f"{title} {len(lines)} 个")
        if key != "unchanged" and (most is None or len(lines) <= most):
            for line in lines:
                say(f"  {line}")


@click.group()
def registry() -> None:
    """村庄名单：导入、改名、改代码、并村、电话。"""


@registry.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看会改什么，不写进数据库")
@FORMAT
def import_(file: Path, dry_run: bool, form: str) -> None:  # noqa: FBT001 - click hands options over like this
    """从 CSV 或 XLSX 文件导入村庄名单：按代码对应，全部成功才写入。"""
    entries = read_county(file)
    with installation().storage.transaction(alone=True) as session:
        outcome = load(session, entries, by=COMMAND_LINE, at=now())
        if dry_run:
            session.rollback()
    if form == "json":
        print_json({key: getattr(outcome, key) for key in LISTED} | {"dry_run": dry_run})
    else:
        report(outcome)
        say("这是试运行，数据库没有改动" if dry_run else "已写入数据库")


@registry.command("list")
@click.option("--township", help="乡镇名称或 9 位代码")
@FORMAT
def list_(township: str | None, form: str) -> None:
    """列出各村（社区）。"""
    with installation().storage.reading() as session:
        area = queries.township_named(session, township) if township else None
        units = queries.villages_of(session, area, scope_only=False)
        rows = [_row(session, unit) for unit in units]
    if form == "json":
        print_json(rows)
    else:
        say(columns([list(map(str, row.values())) for row in rows], ["代码", "乡镇", "村", "制码", "电话"]))


def _row(session: Session, unit: Unit) -> dict[str, object]:
    contact = queries.contact_of(session, unit)
    return {
        "code": unit.division_code,
        "township": unit.name_above("township"),
        "name": unit.name,
        "in_scope": unit.in_scope,
        "phone": contact[1].phone if contact else "",
    }


@registry.command()
@click.argument("text")
def find(text: str) -> None:
    """用村名、曾用名、代码、拼音或拼音首字母找村。"""
    with installation().storage.reading() as session:
        units = queries.find_villages(session, text)
        if not units:
            raise Refusal(f"没有找到“{text}”，请换一个字或拼音试试")
        for unit in units:
            say(f"{unit.division_code} {unit.name}（{unit.name_above('township')}）")


@registry.command()
@click.argument("code")
@click.argument("name")
def rename(code: str, name: str) -> None:
    """给一个单位改名；旧名作为曾用名保留，码牌照用。"""
    with installation().storage.transaction(alone=True) as session:
        unit = _unit(session, code)
        old = unit.name
        actions.rename(session, unit, name, by=COMMAND_LINE, at=now())
        say(f"{code} 已由{old}改名为{unit.name}")


@registry.command()
@click.argument("old")
@click.argument("new")
def recode(old: str, new: str) -> None:
    """给一个村或乡镇换区划代码；码牌和旧网址照用。"""
    with installation().storage.transaction(alone=True) as session:
        unit = _unit(session, old)
        count = actions.recode(session, unit, new, by=COMMAND_LINE, at=now())
        say(f"{unit.name}的代码已由 {old} 改为 {new}，共改了 {count} 个单位")


@registry.command()
@click.argument("code")
@click.option("--into", required=True, help="并入哪个村（12 位代码）")
def merge(code: str, into: str) -> None:
    """撤村并村：前一个村的码牌从此打开后一个村的页面。"""
    with installation().storage.transaction(alone=True) as session:
        unit, target = queries.village(session, code), queries.village(session, into)
        actions.merge(session, unit, target, by=COMMAND_LINE, at=now())
        say(f"{unit.name}已并入{target.name}")


@registry.command()
@click.argument("code")
@click.option("--phone", required=True, help="对外公布的办公电话")
@click.option("--hours", default="", help="接听时间，例如：工作日 8:30—17:30")
def contact(code: str, phone: str, hours: str) -> None:
    """登记一个单位对外公布的办公电话；村里没有的，页面显示乡镇、县的。"""
    with installation().storage.transaction() as session:
        unit = _unit(session, code)
        actions.set_contact(session, unit, phone=phone, hours=hours, by=COMMAND_LINE, at=now())
        say(f"{unit.name}的电话已登记为 {phone}")


def _unit(session: Session, code: str) -> Unit:
    unit = queries.unit_by_code(session, code)
    if unit is None:
        raise Refusal(f"没有区划代码为 {code} 的单位，请核对（村 12 位，乡镇 9 位，县 6 位）")
    return unit
