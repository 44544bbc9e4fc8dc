"""Beginning a new item: which kind, and whose it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, abort, redirect, render_template, url_for

from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.disclosures import template
from villages.disclosures.admin.blueprint import bp, kind_or_404, my_publishers
from villages.disclosures.due_queries import duties_of, rules_of
from villages.disclosures.duties import Standing
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.rules import examples

SECTIONS = {"information": "查信息", "affairs": "知村事", "services": "能办事", "oversight": "能监督"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Whoever looks after more bodies than this sees no list of what is due here: the control room is theirs.
MOST_ASKED, MOST_DUE = 120, 12
YEAR = timedelta(days=366)


@bp.get("/admin/items/new")
@menu("写一条", group=Group.WORK, order=20)
@allow(Permission.WRITE)
def new() -> str:
    """Which kind: what is due first, then all that my publishers owe by section."""
    publishers = my_publishers(db())
    mine = {publisher.kind for publisher in publishers}
    open_to = [kind for kind in kinds().values() if mine & set(kind.publishers)]
    sections = {title: [k for k in open_to if k.section == key] for key, title in SECTIONS.items()}
    due: list[Standing] = []
    if len(publishers) <= MOST_ASKED:
        today = day_of(now())
        found = duties_of(db(), publishers, on=today, since=today - YEAR, reads_only=True)
        due = sorted((d for d in found if d.state in ("overdue", "due_soon")), key=lambda d: d.duty.due.on)
    names = {publisher.id: publisher for publisher in publishers}
    return render_template(
        "disclosures/new.html", due=due[:MOST_DUE], more=max(0, len(due) - MOST_DUE), sections=sections,
        publishers=names, many={k.key for k in open_to if _for_many(k, publishers)},
    )  # fmt: skip


def _for_many(kind: Kind, publishers: list[Any]) -> bool:
    return kind.shared != "none" and sum(each.kind in kind.publishers for each in publishers) > 1


@bp.get("/admin/items/new/<key>")
@allow(Permission.WRITE)
def whose(key: str) -> Any:
    """Whose item it is; not asked where there is one body only."""
    kind = kind_or_404(key)
    publishers = my_publishers(db(), kind) or abort(404)
    if len(publishers) == 1:
        return redirect(url_for("items.write_new", key=key, code=publishers[0].code))
    return render_template("disclosures/whose.html", kind=kind, publishers=publishers, many=_for_many(kind, publishers))


@bp.get("/admin/items/template/<key>.xlsx")
@allow(Permission.WRITE, Permission.IMPORT)
def empty_sheet(key: str) -> Response:
    """The kind's empty workbook."""
    kind = kind_or_404(key)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        template.write_template(kind, path, examples(kind, rules_of(db(), kind), day_of(now())))
        answer = Response(path.read_bytes(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{kind.label}.xlsx")
    return answer
