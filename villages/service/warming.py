"""What a new process has ready before anybody asks: drawn forms, counted duties, slow libraries.

Else whoever comes first after a start, in each process anew, waits for it.
"""

from __future__ import annotations

import logging
import threading
from importlib import import_module

from flask import Flask

from villages.core.clock import day_of, now
from villages.core.db import Storage
from villages.office.counted import counted

# Those who read or write workbooks load these only then.
SLOW = ("openpyxl",)
# So that the process answers first.
PAUSE_S = 1.0
log = logging.getLogger(__name__)


def warm_up(app: Flask) -> threading.Timer:
    """Begin soon, beside the process's work; what fails here will fail, and be told, when it is asked for."""
    timer = threading.Timer(PAUSE_S, _all, [app])
    timer.daemon = True
    timer.start()
    return timer


def _all(app: Flask) -> None:
    try:
        for name in app.jinja_env.list_templates(extensions=["html"]):
            app.jinja_env.get_template(name)
        for name in SLOW:
            import_module(name)
        if "admin" in app.extensions["settings"].surfaces:
            storage: Storage = app.extensions["storage"]
            with storage.reading() as session:
                counted(session, on=day_of(now()), at=now())
    except Exception:
        log.exception("not all was ready beforehand")
