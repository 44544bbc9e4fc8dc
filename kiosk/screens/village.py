"""One unit: its four entries, its money, what it made public last."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for

from kiosk.screen import at, draw, path_of
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.portal import owing, showing
from villages.portal.sections import SECTIONS
from villages.registry.queries import contact_of, unit_by_code

NAME, PATH = "village", "/villages/<code>"


def show(code: str) -> Any:
    """A village, a township or the county; a village that was merged leads to the one it was merged into."""
    unit = unit_by_code(db(), code)
    if unit is None:
        abort(404)
    if unit.successor is not unit:
        return redirect(at(NAME, code=unit.successor.division_code))
    today = day_of(now())
    is_village = unit.level == "village"
    return draw(
        NAME, unit=unit, sections=SECTIONS, take=path_of(unit), lines=showing.latest(db(), unit, today),
        up=at("township", code=unit.parent.division_code) if is_village and unit.parent else "",
        money=showing.money_of_unit(db(), unit, today), contact=contact_of(db(), unit),
        duties=owing.told(db(), unit, today) if is_village else [],
        aloud=url_for("kiosk.village_audio", code=code) if is_village else "",
    )  # fmt: skip
