"""The disclosure zone's guide: where to read, apply and write in this hall, and whom to ask."""

from __future__ import annotations

from kiosk.machine import here
from kiosk.screen import draw
from villages.core.web import db
from villages.portal.shelves import oversight
from villages.registry.queries import contact_of
from villages.site.queries import site_of

NAME, PATH = "zone", "/zone"


def show() -> str:
    """The guide."""
    hall = here()
    return draw(
        NAME, contact=contact_of(db(), hall) if hall else None, phones=oversight(site_of(db())).phones,
        county=hall if hall is None or hall.level == "county" else hall.parent, take="/oversight/",
    )  # fmt: skip
