"""The history of print runs in my area, and the PDF of a run as long as it is kept."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, send_file, url_for

from villages.core.access import Group, Permission, allow, menu
from villages.core.web import db, settings
from villages.plates.admin.blueprint import A_PAGE, area, bp, pages, store
from villages.plates.layouts import layouts
from villages.plates.runs import run_in, runs_in


@bp.get("/admin/plates/runs")
@menu("打印记录", group=Group.PLATES, order=40)
@allow(Permission.PRINT_PLATES)
def runs() -> str:
    """Who printed what, when, how, with which address."""
    page = request.args.get("page", 1, type=int)
    if page < 1:
        abort(404)
    listed, count = runs_in(db(), area(), page=page, size=A_PAGE)
    if page > pages(count):
        abort(404)
    return render_template(
        "plates/runs.html", runs=listed, count=count, page=page, pages=pages(count), titles=_titles(),
        address=lambda number: url_for("plates.runs", page=number), base_url=settings().base_url,
    )  # fmt: skip


@bp.get("/admin/plates/runs/<int:run_id>")
@allow(Permission.PRINT_PLATES)
def run(run_id: int) -> str:
    """One run: what it was made with, its plates in my area, and ways to print again."""
    found, plates, is_whole = run_in(db(), area(), run_id) or abort(404)
    is_kept = is_whole and found.digest is not None and store().size(found.digest) is not None
    return render_template(
        "plates/run.html", run=found, plates=plates, is_whole=is_whole, is_kept=is_kept, titles=_titles(),
        base_url=settings().base_url,
    )  # fmt: skip


@bp.get("/admin/plates/runs/<int:run_id>/sheets.pdf")
@allow(Permission.PRINT_PLATES)
def pdf(run_id: int) -> Any:
    """The sheets of a run, as they were read back; kept for a day."""
    found, _, is_whole = run_in(db(), area(), run_id) or abort(404)
    if not is_whole or found.digest is None or store().size(found.digest) is None:
        abort(404)
    name = f"plates-{found.id}{'-test' if found.is_test else ''}.pdf"
    return send_file(store().path(found.digest), mimetype="application/pdf", as_attachment=True, download_name=name)


def _titles() -> dict[str, str]:
    return {each.name: each.title for each in layouts().values()}
