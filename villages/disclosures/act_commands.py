"""`villages disclosures submit|approve|…`: the life of one item, from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.clock import SHANGHAI, moment_text, now
from villages.core.console import installation, say
from villages.core.spreadsheet import read_workbook
from villages.disclosures import actions, publishing, rosters
from villages.disclosures.door import acting
from villages.disclosures.due_queries import rules_of
from villages.disclosures.holding import held
from villages.disclosures.importing import read_one
from villages.disclosures.listing import state_label
from villages.disclosures.models import Item
from villages.disclosures.periods import stored_period
from villages.disclosures.queries import kind_named
from villages.disclosures.workflow import VERBS

F = TypeVar("F", bound=Callable[..., Any])
AS = click.option("--as", "name", required=True, help="以哪个账号的身份做；每个动作都要记下是谁做的")
ID = click.argument("item_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
REASON = click.option("--reason", required=True, help="原因，会留在记录里；撤回的原因对外显示")


@contextmanager
def act_on(verb: str, item_id: int, name: str) -> Iterator[tuple[Session, Item, Staff]]:
    """One act on an item that nobody else changes meanwhile; says how the item stands after it."""
    storage = installation().storage
    with acting(storage, f"item.{verb}", f"item:{item_id}", name=name) as (session, staff):
        found = held(session, item_id)
        yield session, found, staff
        done = f"“{found.title}”（编号 {found.id}）：{VERBS[verb]}，现在是{state_label(found)}"
        steps = len(kind_named(found.kind).review)
        if found.state == "in_review":
            done += f"，已审 {found.step} 道，共 {steps} 道"
        if found.publish_at is not None:
            done += f"，{moment_text(found.publish_at)}发布"
    say(done)


@click.command(help="把草稿送审。")
@ID
@AS
@click.option("--looked", is_flag=True, help="系统提示要人看的地方（地址、座机、健康状况等），已看过，可以公开")
def submit(item_id: int, name: str, looked: bool) -> None:  # noqa: FBT001 - click hands options over like this
    """Send a draft to review."""
    with act_on("submit", item_id, name) as (session, found, by):
        actions.submit(session, found, by=by, at=now(), looked=looked)


@click.command(help="审核通过一道；同一个人不能审两道，写的人不能审最后一道。")
@ID
@AS
def approve(item_id: int, name: str) -> None:
    """Give one approval."""
    with act_on("approve", item_id, name) as (session, found, by):
        actions.approve(session, found, by=by, at=now())


@click.command("send-back", help="退回给写的人，写明原因；已有的审核作废。")
@ID
@AS
@REASON
def send_back(item_id: int, name: str, reason: str) -> None:
    """Give back to the writer."""
    with act_on("send_back", item_id, name) as (session, found, by):
        actions.send_back(session, found, reason=reason, by=by, at=now())


@click.command(help="系统拦下的内容（身份证号、银行卡号、手机号）确需公开时，由另一个人写明原因放行。")
@ID
@AS
@REASON
def override(item_id: int, name: str, reason: str) -> None:
    """Let pass what the gate stops."""
    with act_on("override", item_id, name) as (session, found, by):
        actions.override(session, found, reason=reason, by=by, at=now())


@click.command(help="发布审核通过的内容；发布日期由系统记下，以后不能改。")
@ID
@AS
def publish(item_id: int, name: str) -> None:
    """Make public."""
    with act_on("publish", item_id, name) as (session, found, by):
        publishing.publish(session, found, by=by, at=now())


@click.command(help="到时间自动发布（由 villages run-due 做）。")
@ID
@AS
@click.option(
    "--at", "moment", required=True, type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    help="什么时候发布，北京时间，例如 '2026-12-01 08:30'",
)  # fmt: skip
def schedule(item_id: int, name: str, moment: datetime) -> None:
    """Have it published later."""
    with act_on("schedule", item_id, name) as (session, found, by):
        actions.schedule(session, found, publish_at=moment.replace(tzinfo=SHANGHAI), by=by, at=now())


@click.command(help="紧急发布草稿，不经审核；会标明“紧急发布”，隐私检查照样做。")
@ID
@AS
@REASON
def emergency(item_id: int, name: str, reason: str) -> None:
    """Make a draft public without review."""
    with act_on("emergency", item_id, name) as (session, found, by):
        publishing.publish_in_emergency(session, found, reason=reason, by=by, at=now())


@click.command(help="撤回已发布的内容；原网址上留下撤回的说明。")
@ID
@AS
@REASON
def withdraw(item_id: int, name: str, reason: str) -> None:
    """Take out of public view."""
    with act_on("withdraw", item_id, name) as (session, found, by):
        actions.withdraw(session, found, reason=reason, by=by, at=now())


@click.command(help="用一个文件（格式同导入，只有一条）更正已发布的内容；再次审核发布以前，公开的仍是原来的。")
@ID
@click.argument("file", type=click.Path(path_type=Path))
@AS
@click.option("--note", "text", required=True, help="更正说明，对外公布")
def correct(item_id: int, file: Path, name: str, text: str) -> None:
    """Begin a correction."""
    with act_on("correct", item_id, name) as (session, found, by):
        kind, sheets = kind_named(found.kind), read_workbook(file)
        period = stored_period(found.period_start, found.period_cycle, kind.cycle)
        draft = read_one(kind, sheets, found, period, rules=rules_of(session, kind))
        actions.correct(session, found, draft.values, public_note=text, by=by, at=now())
        rosters.remember(session, found, draft.tails)


ACTS = (submit, approve, send_back, override, publish, schedule, emergency, withdraw, correct)
