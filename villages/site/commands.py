"""`villages site …`: what the site says of itself."""

from __future__ import annotations

import click

from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.site.actions import SETTABLE, clear_detail, set_detail
from villages.site.details import DETAILS, TITLES, Detail
from villages.site.queries import rules_of, site_of
from villages.site.rules import RULES, Rule


@click.group()
def site() -> None:
    """网站信息（名称、标识码、备案号、电话）和运行规则（密码、登录、日志、巡查）。"""


@site.command("list")
@FORMAT
def list_(form: str) -> None:
    """列出每一项，没有设置的写明后果。"""
    with installation().storage.reading() as session:
        values, rules = site_of(session).values, rules_of(session)
    if form == "json":
        print_json({detail.key: values.get(detail.key) for detail in (*DETAILS, *TITLES)} | rules)
        return
    rows = [
        [each.key, each.label, values.get(each.key) or f"（没有设置：{each.empty}。写法如 {each.example}）"]
        for each in (*DETAILS, *TITLES)
    ]
    rows += [[each.key, each.label, f"{rules[each.key]} {each.unit}（{each.effect}）"] for each in RULES]
    say(columns(rows, ["项", "名称", "内容"]))


@site.command("set")
@click.argument("key")
@click.argument("value")
def set_(key: str, value: str) -> None:
    """设置一项；马上显示在每个页面上。"""
    with installation().storage.transaction() as session:
        set_detail(session, key, value, by=COMMAND_LINE, at=now())
    say(f"“{SETTABLE[key].label}”已设为 {value.strip()}")


@site.command()
@click.argument("key")
def clear(key: str) -> None:
    """清除一项；页面上不再显示。"""
    with installation().storage.transaction() as session:
        clear_detail(session, key, by=COMMAND_LINE, at=now())
    say(f"“{SETTABLE[key].label}”已清除：{_without(SETTABLE[key])}")


def _without(each: Detail | Rule) -> str:
    return each.empty if isinstance(each, Detail) else f"按 {each.default} {each.unit}办".replace(" 办", "办")
