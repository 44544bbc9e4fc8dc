"""`villages duties …`: who owes what, from the command line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.audit.models import COMMAND_LINE
from villages.core.clock import day_of, day_text, now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.refusal import Refusal
from villages.disclosures.due_actions import begin, set_rule
from villages.disclosures.due_queries import duties_of
from villages.disclosures.duties import STATES, Standing, rate, spoken
from villages.disclosures.kind import PERIODICAL
from villages.disclosures.kinds import UNITS
from villages.disclosures.queries import kind_named
from villages.registry.models import Publisher, Unit
from villages.registry.queries import publisher_by_code, unit_by_code

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(help="公开任务：谁该公开什么、到没到期；调整公开的周期和期限。")
def duties() -> None:
    """Duties."""


@duties.command("list", help="列出每项公开任务和它的状态，最后是按时公开的比率（还没公开的也算在内）。")
@click.option("--unit", "code", help="只看一个单位：县、乡镇、村的区划代码，或公开主体的代码")
@click.option("--state", type=click.Choice(list(STATES)), help="只看一种状态")
@click.option("--on", "moment", type=DAY, help="按哪一天看，例如 2026-11-24；默认今天")
@FORMAT
def list_(code: str | None, state: str | None, moment: datetime | None, form: str) -> None:
    """List the duties and their states, then the rate."""
    on = moment.date() if moment else day_of(now())
    with installation().storage.reading() as session:
        standings = duties_of(session, _within(session, code), on=on)
        bodies = session.execute(select(Publisher.id, Publisher.code, Publisher.name)).all()
    codes, names = {each.id: each.code for each in bodies}, {each.id: each.name for each in bodies}
    shown = [each for each in standings if state in (None, each.state)]
    total = rate(standings)
    if form == "json":
        rows = [_document(each, codes[each.duty.publisher_id], names[each.duty.publisher_id]) for each in shown]
        print_json({"on": str(on), "rate": {**vars(total), "share": total.share}, "duties": rows})
        return
    table = [
        (codes[each.duty.publisher_id], names[each.duty.publisher_id], STATES[each.state], each.duty.due.text,
         spoken(each))
        for each in shown
    ]  # fmt: skip
    say(columns(table, ["代码", "公开主体", "状态", "期限", "情况"]))
    share = "" if total.share is None else f"，按时公开率 {total.share:.1%}"
    say(f"共 {len(shown)} 项；到期 {total.due} 项，按时 {total.on_time} 项，晚公开 {total.late} 项，"
        f"未公开 {total.missing} 项{share}")  # fmt: skip


@duties.command("rule", help="从某一天起，改一类公开的周期、期限、提醒或公示期；没写的照旧。")
@click.argument("kind")
@click.option("--valid-from", "moment", type=DAY, required=True, help="从哪一天起，例如 2026-07-01")
@click.option("--cycle", type=click.Choice(PERIODICAL), help="公开的周期：月、季、半年、年")
@click.option("--due-days", type=int, help="公开期限是几天")
@click.option("--due-unit", type=click.Choice(UNITS), help="期限按工作日或自然日")
@click.option("--warn-days", type=int, help="到期前几天提醒")
@click.option("--notice-days", type=int, help="公示几天")
@click.option("--notice-unit", type=click.Choice(UNITS), help="公示期按工作日或自然日")
def rule(kind: str, moment: datetime, **terms: Any) -> None:
    """Set a kind's terms from a day on."""
    chosen = kind_named(kind)
    if all(value is None for value in terms.values()):
        raise Refusal("没有写要改什么，请至少写一项，例如 --due-days 15")
    with installation().storage.transaction() as session:
        made = set_rule(session, chosen, moment.date(), by=COMMAND_LINE, at=now(), **terms)
    unit = "个工作日" if made.due_unit == "working" else "天"
    say(f"“{chosen.label}”从 {made.valid_from} 起：周期 {made.cycle}，期限 {made.due_days} {unit}，"
        f"提前 {made.warn_days} {unit}提醒")  # fmt: skip


@duties.command("begin", help="公开任务从哪一天起算，例如上线那天：那天以前的期间不算逾期，公开页面上也不提。")
@click.argument("moment", metavar="DAY", type=DAY)
@click.option("--unit", "code", help="只管一个单位和它下面的：区划代码，或公开主体的代码；默认全部")
def begin_(moment: datetime, code: str | None) -> None:
    """Have publishers owe from a day on."""
    with installation().storage.transaction() as session:
        count = begin(session, moment.date(), _within(session, code), by=COMMAND_LINE, at=now())
    say(f"{count} 个公开单位的公开任务从{day_text(moment.date())}起算：这一天所在的一期是第一期")


def _within(session: Session, code: str | None) -> Publisher | Unit | None:
    if code is None:
        return None
    found = unit_by_code(session, code) or publisher_by_code(session, code)
    if found is None:
        raise Refusal(f"没有代码为 {code} 的单位，请核对（villages registry list 可以查看）")
    return found


def _document(standing: Standing, code: str, name: str) -> dict[str, Any]:
    duty = standing.duty
    text: Any = lambda day: None if day is None else str(day)  # noqa: E731
    due: date = duty.due.on
    return {
        "publisher": code, "name": name, "kind": duty.kind, "label": duty.label, "state": standing.state,
        "period": duty.period.label if duty.period else None, "formed_on": text(duty.formed_on),
        "item": duty.item_id, "due": str(due), "provisional": duty.due.provisional, "target": str(duty.due.target),
        "late_by": standing.late_by, "on_time": standing.is_on_time, "settled_on": text(standing.settled_on),
        "elsewhere": standing.elsewhere, "text": spoken(standing),
    }  # fmt: skip
