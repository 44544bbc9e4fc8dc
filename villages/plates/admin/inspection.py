"""The inspector's pages: made for a phone in one hand, before the plate."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from villages.accounts.door import acting, done, me
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.pictures import read_picture
from villages.core.refusal import Refusal
from villages.core.web import db, transaction
from villages.plates import inspecting
from villages.plates.admin.blueprint import bp, plate_of_mine, store, terms
from villages.plates.admin.rolls import summary
from villages.plates.forms import Sighting, read_sighting
from villages.plates.inspecting import Seen
from villages.plates.models import Plate
from villages.plates.numbers import spoken
from villages.plates.queries import plate as plate_numbered
from villages.plates.watching import ROLLS, inspections_of
from villages.plates.workflow import FINDINGS

MOST_LISTED = 10
LATELY = 3
UNPROCESSABLE = 422
# The phone may be asked where it is on this page alone, and only when somebody taps for it.
HERE = "camera=(), geolocation=(self), microphone=()"


@bp.get("/admin/plates/inspect")
@menu("扫码巡查", group=Group.PLATES, order=20)
@allow(Permission.INSPECT_PLATES)
def find() -> Any:
    """Where to go next, and a field for the number of the plate before me."""
    text, problem = request.args.get("number", ""), ""
    if text:
        try:
            plate = plate_numbered(db(), text)
            if me().covers(plate.unit):
                return redirect(url_for("plates.inspect", number=plate.number), 303)
            problem = "这块码牌不在您的范围里。"
        except Refusal as refusal:
            problem = refusal.lines[0]
    listed = [(ROLLS[key], found[:MOST_LISTED], len(found)) for key, found in summary(terms()).items() if found]
    return render_template("plates/find.html", listed=listed, text=text, problem=problem)


@bp.get("/admin/plates/<number>/inspect")
@allow(Permission.INSPECT_PLATES)
def inspect(number: str) -> Response:
    """What did you find? A plate's page for who stands before it."""
    plate = plate_of_mine(number)
    return _page(plate, Sighting(token=secrets.token_urlsafe(16)))


@bp.post("/admin/plates/<number>/inspect")
@allow(Permission.INSPECT_PLATES)
def inspected(number: str) -> Any:
    """Note what was found; the form sent twice from a poor network is noted once."""
    plate, given = plate_of_mine(number), read_sighting(request.form)
    with transaction():
        """The gate began it; a photograph takes its time, and nobody may wait for the database meanwhile."""
    try:
        photo = _photo()
        seen = Seen(given.finding, given.note, given.spot, given.spot_at, photo, given.token or None)
        act = given.finding if given.finding in FINDINGS else "inspect"
        with acting(f"plate.{act}", f"plate:{plate.number}") as session:
            inspecting.inspect(session, plate, seen, by=me().actor, at=now())
    except Refusal as refusal:
        return _page(plate_of_mine(number), given, refusal.lines)
    done(f"已记下：{plate.unit.name} {spoken(plate.number)}，{FINDINGS[given.finding]}")
    return redirect(url_for("plates.find"), 303)


def _photo() -> tuple[str, int] | None:
    """The photograph, made small and stripped of what the camera noted, in the store: its digest and size."""
    file = request.files.get("photo")
    data = file.read() if file is not None else b""
    if not data:
        return None
    picture = read_picture(data, "照片")
    return store().put(picture.data), len(picture.data)


def _page(plate: Plate, given: Sighting, lines: tuple[str, ...] = ()) -> Response:
    order = sorted(FINDINGS, key=lambda finding: (finding != "post") if plate.stage != "posted" else finding == "post")
    page = render_template(
        "plates/inspect.html", plate=plate, given=given, problems=lines, order=order, findings=FINDINGS,
        lately=inspections_of(db(), plate)[:LATELY],
    )  # fmt: skip
    answer = make_response(page, UNPROCESSABLE if lines else 200)
    answer.headers["Permissions-Policy"] = HERE
    return answer
