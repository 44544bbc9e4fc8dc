"""Importing in the browser: choose what, bring a file, see what is right and wrong in it, and press one button."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, send_file, url_for

from villages.accounts.door import UNPROCESSABLE, acting, done, me, note_reading
from villages.accounts.queries import bodies_of
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, now
from villages.core.files import digest_of
from villages.core.refusal import Refusal
from villages.core.web import client_address, db, settings, storage, transaction
from villages.disclosures import template
from villages.disclosures.actions import refuse_at_gate
from villages.disclosures.due_queries import rules_of
from villages.disclosures.imports import actions, process, queries
from villages.disclosures.imports.models import STATES, ImportRun
from villages.disclosures.imports.waiting import ANNOTATED, OUTCOME, TOLD, UPLOAD
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.listing import state_label
from villages.disclosures.models import Item
from villages.disclosures.rules import examples

A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH_S = 2
bp = Blueprint("imports", __name__, template_folder="../templates")


@bp.get("/admin/imports")
@menu("表格导入", group=Group.WORK, order=40)
@allow(Permission.IMPORT)
def start() -> str:
    """What I may import, what waits for me, and what was imported."""
    page = request.args.get("page", 1, type=int)
    if page < 1:
        abort(404)
    runs, count = queries.history(db(), me(), page=page, size=A_PAGE)
    return render_template(
        "disclosures/imports.html", owed=queries.owed_kinds(bodies_of(db(), me())), runs=runs, count=count,
        waiting=queries.waiting_runs(db(), me()), kinds=kinds(), states=STATES, page=page,
        pages=math.ceil(count / A_PAGE),
    )  # fmt: skip


@bp.get("/admin/imports/new/<key>")
@allow(Permission.IMPORT)
def bring(key: str) -> str:
    """The page to bring a file of one kind."""
    return _form(_owed(key), ())


@bp.get("/admin/imports/new/<key>/template.xlsx")
@allow(Permission.IMPORT)
def empty(key: str) -> Response:
    """The empty workbook of a kind."""
    kind = _owed(key)
    book = template.made(kind, examples(kind, rules_of(db(), kind), day_of(now())))
    return send_file(io.BytesIO(book), XLSX, as_attachment=True, download_name=f"{kind.label}-导入模板.xlsx")


@bp.post("/admin/imports/new/<key>")
@allow(Permission.IMPORT)
def upload(key: str) -> Any:
    """Take a file in, and have it looked at."""
    kind, file = _owed(key), request.files.get("file")
    data = b""
    if file is not None:
        data = file.read()
        file.close()
    if file is None or not data:
        line = "请先选一个文件" if file is None or not file.filename else "这个文件是空的，请检查是否选错了文件"
        return _form(kind, (line,)), UNPROCESSABLE
    with transaction() as session:
        run = actions.begin(
            session, kind, file_name=file.filename or "", digest=digest_of(data), by=me(), at=now()
        )  # fmt: skip
    room = process.room_of(settings())
    try:
        room.put(run.id, UPLOAD, data)
    except Refusal as refusal:
        with transaction() as session:
            actions.drop(session, run, by=me(), at=now())
        return _form(kind, refusal.lines), UNPROCESSABLE
    process.start(settings(), storage(), "check", run.id, address=client_address())
    return redirect(url_for("imports.run", run_id=run.id), 303)


@bp.get("/admin/imports/<int:run_id>")
@allow(Permission.IMPORT)
def run(run_id: int) -> Any:
    """How an import stands: under way, to be decided on, or done with its drafts."""
    found = _mine(run_id)
    room = process.room_of(settings())
    if found.state in ("checking", "writing"):
        told = (room.get(run_id, TOLD) or "马上开始".encode()).decode()
        page = make_response(render_template("disclosures/import_under_way.html", **_named(found), told=told))
        page.headers["Refresh"] = str(REFRESH_S)
        return page
    if found.state == "checked":
        outcome = room.get_json(run_id, OUTCOME) or {"shown": [], "problems": [], "ignored": []}
        return render_template(
            "disclosures/import_checked.html", **_named(found), outcome=outcome, most=A_PAGE,
            is_annotated=room.has(run_id, ANNOTATED), is_there=room.has(run_id, UPLOAD),
        )  # fmt: skip
    page_number = request.args.get("page", 1, type=int)
    if page_number < 1:
        abort(404)
    items = queries.items_of(db(), found, page=page_number, size=A_PAGE)
    return render_template(
        "disclosures/import_done.html", **_named(found), items=items, page=page_number, why=_why(found, items),
        pages=math.ceil(found.items / A_PAGE), state_label=state_label,
    )  # fmt: skip


@bp.get("/admin/imports/<int:run_id>/marked.xlsx")
@allow(Permission.IMPORT)
def marked(run_id: int) -> Response:
    """The workbook with what is wrong marked in it, for the person who brought it and nobody else."""
    found = _own(run_id)
    book = process.room_of(settings()).get(run_id, ANNOTATED) if found.state == "checked" else None
    if book is None:
        abort(404)
    if kinds()[found.kind].is_personal:
        note_reading(f"import:{run_id}", what=kinds()[found.kind].label, count=max(1, found.items))
    name = found.file_name.rpartition(".")[0] or found.file_name
    return send_file(io.BytesIO(book), XLSX, as_attachment=True, download_name=f"{name}-要改的地方.xlsx")


@bp.post("/admin/imports/<int:run_id>/apply")
@allow(Permission.IMPORT)
def apply(run_id: int) -> Any:
    """Make drafts of a checked file; pressed twice, it is done once."""
    _own(run_id)
    with acting("item.import", f"import:{run_id}") as session:
        begun = actions.confirm(session, _own(run_id), submits="submit" in request.form, by=me(), at=now())
    if begun:
        process.start(settings(), storage(), "write", run_id, address=client_address())
    return redirect(url_for("imports.run", run_id=run_id), 303)


@bp.post("/admin/imports/<int:run_id>/drop")
@allow(Permission.IMPORT)
def drop(run_id: int) -> Any:
    """Give up what was not imported yet; the file goes at once."""
    _own(run_id)
    with acting("item.import", f"import:{run_id}") as session:
        actions.drop(session, _own(run_id), by=me(), at=now())
    process.room_of(settings()).clear(run_id)
    done("上传的文件已经删去，什么都没有导入")
    return redirect(url_for("imports.start"), 303)


@bp.route("/admin/imports/<int:run_id>/undo", methods=["GET", "POST"])
@allow(Permission.IMPORT)
def undo(run_id: int) -> Any:
    """Ask whether a whole import is to be taken back, and take it back."""
    found = _mine(run_id)
    lines: Sequence[str] = ()
    if request.method == "POST":
        try:
            with acting("item.undo_import", f"import:{run_id}") as session:
                count = actions.undo(session, _mine(run_id), by=me(), at=now())
        except Refusal as refusal:
            lines = refusal.lines
        else:
            done(f"已经撤销，删去草稿 {count} 条")
            return redirect(url_for("imports.start"), 303)
    page = render_template("disclosures/import_undo.html", **_named(found), reasons=lines)
    return page, UNPROCESSABLE if lines else 200


def _form(kind: Kind, lines: Sequence[str]) -> str:
    bodies = bodies_of(db(), me())
    example = examples(kind, rules_of(db(), kind), day_of(now()))
    return render_template(
        "disclosures/import_kind.html", kind=kind, reasons=lines, only=queries.only_body(bodies, kind),
        columns=list(template.explained(kind, example)),
    )  # fmt: skip


def _owed(key: str) -> Kind:
    """A kind that the bodies I speak for publish; any other is not found."""
    found = next((kind for kind in queries.owed_kinds(bodies_of(db(), me())) if kind.key == key), None)
    if found is None:
        abort(404)
    return found


def _mine(run_id: int) -> ImportRun:
    found = queries.run_for(db(), run_id, me())
    if found is None:
        abort(404)
    return found


def _own(run_id: int) -> ImportRun:
    found = _mine(run_id)
    if found.staff_id != me().id:
        abort(404)
    return found


def _named(found: ImportRun) -> dict[str, Any]:
    return {"run": found, "kind": kinds()[found.kind], "states": STATES}


def _why(found: ImportRun, items: Sequence[Item]) -> dict[int, Sequence[str]]:
    """Why drafts that were to go to review are still drafts."""
    reasons: dict[int, Sequence[str]] = {}
    for item in items if found.submits else ():
        if item.state == "draft":
            try:
                refuse_at_gate(item, looked=False)
            except Refusal as refusal:
                reasons[item.id] = refusal.lines
    return reasons
