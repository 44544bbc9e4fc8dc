"""What a WSGI server runs: the application of one process, the service joined by the hall's face."""

from __future__ import annotations

from flask import Flask

from kiosk.face import join
from villages.app import create_app
from villages.core.logs import log_to_stderr
from villages.service.warming import warm_up
from villages.settings import Settings


def application() -> Flask:
    """The whole service, logging to standard error."""
    log_to_stderr()
    app = whole()
    warm_up(app)
    return app


def whole(settings: Settings | None = None) -> Flask:
    """The whole service; settings come from the environment unless given."""
    app = create_app(settings)
    join(app)
    return app
