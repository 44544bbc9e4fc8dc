"""带走阅读: the code of what is on the screen, for the visitor's own phone."""

from __future__ import annotations

from typing import Any

from flask import abort, request

from kiosk.screen import at, draw, public_address
from villages.core.web import settings

NAME, PATH = "take", "/take"


def show() -> Any:
    """A code that opens one of our public pages."""
    path = request.args.get("of", "/")
    back = request.args.get("back", "")
    own = settings().prefix + "/kiosk/"
    if not path.startswith("/") or path.startswith("//") or "\\" in path or "/kiosk/" in path or "/admin/" in path:
        abort(404)
    return draw(NAME, up=back if back.startswith(own) else at("home"), address=public_address(path))
