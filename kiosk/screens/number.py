"""The plate's eight digits on a keypad: the third way to a village."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from kiosk.screen import at, draw
from villages.core.web import db
from villages.plates.numbers import has_right_check_digit, is_number
from villages.plates.queries import plate_by_number

NAME, PATH = "number", "/number"
DIGITS = 8


def show() -> Any:
    """The keypad; with eight digits the village of that plate."""
    typed = "".join(each for each in request.args.get("digits", "") if each in "0123456789")[:DIGITS]
    problem = ""
    if is_number(typed):
        plate = plate_by_number(db(), typed) if has_right_check_digit(typed) else None
        if plate is not None:
            return redirect(at("village", code=plate.unit.successor.division_code))
        problem = "没有这个码号。请对照码牌上的 8 位数字，一位一位再看一遍。"
    return draw(NAME, typed=typed, problem=problem, up=at(NAME, digits=typed[:-1]) if typed else "", take="/villages/")
