"""What every open page asks by itself: how much waits behind the lines of the menu, and who calls from a hall."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from villages.accounts.door import has, menu_counts
from villages.core.access import SIGNED_IN, Permission, allow, unattended
from villages.machines.admin.calls import open_calls

bp = Blueprint("news", __name__)


@bp.get("/admin/news.json")
@unattended
@allow(SIGNED_IN)
def told() -> Response:
    """The counts of my menu by their endpoints; the numbers of the open calls that I may answer, and their notices."""
    answers = has(Permission.ANSWER_HELP)
    return jsonify(
        counts=menu_counts(),
        calls=[call.id for call in open_calls()] if answers else [],
        notices=render_template("machines/calls.html") if answers else "",
    )
