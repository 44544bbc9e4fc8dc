"""One plate: how it stands, what was done with it, and the ends of its life; further plates for a village."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, abort, redirect, render_template, request, send_file, url_for

from villages.accounts.door import acting, done, me, unit_of_mine
from villages.core.access import Permission, allow
from villages.core.clock import day_of, now
from villages.core.refusal import Refusal
from villages.core.web import db, settings
from villages.plates import actions, inspecting, printing
from villages.plates.admin.blueprint import area, bp, plate_of_mine, store
from villages.plates.models import REASONS, Plate
from villages.plates.numbers import spoken
from villages.plates.queries import address, plates_of, scans_of
from villages.plates.queries import plate as plate_numbered
from villages.plates.runs import runs_of
from villages.plates.watching import inspection, inspections_of
from villages.plates.workflow import FINDINGS, OVER, STATES
from villages.registry.queries import villages_in

UNPROCESSABLE = 422
SCAN_DAYS = 30
LATEST = 20
WIDTH_MM = 60.0
TYPES = {"png": "image/png", "svg": "image/svg+xml"}


@bp.get("/admin/plates/<number>")
@allow(Permission.INSPECT_PLATES, Permission.PRINT_PLATES)
def plate(number: str) -> str:
    """One plate of my area."""
    return _page(plate_of_mine(number))


def _page(found: Plate, lines: tuple[str, ...] = ()) -> str:
    since = day_of(now()) - timedelta(days=SCAN_DAYS - 1)
    scans = {each.on: each.count for each in scans_of(db(), found) if each.on >= since}
    days = [(since + timedelta(days=n), scans.get(since + timedelta(days=n), 0)) for n in range(SCAN_DAYS)]
    return render_template(
        "plates/plate.html", plate=found, problems=lines, stage=STATES[found.stage], is_over=found.stage in OVER,
        inspections=inspections_of(db(), found)[:LATEST], runs=runs_of(db(), found)[:LATEST], findings=FINDINGS,
        days=days, most=max(1, *(count for _, count in days)), scans=sum(scans.values()), reasons=REASONS,
        others=[each for each in plates_of(db(), found.unit) if each.id != found.id], given=request.form,
        url=address(settings().base_url, found.number),
    )  # fmt: skip


@bp.get("/admin/plates/<number>/code.<any(png, svg):form>")
@allow(Permission.PRINT_PLATES)
def code(number: str, form: str) -> Response:
    """The code alone, for who makes plates of metal or sets it into something else."""
    found = plate_of_mine(number)
    body = printing.code(address(settings().base_url, found.number), form, width_mm=WIDTH_MM)
    name = f"attachment; filename={found.number}.{form}"
    return Response(body, content_type=TYPES[form], headers={"Content-Disposition": name})


@bp.get("/admin/plates/photos/<int:inspection_id>")
@allow(Permission.INSPECT_PLATES, Permission.PRINT_PLATES)
def photo(inspection_id: int) -> Any:
    """The photograph of an inspection in my area."""
    found = inspection(db(), inspection_id)
    if found is None or found.photo is None or not me().covers(found.plate.unit):
        abort(404)
    path = store().path(found.photo)
    if not path.exists():
        abort(404)
    with path.open("rb") as file:
        is_png = file.read(4) == b"\x89PNG"
    return send_file(path, mimetype="image/png" if is_png else "image/jpeg")


@bp.post("/admin/plates/<number>/retire")
@allow(Permission.PRINT_PLATES)
def retire(number: str) -> Any:
    """End a plate without, or with, another one of the village in its place."""
    found, heir = plate_of_mine(number), request.form.get("successor", "").strip()
    try:
        with acting("plate.retire", f"plate:{found.number}") as session:
            successor = plate_numbered(session, heir) if heir else None
            if successor is not None and not me().covers(successor.unit):
                abort(404)
            actions.retire(session, found, reason=_reason(), successor=successor, by=me().actor, at=now())
    except Refusal as refusal:
        return _page(plate_of_mine(number), refusal.lines), UNPROCESSABLE
    done(f"已停用 {spoken(found.number)}（{found.reason}）")
    return redirect(url_for("plates.plate", number=found.number), 303)


@bp.post("/admin/plates/<number>/replace")
@allow(Permission.PRINT_PLATES)
def replace(number: str) -> Any:
    """A new number for the same place; the old one says so to whoever scans it."""
    found = plate_of_mine(number)
    try:
        with acting("plate.replace", f"plate:{found.number}") as session:
            new = inspecting.replace(session, found, reason=_reason(), by=me().actor, at=now())
    except Refusal as refusal:
        return _page(plate_of_mine(number), refusal.lines), UNPROCESSABLE
    done(f"新码号是 {spoken(new.number)}，请打印后贴上；旧码 {spoken(found.number)} 已停用")
    return redirect(url_for("plates.plate", number=new.number), 303)


def _reason() -> str:
    """The reason that was chosen, or the words beside it."""
    return request.form.get("words", "").strip() or request.form.get("reason", "")


@bp.route("/admin/plates/issue", methods=["GET", "POST"])
@allow(Permission.PRINT_PLATES)
def issue() -> Any:
    """A further plate for a village."""
    lines: tuple[str, ...] = ()
    if request.method == "POST":
        village = unit_of_mine(request.form.get("village", ""))
        try:
            with acting("plate.issue", village.scope) as session:
                place = request.form.get("place", "")
                new = actions.issue(session, village, place=place, by=me().actor, at=now())
        except Refusal as refusal:
            lines = refusal.lines
        else:
            done(f"已给{village.name}（{new.place}）制码 {spoken(new.number)}，请打印后贴上")
            return redirect(url_for("plates.plate", number=new.number), 303)
    chosen = request.values.get("village", "")
    page = render_template(
        "plates/issue.html", villages=villages_in(db(), area()), problems=lines, chosen=chosen,
        place=request.form.get("place", ""),
    )  # fmt: skip
    return page, UNPROCESSABLE if lines else 200
