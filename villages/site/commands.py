"""`villages site …`: what the site says of itself."""

from __future__ import annotations

import click

from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.site.actions import clear_detail, set_detail
from villages.site.details import BY_KEY, DETAILS
from villages.site.queries import site_of


@click.group()
def site() -> None:
    """网站信息：名称、标识码、备案号、主办单位、联系电话。"""


@site.command("list")
@FORMAT
def list_(form: str) -> None:
    """列出每一项，没有设置的写明后果。"""
    with installation().storage.reading() as session:
        values = site_of(session).values
    if form == "json":
        print_json({detail.key: values.get(detail.key) for detail in DETAILS})
        return
    rows = [
        [each.key, each.label, values.get(each.key) or f"（没有设置：{each.empty}。写法如 {each.example}）"]
        for each in DETAILS
    ]
    say(columns(rows, ["项", "名称", "内容"]))


@site.command("set")
@click.argument("key")
@click.argument("value")
def set_(key: str, value: str) -> None:
    """设置一项；马上显示在每个页面上。"""
    with installation().storage.transaction() as session:
        set_detail(session, key, value, by=COMMAND_LINE, at=now())
    say(f"“{BY_KEY[key].label}”已设为 {value.strip()}")


@site.command()
@click.argument("key")
def clear(key: str) -> None:
    """清除一项；页面上不再显示。"""
    with installation().storage.transaction() as session:
        clear_detail(session, key, by=COMMAND_LINE, at=now())
    say(f"“{BY_KEY[key].label}”已清除：{BY_KEY[key].empty}")
