"""What stands on the screen where a page is missing or the service in trouble: no error page made for others."""

from __future__ import annotations

from flask import Response, g, render_template

from kiosk.screen import draw

SERVERS = 500


def soften(answer: Response) -> Response:
    """Give an error page of the hall's addresses the words and keys of the hall; its status stays."""
    is_error = answer.status_code >= 400 and answer.mimetype == "text/html"  # noqa: PLR2004 - errors begin there
    if is_error and answer.status_code >= SERVERS:
        answer.set_data(render_template("kiosk/trouble.html"))  # asks no database
    elif is_error and not g.get("is_drawn"):
        answer.set_data(draw("missing"))
    return answer
