"""`villages cases …`: where offices hear of their cases, what waits to be sent, a year's table. No case is shown."""

from __future__ import annotations

import sys

import click

from villages.accounts.queries import area_with
from villages.audit.models import COMMAND_LINE
from villages.core.clock import moment_text, now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.refusal import Refusal
from villages.intake.channels import KINDS, add_channel, remove_channel, resend_all
from villages.intake.channels import channels as all_channels
from villages.intake.models import NoticeChannel
from villages.intake.outbox import WHAT, unsent
from villages.intake.queries import applications_of
from villages.intake.sending import try_channel
from villages.intake.table3 import COLUMNS, FIRST_YEAR, as_told, checks, label_of, rows, table3


@click.group()
def cases() -> None:
    """群众的诉求：通知发到哪里，有没有发出去，一年的申请情况。这里看不到诉求的内容。"""


@cases.group()
def channels() -> None:
    """有新的诉求、快到期时，通知各单位的邮箱或群。"""


@channels.command()
@click.argument("code")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("address")
def add(code: str, kind: str, address: str) -> None:
    """让一个单位的邮箱或群收到通知。CODE 是区划代码或县直单位的代码；ADDRESS 写 - 就从标准输入读（第一行）。"""
    given = sys.stdin.readline().strip() if address == "-" else address.strip()
    with installation().storage.transaction() as session:
        area = area_with(session, code)
        if area is None:
            raise Refusal(f"没有区划代码或单位代码为 {code} 的单位，请核对（村 12 位，乡镇 9 位，县 6 位）")
        unit, department = area
        channel = add_channel(session, department or unit, kind, given, by=COMMAND_LINE, at=now())
        say(f"已添加，编号 {channel.id}：{channel.place.name}，{KINDS[kind]}。可以用 villages cases channels try 试发")


@channels.command("list")
@FORMAT
def list_(form: str) -> None:
    """列出每个单位的通知发到哪里；不显示网址，里面有密钥。"""
    with installation().storage.reading() as session:
        rows = [
            {"id": each.id, "place": each.place.name, "kind": each.kind, "made_at": moment_text(each.made_at)}
            for each in all_channels(session)
        ]
    if form == "json":
        print_json(rows)
        return
    told = [[str(row["id"]), str(row["place"]), KINDS[str(row["kind"])], str(row["made_at"])] for row in rows]
    say(columns(told, ["编号", "单位", "方式", "添加时间"]))


@channels.command()
@click.argument("number", type=int)
def remove(number: int) -> None:
    """不再通知；等着发给它的也去掉。"""
    with installation().storage.transaction() as session:
        channel = session.get(NoticeChannel, number)
        if channel is None:
            raise Refusal(f"没有编号为 {number} 的通知去处")
        remove_channel(session, channel, by=COMMAND_LINE, at=now())
    say("已去掉")


@channels.command("try")
@click.argument("number", type=int)
def try_(number: int) -> None:
    """试发一条“诉求通知试发”，看收不收得到。"""
    with installation().storage.reading() as session:
        if session.get(NoticeChannel, number) is None:
            raise Refusal(f"没有编号为 {number} 的通知去处")
    if trouble := try_channel(installation().storage, number, at=now()):
        raise Refusal(f"没有发出去：{trouble}")
    say("发出去了")


@cases.command()
@FORMAT
def outbox(form: str) -> None:
    """列出还没有发出去的通知：什么事、哪个单位、试过几次、为什么。"""
    with installation().storage.reading() as session:
        rows = [
            {
                "what": WHAT[each.what],
                "place": each.channel.place.name if each.channel else "写信人",
                "tries": each.tries,
                "next_at": moment_text(each.next_at) if each.next_at else "",
                "trouble": each.trouble,
            }
            for each in unsent(session)
        ]
    if form == "json":
        print_json(rows)
        return
    told = [[str(value) for value in row.values()] for row in rows]
    say(columns(told, ["通知", "给谁", "试过", "下一次", "原因"]))


@cases.command()
@click.argument("number", metavar="YEAR", type=click.IntRange(FIRST_YEAR, 9999))
@FORMAT
def year(number: int, form: str) -> None:
    """一年收到和处理政府信息公开申请情况：年报的第三张表，从每一件申请数出来，连同表内核对。"""
    with installation().storage.reading() as session:
        table, before = (table3(applications_of(session, each), each) for each in (number, number - 1))
    found = checks(table, before)
    if form == "json":
        print_json(as_told(number, table, found))
        return
    say(columns([[label_of(row), *map(str, table[row].values())] for row in rows()], ["", *COLUMNS.values()]))
    for check in found:
        say(f"{'不对' if check.wrong else '对得上'}：{check.rule}")
        for line in check.wrong:
            say(f"  {line}")


@cases.command()
def resend() -> None:
    """没有发出去的，下一次定时工作时全部再试，从头计次数。"""
    with installation().storage.transaction() as session:
        count = resend_all(session, by=COMMAND_LINE, at=now())
    say(f"{count} 条会再发")
