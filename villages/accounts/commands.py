"""`villages accounts …`: accounts of staff, from the command line."""

from __future__ import annotations

import sys

import click

from villages.accounts import actions, keeping
from villages.accounts.models import ROLES
from villages.accounts.queries import Wanted, area_with, people, staff
from villages.audit.models import COMMAND_LINE
from villages.core.clock import moment_text, now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.refusal import Refusal


@click.group()
def accounts() -> None:
    """工作人员账号。"""


@accounts.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="角色")
@click.option("--scope", required=True, help="管辖范围：区划代码（县 6 位，乡镇 9 位，村 12 位），或县直单位的单位代码")
@click.option("--must-change", is_flag=True, help="第一次登录时必须换密码")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码（第一行）")
def add(name: str, role: str, scope: str, must_change: bool, password_stdin: bool) -> None:  # noqa: FBT001
    """建立一个账号。不加 --password-stdin 时会在终端里问两遍密码。"""
    storage, password = installation().storage, _password(from_stdin=password_stdin)
    with storage.transaction() as session:
        area = area_with(session, scope)
        if area is None:
            raise Refusal(f"没有区划代码或单位代码为 {scope} 的单位，请核对（村 12 位，乡镇 9 位，县 6 位）")
        staff = actions.add_staff(
            session, name, role=role, unit=area[0], department=area[1], password=password, must_change=must_change,
            by=COMMAND_LINE, at=now(),
        )  # fmt: skip
        say(f"已建立账号“{staff.name}”：{ROLES[role]}，范围{staff.area}")


@accounts.command("list")
@click.option("--role", type=click.Choice(list(ROLES)), help="只看一种角色")
@click.option("--state", type=click.Choice(["open", "closed", "sleeping"]), help="在用、停用、90 天没登录")
@FORMAT
def list_(role: str | None, state: str | None, form: str) -> None:
    """列出账号：角色、范围、上次登录。"""
    with installation().storage.reading() as session:
        found = session.scalars(people(None, Wanted(role=role or "", state=state or ""), at=now())).all()
        rows = [
            {
                "name": each.name,
                "role": each.role,
                "scope": each.department.code if each.department else each.unit.division_code,
                "area": each.area,
                "last_sign_in_at": moment_text(each.last_sign_in_at) if each.last_sign_in_at else "",
                "state": "closed" if each.disabled_at else "open",
                "second_factor": bool(each.factor),
            }
            for each in found
        ]
    if form == "json":
        print_json(rows)
        return
    table = [
        [row["name"], ROLES[str(row["role"])], row["scope"], row["area"], row["last_sign_in_at"] or "还没有",
         "停用" if row["state"] == "closed" else "在用"]
        for row in rows
    ]  # fmt: skip
    say(columns([list(map(str, line)) for line in table], ["账号", "角色", "代码", "范围", "上次登录", "情况"]))


@accounts.command()
@click.argument("name")
def close(name: str) -> None:
    """停用一个账号；他在各处的登录马上退出。"""
    with installation().storage.transaction() as session:
        keeping.close(session, staff(session, name), by=COMMAND_LINE, at=now())
    say(f"账号“{name}”已停用")


@accounts.command()
@click.argument("name")
def reopen(name: str) -> None:
    """重新启用停用的账号，给出一次性口令。"""
    with installation().storage.transaction() as session:
        code = keeping.reopen(session, staff(session, name), by=COMMAND_LINE, at=now())
    _say_code(name, code)


@accounts.command()
@click.argument("name")
def reset(name: str) -> None:
    """作废一个账号的密码，给出一次性口令，由本人设新密码。"""
    with installation().storage.transaction() as session:
        code = keeping.reset(session, staff(session, name), by=COMMAND_LINE, at=now())
    _say_code(name, code)


@accounts.command("reset-factor")
@click.argument("name")
def reset_factor(name: str) -> None:
    """清除一个账号的动态验证码（手机丢了时用）。"""
    with installation().storage.transaction() as session:
        keeping.remove_factor(session, staff(session, name), by=COMMAND_LINE, at=now())
    say(f"账号“{name}”的动态验证码已清除")


def _say_code(name: str, code: str) -> None:
    say(f"请把这个一次性链接交给“{name}”本人，由他自己设密码（24 小时内有效，只能用一次）：")
    say(f"{installation().settings.base_url}admin/first#{code}")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("密码", hide_input=True, confirmation_prompt="再输一遍密码"))
