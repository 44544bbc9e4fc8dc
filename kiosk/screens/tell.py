"""我要反映: what somebody can write on this screen, carry on with on their phone, or have a clerk write."""

from __future__ import annotations

from flask import Response, request, url_for

from kiosk.screen import draw, unkept
from villages.intake.kinds import offered

NAME, PATH = "tell", "/tell"


def show() -> Response:
    """The topics; about what it is may be known by where somebody came from."""
    context = {name: request.args.get(name) or None for name in ("about", "item")}
    take = url_for("cases.new", about=context["about"], item=context["item"])
    return unkept(draw(NAME, kinds=offered(), context=context, take=take))
