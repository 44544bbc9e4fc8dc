"""Other townships: the first of two taps to any village of the county."""

from __future__ import annotations

from kiosk.screen import draw
from villages.core.web import db
from villages.registry.queries import townships

NAME, PATH = "townships", "/townships/"


def show() -> str:
    """All townships."""
    return draw(NAME, take="/villages/", units=townships(db()))
