"""What a new process has ready before anybody asks."""

from __future__ import annotations

from villages.office import counted
from villages.service.warming import warm_up


def test_a_new_process_has_forms_and_duties_ready(app):
    app.jinja_env.cache.clear()
    warming = warm_up(app)
    warming.join()
    ready = {name for _, name in app.jinja_env.cache.keys()}  # noqa: SIM118 - Jinja's cache is no dict
    assert {"office/today.html", "kiosk/home.html", "portal/village.html"} <= ready
    assert app.extensions["storage"].reader in counted._KEPT  # noqa: SLF001 - what the next request will find


def test_a_database_that_is_not_there_yet_keeps_no_process_from_starting(make_settings, caplog):
    from wsgi import whole  # noqa: PLC0415 - an application of its own

    app = whole(make_settings(None))
    warm_up(app).join()
    assert "not all was ready beforehand" in caplog.text
    for part in ("front", "scans", "storage"):
        app.extensions[part].close()
