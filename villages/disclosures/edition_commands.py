"""`villages disclosures discard|restore-edition|mask|…`: corrections given up, editions of before, masks."""

from __future__ import annotations

from collections.abc import Sequence

import click

from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.console import installation, say
from villages.disclosures import correcting, emergencies, masking
from villages.disclosures.act_commands import AS, ID, act_on
from villages.disclosures.comparing import Run, compared
from villages.disclosures.door import acting
from villages.disclosures.holding import held
from villages.disclosures.personal import note_read
from villages.disclosures.queries import item, kind_named
from villages.disclosures.values import values_from_json

NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))


@click.command(help="放弃正在写的更正，草稿变回现在公开的内容；公开的不受影响。")
@ID
@AS
def discard(item_id: int, name: str) -> None:
    """Give a correction up."""
    with act_on("discard", item_id, name) as (session, found, by):
        correcting.discard(session, found, by=by, at=now())


@click.command(help="确认别人紧急发布的内容可以公开；要在一个工作日内做。")
@ID
@AS
def confirm(item_id: int, name: str) -> None:
    """Confirm an emergency publication."""
    with act_on("confirm", item_id, name) as (session, found, by):
        emergencies.confirm(session, found, by=by, at=now())


@click.command("restore-edition", help="用以前的一版开始更正；再次审核发布以前，公开的仍是现在的。")
@ID
@NUMBER
@AS
@click.option("--note", "text", required=True, help="更正说明，对外公布")
def restore_edition(item_id: int, number: int, name: str, text: str) -> None:
    """Begin a correction from an earlier edition."""
    with act_on("restore_edition", item_id, name) as (session, found, by):
        correcting.restore_edition(session, found, number, public_note=text, by=by, at=now())


@click.command(help="把草稿里系统拦下的号码（身份证号、银行卡号、手机号）都打上码；原来的号码不再留存。")
@ID
@AS
@click.option("--dry-run", is_flag=True, help="只列出要打码的地方，不改动")
def mask(item_id: int, name: str, dry_run: bool) -> None:  # noqa: FBT001 - click hands options over like this
    """Mask what the gate stops."""
    with acting(installation().storage, "item.mask", f"item:{item_id}", name=name) as (session, by):
        found = held(session, item_id)
        masked = masking.mask(session, found, by=by, at=now())
        if dry_run:
            session.rollback()
    for each in masked:
        say(f"{each.where}：{each.what}")
    if dry_run:
        say(f"要打码的有 {len(masked)} 处。这是试运行，没有改动")
    else:
        say(f"已打码 {len(masked)} 处，可以送审了" if masked else "没有要打码的号码")


@click.command(help="比较两版：不写版号，比较草稿和公开的；写一个，比较那一版和公开的；写两个，比较那两版。")
@ID
@click.argument("first", required=False, type=click.IntRange(1, 2**31 - 1))
@click.argument("second", required=False, type=click.IntRange(1, 2**31 - 1))
def compare(item_id: int, first: int | None, second: int | None) -> None:
    """Show what differs, field by field."""
    with installation().storage.transaction() as session:
        found = item(session, item_id)
        note_read(session, found, by=COMMAND_LINE, at=now())
        kind = kind_named(found.kind)
        latest = correcting.edition_numbered(found, first or len(found.editions) or 1)
        before, after = latest.content, found.draft
        if first is not None:
            after = correcting.edition_numbered(found, second or len(found.editions)).content
        changes = compared(kind, values_from_json(kind, before), values_from_json(kind, after))
    for change in changes:
        for pair in change.pairs:
            say(f"【{change.label}】{pair.where}")
            say(f"  更正前：{_marked(pair.before, '[-', '-]')}")
            say(f"  更正后：{_marked(pair.after, '[+', '+]')}")
    if not changes:
        say("没有不同")


def _marked(runs: Sequence[Run], opening: str, closing: str) -> str:
    return "".join(text if is_same else f"{opening}{text}{closing}" for text, is_same in runs) or "（没有）"


EDITIONS = (discard, restore_edition, mask, compare, confirm)
