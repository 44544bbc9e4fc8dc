"""`villages accounts …`: accounts of staff, from the command line."""

from __future__ import annotations

import sys

import click

from villages.accounts import actions
from villages.accounts.models import ROLES
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.console import installation, say
from villages.core.refusal import Refusal
from villages.registry.queries import publisher_by_code, unit_by_code


@click.group()
def accounts() -> None:
    """工作人员账号。"""


@accounts.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="角色")
@click.option("--scope", required=True, help="管辖范围：区划代码（县 6 位，乡镇 9 位，村 12 位），或县直单位的单位代码")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码（第一行）")
def add(name: str, role: str, scope: str, password_stdin: bool) -> None:  # noqa: FBT001
    """建立一个账号。不加 --password-stdin 时会在终端里问两遍密码。"""
    storage, password = installation().storage, _password(from_stdin=password_stdin)
    with storage.transaction() as session:
        unit, department = unit_by_code(session, scope), None
        if unit is None:
            department = publisher_by_code(session, scope)
            if department is None or department.kind != "department":
                raise Refusal(f"没有区划代码或单位代码为 {scope} 的单位，请核对（村 12 位，乡镇 9 位，县 6 位）")
            unit = department.unit
        staff = actions.add_staff(
            session, name, role=role, unit=unit, department=department, password=password, by=COMMAND_LINE, at=now()
        )
        say(f"已建立账号“{staff.name}”：{ROLES[role]}，范围{staff.area}")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("密码", hide_input=True, confirmation_prompt="再输一遍密码"))
