"""How often plates are scanned: day by day, and by township, village and place. Nothing about who did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from villages.accounts.door import me
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.plates.models import Plate, Scan
from villages.registry.models import Unit
from villages.registry.queries import is_below, unit_by_code

bp = Blueprint("scanning", __name__, template_folder="templates")
SPANS, USUAL = (7, 30, 90, 365), 30


@dataclass(frozen=True)
class Line:
    """A place below, or a plate: its scans, and how many plates it has. `code`: of a place that one can open."""

    name: str
    code: str
    plates: int
    count: int


@bp.get("/admin/scans")
@menu("扫码情况", group=Group.WATCH, order=20)
@allow(Permission.SEE_CONTROL_ROOM)
def scans() -> str:
    """The scans of my area, or of a place in it, for the last days."""
    span, today = request.args.get("days", USUAL, type=int), day_of(now())
    if span not in SPANS:
        abort(404)
    if me().department is not None:  # it has no plates
        return render_template("office/scans.html", unit=None)
    unit = unit_by_code(db(), request.args["of"]) if request.args.get("of") else me().unit
    if unit is None or not me().covers(unit):
        abort(404)
    first = today - timedelta(days=span - 1)
    lines, days = lines_below(db(), unit, first), by_day(db(), unit, first, today)
    above = unit.parent if unit.parent is not None and me().covers(unit.parent) else None
    return render_template(
        "office/scans.html", unit=unit, above=above, lines_below=lines, days=days, span=span, spans=SPANS,
        total=sum(count for _, count in days),
    )  # fmt: skip


def by_day(session: Session, unit: Unit, first: date, last: date) -> list[tuple[date, int]]:
    """How often the plates of a unit and those below it were scanned on each day."""
    query = select(Scan.on, func.sum(Scan.count)).join(Plate, Plate.id == Scan.plate_id).join(Plate.unit)
    rows = session.execute(query.where(_below(unit), Scan.on.between(first, last)).group_by(Scan.on))
    found = {row[0]: int(row[1]) for row in rows}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, found.get(day, 0)) for day in days]


def lines_below(session: Session, unit: Unit, first: date) -> Sequence[Line]:
    """What is next below a unit, or a village's plates, with the scans since a day; in the order of codes."""
    since = (
        select(Scan.plate_id, func.sum(Scan.count).label("count"))
        .where(Scan.on >= first)
        .group_by(Scan.plate_id)
        .subquery()
    )
    count = func.coalesce(since.c.count, 0)
    if unit.level == "village":
        plates = select(Plate.place, Plate.number, count).outerjoin(since, since.c.plate_id == Plate.id)
        rows = session.execute(plates.where(Plate.unit_id == unit.id).order_by(Plate.id))
        return [Line(f"{place}（{number}）", "", 1, int(scanned)) for place, number, scanned in rows]
    place = Unit if unit.level == "township" else aliased(Unit)
    columns = select(place.name, place.division_code, func.count(Plate.id), func.sum(count)).select_from(Plate)
    query = columns.join(Plate.unit).outerjoin(since, since.c.plate_id == Plate.id)
    if place is not Unit:
        query = query.join(place, place.id == Unit.parent_id)
    rows = session.execute(
        query.where(_below(unit)).group_by(place.id, place.name, place.division_code).order_by(place.division_code)
    )
    return [Line(name, code, plates, int(scanned)) for name, code, plates, scanned in rows]


def _below(unit: Unit) -> ColumnElement[bool]:
    return is_below(unit.division_code)
