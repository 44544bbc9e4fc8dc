"""`villages disclosures discard|restore-edition|mask`: corrections given up, editions of before, drafts masked."""

from __future__ import annotations

import click

from villages.core.clock import now
from villages.core.console import installation, say
from villages.disclosures import correcting, masking
from villages.disclosures.act_commands import AS, ID, act_on
from villages.disclosures.door import acting
from villages.disclosures.queries import item

NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))


@click.command(help="放弃正在写的更正，草稿变回现在公开的内容；公开的不受影响。")
@ID
@AS
def discard(item_id: int, name: str) -> None:
    """Give a correction up."""
    with act_on("discard", item_id, name) as (session, found, by):
        correcting.discard(session, found, by=by, at=now())


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
        found = item(session, item_id)
        session.refresh(found, with_for_update=True)
        masked = masking.mask(session, found, by=by, at=now())
        if dry_run:
            session.rollback()
    for each in masked:
        say(f"{each.where}：{each.what}")
    if dry_run:
        say(f"要打码的有 {len(masked)} 处。这是试运行，没有改动")
    else:
        say(f"已打码 {len(masked)} 处，可以送审了" if masked else "没有要打码的号码")


EDITIONS = (discard, restore_edition, mask)
