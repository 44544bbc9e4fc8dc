"""The roll of villages in the browser: a new list, renaming, new codes, mergers. What will happen is said before."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from villages.accounts.door import UNPROCESSABLE, acting, done, me, unit_of_mine
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal, refuse_if
from villages.core.spreadsheet import Row, read_sheets
from villages.core.web import db, storage
from villages.office.trying import tried
from villages.plates.actions import issue_missing
from villages.registry import actions
from villages.registry.bodies import make_missing
from villages.registry.listing import Entry, read_listing
from villages.registry.loading import Outcome, load
from villages.registry.models import Unit
from villages.registry.queries import townships, villages_of

bp = Blueprint("roll", __name__, template_folder="templates")
LISTED = {"added": "新增", "changed": "变更", "missing": "名单里没有（保持原样）", "unchanged": "不变"}


@bp.get("/admin/villages")
@menu("村庄名册", group=Group.SETTINGS, order=15)
@allow(Permission.MANAGE_REGISTRY)
def roll() -> str:
    """The townships, and the villages of one of them."""
    within = request.args.get("within", "")
    township = unit_of_mine(within) if within else None
    units = villages_of(db(), township, scope_only=False) if township else []
    return render_template("office/roll.html", townships=townships(db()), township=township, units=units)


@bp.route("/admin/villages/import", methods=["GET", "POST"])
@allow(Permission.MANAGE_REGISTRY)
def import_list() -> Any:
    """A list as a file: checked first, and what it would change is shown; a second press takes it over."""
    if request.method == "GET":
        return _import_page()
    rows = request.form.get("rows", "")
    try:
        if rows:
            entries = _entries(_from_text(rows), "名单")
            with acting("registry.import", "registry") as session:
                storage().be_alone(session)
                outcome = _load(session, entries)
            done(f"名册已更新：新增 {len(outcome.added)} 个，变更 {len(outcome.changed)} 个")
            return redirect(url_for("roll.roll"), 303)
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Refusal("请先选一个文件")  # noqa: TRY301 - shown where it was chosen
        table = read_sheets(file.read(), file.filename)[0].rows
        entries = _entries(table, file.filename)
        with tried() as session:
            outcome = _load(session, entries)
    except Refusal as refusal:
        return _import_page(refusal.lines), UNPROCESSABLE
    return _import_page(outcome=outcome, rows=_as_text(table))


@bp.get("/admin/villages/<code>")
@allow(Permission.MANAGE_REGISTRY)
def unit(code: str) -> str:
    """One place: renaming it, giving it another code, merging it into another; each says what it brings about."""
    return _unit_page(unit_of_mine(code), {}, ())


@bp.post("/admin/villages/<code>/<any(rename, recode, merge):verb>")
@allow(Permission.MANAGE_REGISTRY)
def change(code: str, verb: str) -> Any:
    """Do one of these."""
    found, given = unit_of_mine(code), request.form.get("to", "").strip()
    into = unit_of_mine(given) if verb == "merge" else None
    try:
        with acting(f"registry.{verb}", found.scope) as session:
            storage().be_alone(session)
            VERBS[verb](session, found, into if verb == "merge" else given, by=me().actor, at=now())
    except Refusal as refusal:
        return _unit_page(unit_of_mine(code), {verb: given}, refusal.lines), UNPROCESSABLE
    done(f"{found.name}已办好，码牌照用")
    return redirect(url_for("roll.unit", code=found.division_code), 303)


VERBS: dict[str, Callable[..., Any]] = {
    "rename": actions.rename,
    "recode": actions.recode,
    "merge": actions.merge,
}


def _entries(rows: Sequence[Row], name: str) -> list[Entry]:
    kept = [row for row in rows if any(row.cells)]
    if not kept:
        raise Refusal(f"文件 {name} 里没有内容，请检查是否选错了文件")
    entries, problems = read_listing(kept)
    refuse_if(problems)
    return entries


def _load(session: Session, entries: Sequence[Entry]) -> Outcome:
    """Take a list over, and give new villages their plates and bodies."""
    by, at = me().actor, now()
    outcome = load(session, entries, by=by, at=at)
    issue_missing(session, by=by, at=at)
    make_missing(session, by=by, at=at)
    return outcome


def _as_text(rows: Sequence[Row]) -> str:
    """Rows as CSV, so that what was checked is what is taken over: the page itself carries it, nothing is kept."""
    text = io.StringIO()
    csv.writer(text).writerows(row.cells for row in rows if any(row.cells))
    return text.getvalue()


def _from_text(text: str) -> list[Row]:
    """The rows of what `_as_text` made."""
    try:
        return [Row(at, tuple(row)) for at, row in enumerate(csv.reader(io.StringIO(text)), 1)]
    except csv.Error as error:
        raise Refusal("检查过的名单没有传完整，请重新选文件") from error


def _import_page(refused: Sequence[str] = (), outcome: Outcome | None = None, rows: str = "") -> str:
    return render_template("office/roll_import.html", refused=refused, outcome=outcome, rows=rows, listed=LISTED)


def _unit_page(found: Unit, given: dict[str, str], refused: Sequence[str]) -> str:
    others = villages_of(db(), found.above("township")) if found.level == "village" else []
    return render_template("office/roll_unit.html", unit=found, given=given, refused=refused, others=others)
