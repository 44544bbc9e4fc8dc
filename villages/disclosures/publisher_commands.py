"""`villages disclosures publishers|departments …`: who publishes and how they are reached, from the command line."""

from __future__ import annotations

from typing import Any

import click

from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.refusal import Refusal
from villages.registry import bodies
from villages.registry.models import PUBLISHERS
from villages.registry.queries import all_publishers, publisher_by_code, unit_by_code


@click.group(help="县直单位。")
def departments() -> None:
    """Departments."""


@departments.command(help="登记一个县直单位，它从此可以公开事项。")
@click.argument("code")
@click.argument("name")
@click.option("--county", required=True, help="属于哪个县（6 位代码）")
def add(code: str, name: str, county: str) -> None:
    """Add a department."""
    with installation().storage.transaction() as session:
        unit = unit_by_code(session, county)
        if unit is None:
            raise Refusal(f"没有区划代码为 {county} 的县，请核对 6 位代码")
        publisher = bodies.add_department(session, unit, code=code, name=name, by=COMMAND_LINE, at=now())
        say(f"已登记{publisher.name}（{publisher.code}）")


@click.group(help="公开单位：政府、部门、村（居）民委员会、集体经济组织，和它们的电话、地址。")
def publishers() -> None:
    """Publishers."""


@publishers.command("list", help="列出公开单位和它们自己登记的电话、办公时间、地址。")
@click.option("--kind", type=click.Choice(list(PUBLISHERS)), help="只看一种单位")
@FORMAT
def list_(kind: str | None, form: str) -> None:
    """List publishers with what they have told of themselves."""
    with installation().storage.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "code": each.code, "name": each.name, "kind": each.kind, "unit": each.unit.name,
                "phone": each.phone, "hours": each.hours, "address": each.address,
                "duties_from": str(each.duties_from) if each.duties_from else None,
            }
            for each in all_publishers(session)
            if kind in (None, each.kind)
        ]  # fmt: skip
    if form == "json":
        print_json(rows)
        return
    names = {
        "code": "代码", "name": "公开单位", "kind": "种类", "phone": "电话", "hours": "办公时间", "address": "地址",
        "duties_from": "任务起算",
    }  # fmt: skip
    cells = [[PUBLISHERS[row["kind"]] if key == "kind" else row[key] or "" for key in names] for row in rows]
    say(columns(cells, names.values()))


@publishers.command(help="登记一个公开单位的办公电话、办公时间、地址，公开页面上会显示。")
@click.argument("code")
@click.option("--phone", help="办公电话（不是个人的）；写成空的 '' 就去掉，改用区划登记的电话")
@click.option("--hours", help="办公时间，例如 '工作日 8:30—17:30'")
@click.option("--address", help="办公地址")
def contact(code: str, phone: str | None, hours: str | None, address: str | None) -> None:
    """Say how a publisher is reached."""
    with installation().storage.transaction() as session:
        publisher = publisher_by_code(session, code)
        if publisher is None:
            raise Refusal(f"没有代码为 {code} 的公开单位，请核对（villages disclosures publishers list 可以查看）")
        bodies.set_details(session, publisher, phone=phone, hours=hours, address=address, by=COMMAND_LINE, at=now())
        say(f"{publisher.name}：电话 {publisher.phone or '未登记'}，办公时间 {publisher.hours or '未登记'}，"
            f"地址 {publisher.address or '未登记'}")  # fmt: skip


GROUPS = (departments, publishers)
