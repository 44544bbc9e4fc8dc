"""Another site: its address and its code for the visitor's own phone; it never opens here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import abort, request

from kiosk.screen import at, draw
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.portal import showing
from villages.portal.links import links_of

NAME, PATH = "elsewhere", "/items/<int:item_id>/elsewhere"


def show(item_id: int) -> Any:
    """The code of an address that the item itself names; of no other, so that nobody is misled."""
    address = request.args.get("to", "")
    found = showing.item_now(db(), item_id, day_of(now())) if item_id <= showing.LARGEST_ID else None
    shown = showing.shown(found) if found is not None and found.is_public else None
    if shown is None or address not in links_of(shown.kind, shown.values):
        abort(404)
    up = at("item", item_id=item_id)
    return draw(NAME, up=up, address=address, host=urlsplit(address).hostname, title=shown.edition.title)
