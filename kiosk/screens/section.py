"""One of the four entries of a unit, or one of its columns page by page."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for

from kiosk.screen import at, draw
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.portal import showing
from villages.portal.sections import BY_KEY
from villages.registry.queries import contact_of, unit_by_code

NAME, PATH = "section", "/villages/<code>/<any(information, affairs, services, oversight):section>"


def show(code: str, section: str) -> Any:
    """What stands in an entry."""
    unit = unit_by_code(db(), code)
    if unit is None:
        abort(404)
    if unit.successor is not unit:
        return redirect(at(NAME, code=unit.successor.division_code, section=section))
    today, column = day_of(now()), request.args.get("column", "")
    groups = showing.groups(db(), unit, section, today)
    page = None
    if column:
        page = showing.group_page(db(), unit, section, column, request.args.get("page", 1, type=int), today)
        page = page or abort(404)
    return draw(
        NAME, unit=unit, section=BY_KEY[section], groups=groups, page=page, contact=contact_of(db(), unit),
        up=at(NAME, code=code, section=section) if column else at("village", code=code),
        take=url_for("portal.section", code=code, section=section, column=column or None),
        aloud="" if column else url_for("audio.section", code=code, section=section),
    )  # fmt: skip
