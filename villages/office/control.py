"""The control room: what is due, on time, late and missing, by places, kinds and months, down to the item."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, now
from villages.core.sheets import Cell as SheetCell
from villages.core.sheets import as_xlsx
from villages.core.web import db
from villages.disclosures.duties import outcome, subject
from villages.disclosures.kinds import kinds
from villages.office.areas import Area, area_of_mine
from villages.office.counted import MONTHS, counted, first_month, months_before
from villages.office.progress import STATES, Cell, Row, Told, rows_of

bp = Blueprint("control", __name__, template_folder="templates")
SPANS, USUAL = (3, 6, 12, 24), 12
A_PAGE = 50
NOT_BY_MONTH: dict[str, Any] = {"to": None, "months": None, "by": None}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ("单位", "单位代码", "所在", "类别", "月份", "到期", "按时公开", "晚公开", "没公开", "还没到期", "数据截至")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: an area, months, rows by place or by kind, perhaps one kind only.

    `span`: how many months were asked for; there may be fewer that are counted.
    """

    area: Area
    months: tuple[date, ...]
    span: int
    by: str
    kind: str

    def query(self, **change: Any) -> dict[str, Any]:
        """The query of the same page with something changed; what is by default is left out."""
        last = f"{self.months[-1]:%Y-%m}"
        when = {"month": last} if self.span == 1 else {"to": last, "months": self.span if self.span != USUAL else None}
        values = {**dict([self.area.asked]), **when, "kind": self.kind}
        if self.by == "kind" and not self.area.is_one:
            values["by"] = "kind"
        if "of" in change or "body" in change:
            values.pop(self.area.asked[0])
        return {key: value for key, value in (values | change).items() if value}


@bp.get("/admin/control")
@menu("公开进度", group=Group.WATCH, order=10)
@allow(Permission.SEE_CONTROL_ROOM)
def room() -> str:
    """An area month by month, as a heat map of figures and as a table."""
    asked, at = _asked(), now()
    found, counted_at = _duties(asked, at)
    under = {key: body.row for key, body in asked.area.bodies.items()}
    marks: Iterable[tuple[Hashable, date, str]]
    if asked.by == "kind":
        marks = ((each.kind, each.month, each.state) for each in found)
    else:
        marks = ((under[each.standing.duty.publisher_id], each.month, each.state) for each in found)
    rows, total = rows_of(marks, _rows(asked), asked.months)
    return render_template(
        "office/control.html", asked=asked, area=asked.area, rows=rows, total=total, at=counted_at,
        kinds=_kinds(), spans=SPANS, lasts=_lasts(day_of(at)), address=_address,
        states=STATES, kind=kinds().get(asked.kind),
    )  # fmt: skip


@bp.get("/admin/control/duties")
@allow(Permission.SEE_CONTROL_ROOM)
def duties() -> str:
    """The duties behind a figure, one by one, with the ways to what was published."""
    asked, state, page = _asked(), request.args.get("state", ""), request.args.get("page", 1, type=int)
    if state not in ("", *STATES):
        abort(404)
    found, at = _duties(asked, now())
    in_window = [each for each in found if asked.months[0] <= each.month <= asked.months[-1]]
    states = Counter(each.state for each in in_window)
    chosen = [each for each in in_window if state in ("", each.state)]
    order = {key: place for place, key in enumerate(STATES)}
    chosen.sort(key=lambda each: (order[each.state], each.standing.duty.due.on))
    pages = max(1, -(-len(chosen) // A_PAGE))
    if not 1 <= page <= pages:
        abort(404)
    shown = [
        (each.standing, each.state, asked.area.bodies[each.standing.duty.publisher_id])
        for each in chosen[(page - 1) * A_PAGE : page * A_PAGE]
    ]
    counts = {"": len(in_window), **{key: states[key] for key in STATES}}
    return render_template(
        "office/control_duties.html", asked=asked, area=asked.area, shown=shown, at=at, state=state, states=STATES,
        counts=counts, page=page, pages=pages, subject=subject, outcome=outcome,
        lists={"": "全部", **STATES}, kind=kinds().get(asked.kind),
        to=lambda **change: url_for("control.duties", **asked.query(**change)),
    )  # fmt: skip


@bp.get("/admin/control/progress.xlsx")
@allow(Permission.SEE_CONTROL_ROOM)
def workbook() -> Response:
    """The figures of every body, kind and month as a workbook."""
    asked = _asked()
    found, at = _duties(asked, now())
    name = f"progress-{asked.area.asked[1]}-{asked.months[0]:%Y%m}-{asked.months[-1]:%Y%m}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(b"".join(as_xlsx(HEADINGS, _sheet(asked, found, at))), mimetype=XLSX, headers=headers)


def _sheet(asked: Asked, found: list[Told], at: datetime) -> Iterator[list[SheetCell]]:
    cells: dict[tuple[int, str, date], Cell] = {}
    for each in found:
        if asked.months[0] <= each.month <= asked.months[-1]:
            duty = each.standing.duty
            cells.setdefault((duty.publisher_id, duty.label, each.month), Cell()).take(each.state, 1)
    day = day_of(at)
    for (publisher_id, label, month), cell in cells.items():
        body = asked.area.bodies[publisher_id]
        yield [body.name, body.code, body.place, label, f"{month:%Y-%m}", cell.due, cell.on_time, cell.late,
               cell.missing, cell.coming, day]  # fmt: skip


def _asked() -> Asked:
    """What the address asks for; what makes no sense is not found, nor is what is not mine."""
    given, this = request.args, day_of(now()).replace(day=1)
    area = area_of_mine(given.get("of", ""), given.get("body", ""))
    span, kind, to = given.get("months", USUAL, type=int), given.get("kind", ""), given.get("to", f"{this:%Y-%m}")
    if span not in SPANS or (kind and kind not in kinds()):
        abort(404)
    if "month" in given:
        to, span = given["month"], 1
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", to, re.ASCII) or to[:4] == "0000":
        abort(404)
    last = date.fromisoformat(f"{to}-01")
    if not first_month(this) <= last <= months_before(this, -MONTHS):
        abort(404)
    first = max(months_before(last, span - 1), first_month(this))
    months = [first]
    while months[-1] < last:
        months.append(months_before(months[-1], -1))
    return Asked(area, tuple(months), span, "kind" if area.is_one or given.get("by") == "kind" else "place", kind)


def _duties(asked: Asked, at: datetime) -> tuple[list[Told], datetime]:
    """The duties of an area, of one kind where that is asked; and when they were counted."""
    known = counted(db(), on=day_of(at), at=at)
    of = chain.from_iterable(known.duties.get(body, ()) for body in asked.area.bodies)
    return [each for each in of if each.kind == asked.kind] if asked.kind else list(of), known.at


def _rows(asked: Asked) -> dict[Hashable, Row]:
    """Every row that there may be, in order."""
    if asked.by == "kind":
        return {key: Row(kind.label, {"kind": key}) for key, kind in kinds().items()}
    return {body.row: Row(body.label, dict([body.row])) for body in asked.area.bodies.values()}


def _address(asked: Asked, row: Row | None = None, month: date | None = None) -> str:
    """Where a figure leads: a row to what is below it, or to its duties; a month's figure to the duties themselves."""
    asks = dict(row.asks) if row else {}
    if month is not None:
        return url_for("control.duties", **asked.query(**asks, month=f"{month:%Y-%m}", **NOT_BY_MONTH))
    if asked.by == "kind" and asked.area.is_one:
        return url_for("control.duties", **asked.query(**asks))
    return url_for("control.room", **asked.query(**asks, by=None))


def _lasts(today: date) -> list[date]:
    """The months that may be the last one shown, the latest first."""
    return [months_before(today, back) for back in range(MONTHS)]


def _kinds() -> dict[str, str]:
    """The kinds that one may choose, by their keys."""
    return {key: kind.label for key, kind in kinds().items() if kind.cycle != "none"}
