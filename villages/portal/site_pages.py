"""What stands around the content: the site's details on every page, the map of the site, the privacy notice."""

from __future__ import annotations

import logging
import re
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError

from villages.core.clock import day_of, now
from villages.core.web import db, settings, surface_of
from villages.portal import showing
from villages.portal.answers import keep
from villages.portal.links import links_of
from villages.portal.sections import SECTIONS
from villages.registry.models import EVERYTHING
from villages.registry.queries import counties, townships
from villages.site.queries import Site, rules_of, site_of
from villages.visits.actions import VAIN_DAYS

bp = Blueprint("site", __name__, template_folder="templates")
_LINK = re.compile(r'href="(https?://[^"]*)"')
log = logging.getLogger(__name__)


@bp.app_context_processor
def _around() -> dict[str, Any]:
    """What every public page shows of the site: `site`, and its host and address for machines."""
    if surface_of(request.path) == "admin":
        return {}
    return {"site": site(), "site_host": urlsplit(settings().base_url).netloc, "base_url": settings().base_url}


def site() -> Site:
    """The site's details, read once a request; none where the database is out of reach, so that errors can be told."""
    if "site" not in g:
        try:
            g.site = site_of(db())
        except DBAPIError:
            log.warning("the site's details are out of reach")
            g.site = Site({})
    found: Site = g.site
    return found


@bp.app_template_filter("leaving")
def leaving(html: str, item_id: int) -> Markup:
    """An article's HTML, as the cleaning writes it, its links to other sites leading over the page that says so."""
    return Markup(_LINK.sub(lambda found: f'href="{escape(way_out(unescape(found[1]), item_id))}"', html))  # noqa: S704


@bp.app_template_global()
def way_out(address: str, item_id: int) -> str:
    """Where a tap on an address leads: straight there if it is the county's own, else to the page that says where."""
    return address if site().is_own(address) else url_for("site.leave", item_id=item_id, to=address)


@bp.get("/map")
def site_map() -> str:
    """The map of the site: every page that is not one of thousands."""
    keep(EVERYTHING)
    found = counties(db())
    return render_template(
        "portal/site_map.html", counties=[(each, townships(db(), each)) for each in found], sections=SECTIONS
    )


@bp.get("/privacy")
def privacy() -> str:
    """What is known of visitors and of the people in lists, why, how long, and whom to ask."""
    keep(EVERYTHING)
    rules = rules_of(db())
    days = {"visits_days": rules["visits_days"], "vain_days": rules["vain_days"], "vain_kept": VAIN_DAYS}
    return render_template("portal/privacy.html", **days)


@bp.get("/items/<int:item_id>/leave")
def leave(item_id: int) -> Response:
    """Before another site opens: where to; only for addresses that the item itself names, so that nobody is misled."""
    address = request.args.get("to", "")
    item = showing.item_now(db(), item_id, day_of(now()))
    shown = showing.shown(item) if item is not None and item.is_public else None
    if shown is None or address not in links_of(shown.kind, shown.values):
        abort(404)
    answer = make_response(
        render_template(
            "portal/leave.html", item=shown.item, title=shown.edition.title, address=address,
            host=urlsplit(address).hostname,
        )
    )  # fmt: skip
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
