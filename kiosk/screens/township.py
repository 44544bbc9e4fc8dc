"""The villages of one township."""

from __future__ import annotations

from flask import abort

from kiosk.screen import at, draw, path_of
from villages.core.web import db
from villages.registry.queries import unit_by_code, villages_of

NAME, PATH = "township", "/townships/<code>"


def show(code: str) -> str:
    """A township's villages, to be tapped."""
    unit = unit_by_code(db(), code)
    if unit is None or unit.level != "township":
        abort(404)
    return draw(NAME, up=at("townships"), take=path_of(unit), unit=unit, units=villages_of(db(), unit))
