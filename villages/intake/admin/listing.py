"""What waits for me: cases that I may see, those due first on top; looked for by number, writer and more; given out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, abort, render_template, request

from villages.accounts.door import acting, me
from villages.audit.actions import record
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, now
from villages.core.sheets import Cell, as_xlsx
from villages.core.web import db, only_reads
from villages.intake.admin.blueprint import bp, due, number_of, words
from villages.intake.history import kind_of
from villages.intake.kinds import kinds
from villages.intake.models import CHANNELS, Case
from villages.intake.numbers import plain
from villages.intake.places import chosen, places
from villages.intake.queries import SOON, Wanted, cases, count, counts, pressing
from villages.intake.results import results
from villages.intake.workflow import ENDED, OPEN, STATES
from villages.registry.models import Unit

A_PAGE, MOST_GIVEN, LONGEST = 50, 20_000, 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ("编号", "类别", "现在", "来路", "关于", "由谁办", "收到", "答复的最后一天", "暂定", "答复", "结果", "办结")
# The tabs, in order, with their words.
TABS = {
    "mine": "我们要办的",
    "late": "已逾期",
    "soon": "快到期",
    "held": "等人查看",
    "open": "全部在办",
    "ended": "答复过、办完的",
}
ALL = {"": "全部（包括办完的）"}


def wanted_of(tab: str, day: date) -> Wanted:
    """What a tab holds."""
    return {
        "mine": Wanted(is_own=True, states=OPEN),
        "late": Wanted(overdue_on=day),
        "soon": Wanted(due_by=day + SOON, due_from=day),
        "held": Wanted(states=("held",)),
        "open": Wanted(states=OPEN),
        "ended": Wanted(states=(*ENDED, "closed", "discarded")),
    }.get(tab, Wanted())


def waiting() -> int:
    """How many cases of my own office are new, overdue or due soon."""
    return pressing(db(), me(), day_of(now()))


@bp.get("/admin/cases")
@menu("诉求和申请", group=Group.WORK, order=15, count=waiting)
@allow(Permission.HANDLE_CASES)
def listed() -> str:
    """A tab of what I may see, narrowed by what was chosen: nothing that anybody typed."""
    return _list(request.args)


@bp.post("/admin/cases")
@allow(Permission.HANDLE_CASES)
@only_reads
def found() -> str:
    """The same by what was typed, a number, a telephone, a name: none of it may stand in an address."""
    return _list(request.form)


def _list(given: Mapping[str, str]) -> str:
    day, page = day_of(now()), number_of(given.get("page", "1"))
    tab = given.get("tab", "" if request.method == "POST" else "mine")
    if tab not in {*TABS, *ALL} or page is None or not 0 < page < MOST_GIVEN:
        abort(404)
    wanted, problems = _narrowed(wanted_of(tab, day), given)
    many = count(db(), me(), wanted)
    shown = cases(db(), me(), wanted, most=A_PAGE, skip=(page - 1) * A_PAGE)
    return render_template(
        "intake/cases.html", shown=shown, many=many, tab=tab, tabs=TABS, every=ALL, page=page, problems=problems,
        pages=math.ceil(many / A_PAGE), counts=counts(db(), me(), {each: wanted_of(each, day) for each in TABS}),
        given={name: given.get(name, "") for name in ("kind", "state", "place", "first", "last")},
        typed={name: request.form.get(name, "") for name in ("number", "phone", "name")}, states=STATES,
        places=places(db()), **words(),
    )  # fmt: skip


def _narrowed(wanted: Wanted, given: Mapping[str, str]) -> tuple[Wanted, list[str]]:
    """What is asked for within a tab, and what of it cannot be read."""
    problems: list[str] = []
    narrow: dict[str, Any] = {}
    if given.get("kind", "") in kinds():
        narrow["kind"] = given["kind"]
    if given.get("state", "") in STATES:
        narrow["states"] = (given["state"],)
    place = chosen(db(), given.get("place", ""))
    narrow |= {"unit": place} if isinstance(place, Unit) else {"body": place} if place is not None else {}
    for name, what in (("first", "从哪天起"), ("last", "到哪天止")):
        text = given.get(name, "").strip()
        try:
            narrow[name] = date.fromisoformat(text) if text else None
        except ValueError:
            problems.append(f"“{what}”看不懂，没有按它查。请写成 2026-01-31 这样")
    narrow |= {name: given.get(name, "").strip()[:LONGEST] for name in ("phone", "name")}
    return replace(wanted, **narrow, number=plain(given.get("number", "")[:LONGEST])), problems


@bp.post("/admin/cases/export")
@allow(Permission.HANDLE_CASES)
def export() -> Response:
    """The cases of a tab, narrowed alike, as a workbook; nothing that anybody wrote. That I took it is an entry."""
    tab = request.form.get("tab", "")
    if tab not in {*TABS, *ALL}:
        abort(404)
    wanted, _ = _narrowed(wanted_of(tab, day_of(now())), request.form)
    rows = list(_rows(wanted))
    with acting("case.export", "cases") as session:
        record(session, "case.export", "cases", by=me().actor, at=now(), count=len(rows))
    body = b"".join(as_xlsx(HEADINGS, rows))
    name = f'attachment; filename="cases-{day_of(now()).isoformat()}.xlsx"'
    return Response(body, mimetype=XLSX, headers={"Content-Disposition": name})


def _rows(wanted: Wanted) -> Iterator[list[Cell]]:
    for case in cases(db(), me(), wanted, most=MOST_GIVEN):
        yield [
            case.number, kind_of(case).label, STATES[case.state], CHANNELS[case.channel], about_words(case),
            "、".join(seat.place.name for seat in case.held_by), case.received_on, case.due_on,
            "是" if case.is_provisional else "", case.answered_on,
            results()[case.result].label if case.result else "", day_of(case.closed_at) if case.closed_at else None,
        ]  # fmt: skip


@bp.app_template_filter("about_words")
def about_words(case: Case) -> str:
    """What a case is about, or whom it was sent to."""
    if case.publisher is not None and case.publisher.kind == "department":
        return case.publisher.name
    return case.unit.name if case.unit is not None else case.publisher.name if case.publisher is not None else ""


bp.add_app_template_filter(due, "due_words")
