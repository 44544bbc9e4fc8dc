"""`villages disclosures …`: what is disclosed, from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from villages.audit.models import COMMAND_LINE
from villages.core.clock import day_of, moment_text, now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.files import digest_of
from villages.core.refusal import Refusal
from villages.core.spreadsheet import file_bytes, read_sheets
from villages.disclosures import listing, template
from villages.disclosures.act_commands import ACTS, AS
from villages.disclosures.article_commands import ARTICLES
from villages.disclosures.door import acting
from villages.disclosures.due_queries import rules_of
from villages.disclosures.edition_commands import EDITIONS
from villages.disclosures.file_commands import FILE_COMMANDS
from villages.disclosures.import_commands import IMPORTS
from villages.disclosures.importing import import_items
from villages.disclosures.imports.actions import begin, finish
from villages.disclosures.kinds import kinds
from villages.disclosures.personal import note_read
from villages.disclosures.publisher_commands import GROUPS
from villages.disclosures.queries import item, kind_named
from villages.disclosures.rules import examples
from villages.disclosures.workflow import STATES, VERBS
from villages.registry.models import PUBLISHERS
from villages.registry.queries import publisher_by_code

MOST_LISTED = 20
SHOWN = {
    "id": "编号", "label": "类别", "publisher": "单位", "period": "期间", "title": "标题", "state_label": "状态",
    "notice_until": "公示到", "withdrawn_note": "撤回说明",
}  # fmt: skip


@click.group()
def disclosures() -> None:
    """公开事项：导入、审核、发布、更正、撤回，查看类别和模板。"""


for _command in (*ACTS, *ARTICLES, *EDITIONS, *FILE_COMMANDS, *GROUPS, IMPORTS):
    disclosures.add_command(_command)


@disclosures.command("import")
@click.argument("key", metavar="KIND")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不写进数据库")
@AS
@click.option("--publisher", "code", help="表里没有单位列时，是哪个单位的（单位代码）")
def import_(key: str, file: Path, dry_run: bool, name: str, code: str | None) -> None:  # noqa: FBT001
    """从 CSV 或 XLSX 导入一类公开事项，都成为草稿：各工作表都读，全部正确才写入。"""
    storage = installation().storage
    with acting(storage, "item.import", f"kind:{key}", name=name) as (session, by):
        kind, data = kind_named(key), file_bytes(file)
        sheets = read_sheets(data, file.name)
        publisher = publisher_by_code(session, code) if code else None
        if code and publisher is None:
            raise Refusal(f"没有代码为 {code} 的单位，请核对（村 12 位，乡镇 9 位，县 6 位，部门用单位代码）")
        items, ignored = import_items(session, kind, sheets, by=by, at=now(), default=publisher)
        run = begin(session, kind, file_name=file.name, digest=digest_of(data), by=by, at=now(), state="writing")
        finish(session, run, items, by=by, at=now())
        numbers, run_id = [one.id for one in items], run.id
        lines = [f"  {'—' if dry_run else one.id} {one.publisher.name} {one.title}" for one in items[:MOST_LISTED]]
        if dry_run:
            session.rollback()
    for line in lines:
        say(line)
    if len(numbers) > MOST_LISTED:
        say(f"  …共 {len(numbers)} 条")
    if ignored:
        say(f"这些列没有导入：{'、'.join(ignored[:MOST_LISTED])}")
    if dry_run:
        say(f"检查通过，可以导入“{kind.label}”{len(numbers)} 条。这是试运行，数据库没有改动")
    else:
        say(f"已导入“{kind.label}”{len(numbers)} 条草稿，编号 {numbers[0]} 到 {numbers[-1]}（第 {run_id} 次导入）")


@disclosures.command("list")
@click.option("--state", type=click.Choice(list(STATES)), help="只看一种状态")
@click.option("--unit", "code", help="只看一个单位和它下面的：区划代码，或部门的单位代码")
@click.option("--kind", "key", help="只看一类")
@FORMAT
def list_(state: str | None, code: str | None, key: str | None, form: str) -> None:
    """列出公开事项，不论状态。"""
    with installation().storage.reading() as session:
        kind = kind_named(key) if key else None
        rows = [listing.row_of(one) for one in listing.items(session, state=state, code=code, kind=kind)]
    if form == "json":
        print_json(rows)
        return
    names = {name: SHOWN[name] for name in ("id", "label", "publisher", "period", "title", "state_label")}
    cells = [[str(row[key]) for key in names] for row in rows]
    say(columns(cells, names.values()))


@disclosures.command()
@click.argument("item_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@FORMAT
def show(item_id: int, form: str) -> None:
    """查看一条公开事项：内容、各版、办理经过。"""
    with installation().storage.transaction() as session:
        found = item(session, item_id)
        note_read(session, found, by=COMMAND_LINE, at=now())
        document = listing.whole(found)
    if form == "json":
        print_json(document)
        return
    for key, title in SHOWN.items():
        if document[key]:
            say(f"{title}：{document[key]}")
    for label, text in document["fields"].items():
        say(f"{label}：{text}")
    for edition in document["editions"]:
        say(f"第 {edition['number']} 版 {_spoken(edition['published_at'])} {edition['note']}".rstrip())
    for step in document["steps"]:
        say(f"{_spoken(step['at'])} {step['by'] or '到期任务'} {VERBS[step['verb']]} {step['note']}".rstrip())


def _spoken(moment: str) -> str:
    """A moment of the JSON document as people read it."""
    return moment_text(datetime.fromisoformat(moment))


@disclosures.command("kinds")
@FORMAT
def kinds_(form: str) -> None:
    """列出公开事项的各个类别。"""
    rows = [
        {
            "key": kind.key,
            "label": kind.label,
            "section": kind.section,
            "publishers": list(kind.publishers),
            "cycle": kind.cycle,
            "review": list(kind.review),
        }
        for kind in kinds().values()
    ]
    if form == "json":
        print_json(rows)
        return
    cells = [
        [k.key, k.label, "、".join(PUBLISHERS[p] for p in k.publishers), f"{len(k.review)} 审"]
        for k in kinds().values()
    ]
    say(columns(cells, ["类别", "名称", "由谁公开", "审核"]))


@disclosures.command("template")
@click.argument("key", metavar="KIND")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="存成哪个 .xlsx 文件")
def template_(key: str, output: Path) -> None:
    """存一个空白的导入模板，第二张表说明每一列怎么填。"""
    kind = kind_named(key)
    with installation().storage.reading() as session:
        example = examples(kind, rules_of(session, kind), day_of(now()))
    template.write_template(kind, output, example)
    say(f"“{kind.label}”的模板已存到 {output}")
