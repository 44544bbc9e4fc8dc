"""What a WSGI server runs: the application of one process. The hall's face joins here once it has screens."""

from __future__ import annotations

from flask import Flask

from villages.app import create_app
from villages.core.logs import log_to_stderr


def application() -> Flask:
    """The whole service, logging to standard error."""
    log_to_stderr()
    return create_app()
