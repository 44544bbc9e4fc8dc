"""The plate's eight digits on a keypad: the third way to a village.

All plates are in the page: with number.js no digit asks the server, and digits work while the line is away.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from sqlalchemy import select

from kiosk.screen import at, draw
from villages.core.web import db
from villages.plates.models import Plate
from villages.registry.models import Unit

NAME, PATH = "number", "/number"
DIGITS = 8
PROBLEM = "没有这个码号。请对照码牌上的 8 位数字，一位一位再看一遍。"


def show() -> Any:
    """The keypad; with eight digits the village of that plate."""
    typed = "".join(each for each in request.args.get("digits", "") if each in "0123456789")[:DIGITS]
    plates = _plates()
    if typed in plates:
        return redirect(at("village", code=plates[typed]))
    problem = PROBLEM if len(typed) == DIGITS else ""
    up = at(NAME, digits=typed[:-1]) if typed else ""
    return draw(NAME, typed=typed, problem=problem, plates=plates, wrong=PROBLEM, up=up, take="/villages/")


def _plates() -> dict[str, str]:
    """The number of every plate and the code of the village that it leads to now."""
    merged = db().scalars(select(Unit).where(Unit.merged_into_id.is_not(None)))
    moved = {unit.division_code: unit.successor.division_code for unit in merged}
    query = select(Plate.number, Unit.division_code).join(Unit, Plate.unit_id == Unit.id).order_by(Plate.number)
    return {number: moved.get(code, code) for number, code in db().execute(query)}
