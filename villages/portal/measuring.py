"""How fast pages open, as browsers tell: the script that stands in a page, and the address that it tells.

The script sends nothing about the person and not the page's address, only what kind of page it is. What is told is
counted in steps (villages/visits/speeds.py); what is wrong or too much is dropped, and the answer is the same.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from villages.core.origin import is_from_our_page
from villages.core.scripts import speed_script
from villages.core.web import surface_of
from villages.portal.site_pages import site
from villages.portal.visitors import is_person
from villages.site.rules import RULE_BY_KEY
from villages.visits.speeds import LONGEST_TELLING, marks_of

bp = Blueprint("measuring", __name__)
# A blueprint's pages are of one kind, but for those named one by one.
KINDS = {
    "portal.scan": "scan",
    "portal.county": "place",
    "portal.unit": "place",
    "portal.section": "section",
    "portal.item": "item",
    "portal.villages": "search",
    "searching": "search",
    "lists": "list",
    "publishers": "list",
}


@bp.app_context_processor
def _measured() -> dict[str, Any]:
    """What a public page needs to be measured; `speed_of` is 0 where none is."""
    endpoint = request.endpoint or ""
    if surface_of(request.path) != "public" or not endpoint:
        return {"speed_of": 0}
    rule = RULE_BY_KEY["speed_sample"]
    kind = KINDS.get(endpoint, KINDS.get(endpoint.partition(".")[0], "other"))
    return {
        "speed_of": int(site().values.get(rule.key, rule.default)),
        "speed_page": kind,
        "speed_script": speed_script,
    }


@bp.post("/page-speed")
def tell() -> Response:
    """Count what a browser tells."""
    is_ours = is_from_our_page() is not False  # older browsers do not say
    if is_ours and 0 < (request.content_length or 0) <= LONGEST_TELLING and is_person(request.environ):
        for mark in marks_of(request.get_data(cache=False).decode("ascii", "replace")):
            current_app.extensions["counting"].speeds.note(mark)
    return Response(status=204, headers={"Cache-Control": "no-store"})
