"""`villages disclosures imports …`: what was imported, and taking a whole import back."""

from __future__ import annotations

import click

from villages.accounts.queries import staff
from villages.core.clock import moment_text, now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.refusal import Refusal
from villages.disclosures.act_commands import AS
from villages.disclosures.door import acting
from villages.disclosures.imports.actions import undo
from villages.disclosures.imports.models import STATES
from villages.disclosures.imports.queries import history, run_for
from villages.disclosures.queries import kind_named

MOST_LISTED = 50


@click.group("imports", help="导入的记录，和整批撤销。")
def imports() -> None:
    """Imports."""


@imports.command("list", help="列出最近的导入，只列这个账号看得到的。")
@AS
@FORMAT
def list_(name: str, form: str) -> None:
    """List the latest imports."""
    with installation().storage.reading() as session:
        runs, _ = history(session, staff(session, name), page=1, size=MOST_LISTED)
        rows = [
            {
                "id": run.id, "at": moment_text(run.at), "kind": kind_named(run.kind).label, "file": run.file_name,
                "by": run.staff.name, "items": run.items, "state": STATES[run.state],
            }
            for run in runs
        ]  # fmt: skip
    if form == "json":
        print_json(rows)
    else:
        cells = [[str(value) for value in row.values()] for row in rows]
        say(columns(cells, ["编号", "时间", "类别", "文件", "谁导入的", "条数", "状态"]))


@imports.command("undo", help="整批撤销一次导入：草稿全部删去；只要有一条已经改过、送审或发布，就都不动。")
@click.argument("run_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@AS
def undo_(run_id: int, name: str) -> None:
    """Take a whole import back."""
    with acting(installation().storage, "item.undo_import", f"import:{run_id}", name=name) as (session, by):
        run = run_for(session, run_id, by)
        if run is None:
            raise Refusal(f"没有编号为 {run_id} 的导入，或者不在您的管辖范围里")
        count = undo(session, run, by=by, at=now())
    say(f"已撤销第 {run_id} 次导入，删去草稿 {count} 条")


IMPORTS = imports
