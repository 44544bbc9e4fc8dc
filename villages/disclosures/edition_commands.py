"""`villages disclosures discard|restore-edition`: corrections given up, and editions of before."""

from __future__ import annotations

import click

from villages.core.clock import now
from villages.disclosures import correcting
from villages.disclosures.act_commands import AS, ID, act_on

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


EDITIONS = (discard, restore_edition)
