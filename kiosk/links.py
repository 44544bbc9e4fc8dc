"""Links within texts: what is ours opens on the screen, any other site becomes a code to scan."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from markupsafe import Markup

from kiosk.screen import at
from villages.core.web import settings

_HREF = re.compile(r'<a\b[^>]*?href="([^"]*)"[^>]*>')


def inside(item_id: int) -> Callable[[str], Markup]:
    """What rewrites the links of an item's cleaned HTML."""

    def rewrite(html: str) -> Markup:
        return Markup(_HREF.sub(lambda found: _link(unescape(found[1]), item_id), html))  # noqa: S704 - it was cleaned

    return rewrite


def screen_of(address: str, item_id: int) -> str:
    """Where a tap on an address leads: one of our items to its screen, all else to the screen with its code."""
    own = address.removeprefix(settings().base_url)
    found = re.fullmatch(r"/?items/(\d{1,9})", own if own != address else address.removeprefix(settings().prefix))
    return at("item", item_id=int(found[1])) if found else at("elsewhere", item_id=item_id, to=address)


def _link(address: str, item_id: int) -> str:
    return f'<a href="{escape(screen_of(address, item_id))}">'
