"""One published item, laid out in pages that are turned by a key."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for

from kiosk.links import inside
from kiosk.screen import at, draw
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.disclosures.attachments import files_of
from villages.portal import drawing, showing
from villages.registry.queries import contact_of

NAME, PATH = "item", "/items/<int:item_id>"


def show(item_id: int) -> Any:
    """The latest edition of an item; of what was withdrawn only that it was."""
    unit = showing.unit_of_item(db(), item_id) or abort(404)
    found = showing.item_now(db(), item_id, day_of(now())) or abort(404)
    home = unit.successor
    frame: dict[str, Any] = {"item": found, "unit": unit, "contact": contact_of(db(), home)}
    shown = showing.shown(found) if found.is_public else None
    if shown is None:
        up = at("village", code=home.division_code)
        return draw("withdrawn", up=up, at_=showing.withdrawn_at(found), **frame), 410
    money = showing.money_of(db(), shown)
    whole = drawing.wholes(shown.kind, shown.values)
    return draw(
        NAME, **frame, shown=shown, money=money, inside=inside(item_id),
        facts=drawing.facts(shown.kind, shown.values, without=drawing.SUMS if money else ()),
        parts=whole if drawing.fits_one_page(shown.kind, whole) else drawing.parts(shown.kind, shown.values),
        files=drawing.files(shown.kind, shown.values), attached=files_of(found),
        up=at("section", code=home.division_code, section=shown.kind.section),
        take=url_for("portal.item", item_id=item_id), aloud=url_for("kiosk.item_audio", item_id=item_id),
    )  # fmt: skip
