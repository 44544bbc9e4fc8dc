"""Addresses for machines that watch the service."""

from __future__ import annotations

from flask import Blueprint, Response

from villages.core.migration import current, newest
from villages.core.web import storage

bp = Blueprint("service", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """Alive: the process answers."""
    return _line("alive", 200)


@bp.get("/readyz")
def readyz() -> Response:
    """Ready: the database is reachable and its tables are current."""
    try:
        ready = current(storage()) == newest()
    except Exception:  # noqa: BLE001 - whatever the driver raises, the answer is the same
        return _line("database unreachable", 503)
    return _line("ready", 200) if ready else _line("migrations are due", 503)


def _line(text: str, status: int) -> Response:
    return Response(text + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
