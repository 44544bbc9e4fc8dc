"""补贴发没发: the village by a tap, the name on the keyboard, the last four on the keypad; one's own lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request, url_for

from kiosk.keypad import OR_X, digits, pressed
from kiosk.machine import here
from kiosk.screen import at, draw, unkept
from villages.core.clock import day_of, minutes_until, now
from villages.core.web import db, only_reads
from villages.intake.subsidy import LONGEST_NAME, Answer, unanswerable
from villages.registry.models import Unit
from villages.registry.queries import contact_of, townships, unit_by_code, villages_of

NAME, PATH = "subsidy", "/subsidy"
METHODS = ("GET", "POST")
LAST = 4


@only_reads
def show() -> Response:
    """The villages or the townships to choose from; for a village the name, then the last four."""
    unit = unit_of(request.args.get("code", "")) or here()
    if request.method == "GET":
        return asked(unit, {}) if unit is not None and unit.level == "village" else _places(unit)
    village, typed = village_of(request.form.get("code", "")), typed_in()
    step = "last" if request.form.get("step") == "last" else "name"
    if "press" in request.form:
        return asked(village, typed | {"last": pressed(typed["last"], request.form["press"], LAST, OR_X)}, "last")
    if "to" in request.form:
        return asked(village, typed)
    if not typed["name"]:
        return asked(village, typed, problems={"name": "请写名单上的姓名"})
    return asked(village, typed, "last" if step == "name" else step)


def typed_in() -> dict[str, str]:
    """What stands in the form."""
    name = " ".join(request.form.get("name", "")[:LONGEST_NAME].split())
    return {"name": name, "last": digits(request.form.get("last", ""), LAST, OR_X)}


def unit_of(code: str) -> Unit | None:
    """The unit with a code, or that which it was merged into."""
    found = unit_by_code(db(), code[:20]) if code.isalnum() else None
    return found.successor if found is not None else None


def village_of(code: str) -> Unit:
    """The village with a code; 404 where there is none."""
    found = unit_of(code)
    return found if found is not None and found.level == "village" and found.in_scope else abort(404)


def asked(
    village: Unit, typed: Mapping[str, str], step: str = "name", *, problems: Mapping[str, str] | None = None
) -> Response:  # fmt: skip
    """One of the two questions."""
    step = next((each for each in ("name", "last") if problems and each in problems), step)
    return _drawn(village, step, typed=typed, problem=(problems or {}).get(step, ""))


def told(village: Unit, found: Answer) -> Response:
    """What was found; the same words for what is not there and for what is not right."""
    at_ = now()
    return _drawn(
        village, "told", found=found, minutes=minutes_until(found.until, at_),
        rosters=unanswerable(db(), village, at=at_), today=day_of(at_),
    )  # fmt: skip


def _places(unit: Unit | None) -> Response:
    wants_all = request.args.get("code") == "all" or unit is None or unit.level == "county"
    units = townships(db()) if wants_all or unit is None else villages_of(db(), unit)
    within = None if wants_all else unit
    return unkept(draw(NAME, step="place", units=units, unit=within, take=url_for("cases.subsidy")))


def _drawn(village: Unit, step: str, **more: Any) -> Response:
    return unkept(draw(
        NAME, step=step, village=village, most=LAST, longest=LONGEST_NAME, up=at(NAME),
        contact=contact_of(db(), village), take=url_for("cases.subsidy", about=village.division_code), **more,
    ))  # fmt: skip
