"""What stands in for a screen that is not kept while the line is away."""

from __future__ import annotations

from kiosk.screen import draw

NAME, PATH = "later", "/later"


def show() -> str:
    """That it must wait, and what can be read meanwhile; with the line it opens by itself (keep.js)."""
    return draw(NAME)
