"""Browsers that somebody has signed in with: a signed cookie names the last few people, each until a new password.

It opens nothing. It only spares its holder the wait that strangers' wrong passwords have earned (delays.py).
"""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from villages.accounts.models import Staff

COOKIE = "villages_known"
LASTS_S = 180 * 24 * 3600
MOST_PEOPLE = 8  # offices share machines


def is_known(staff: Staff | None) -> bool:
    """Whether this browser has signed in as a person since their last password."""
    return staff is not None and _mark(staff) in _people()


def remember(response: Response, staff: Staff) -> Response:
    """Have the answer tell the browser that it is known for a person."""
    people = [_mark(staff), *(each for each in _people() if each[:1] != [staff.id])][:MOST_PEOPLE]
    config = current_app.config
    response.set_cookie(
        COOKIE, _signer().dumps(people), max_age=LASTS_S, path=config["SESSION_COOKIE_PATH"],
        secure=config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def _mark(staff: Staff) -> list[Any]:
    return [staff.id, int((staff.password_at or staff.created_at).timestamp())]


def _people() -> list[list[Any]]:
    try:
        return list(_signer().loads(request.cookies.get(COOKIE, ""), max_age=LASTS_S))
    except (BadSignature, TypeError):
        return []


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="villages known browser")
