"""THE list of doors: settings, storage, blueprints, command groups. No logic."""

from __future__ import annotations

import os

from flask import Flask
from flask_wtf import CSRFProtect

from villages.accounts import admin as accounts_admin
from villages.accounts import own_pages, people_pages
from villages.accounts.commands import accounts
from villages.accounts.door import set_up_door
from villages.audit.commands import audit
from villages.calendar.commands import calendar
from villages.core import scripts
from villages.core.db import Storage
from villages.core.freshness import Watch
from villages.core.keys import key
from villages.core.logs import AccessLog
from villages.core.prefix import Prefixed
from villages.core.tally import Tally
from villages.core.web import set_up_pages
from villages.data import pages as data
from villages.disclosures.admin import imports as import_pages
from villages.disclosures.admin import pages as items_admin
from villages.disclosures.admin import reviewing
from villages.disclosures.commands import disclosures
from villages.disclosures.due_commands import duties
from villages.disclosures.kinds import OWN_CATALOGUE, also_from
from villages.intake import admin as intake_admin
from villages.intake import public as cases
from villages.intake.commands import cases as case_commands
from villages.machines import admin as machines_admin
from villages.machines.commands import kiosks
from villages.office import (
    audit_log,
    contacts,
    control,
    going_live,
    handing_over,
    law,
    news,
    proposals,
    roll,
    scanning,
    self_check,
    site_settings,
    today,
    visiting,
)
from villages.plates import admin as plates_admin
from villages.plates.actions import count_scans
from villages.plates.commands import plates
from villages.portal import audio, large_type, lists, measuring, notice_sheets, previewing, site_pages
from villages.portal import duties as portal_duties
from villages.portal import files as portal_files
from villages.portal import public as portal
from villages.portal import publishers as portal_publishers
from villages.portal import searching as portal_searching
from villages.portal.front import Front
from villages.registry.commands import registry
from villages.service import commands as service
from villages.service import public as service_public
from villages.settings import Settings, read_settings
from villages.site.commands import site
from villages.visits.counting import Counting

COMMANDS = (
    service.init,
    service.serve,
    service.run_due,
    service.check,
    service.backup,
    service.restore,
    service.keys,
    service.search,
    service.sample,
    registry,
    plates,
    accounts,
    kiosks,
    case_commands,
    audit,
    calendar,
    site,
    disclosures,
    duties,
)
BLUEPRINTS = (
    portal.bp,
    portal_searching.bp,
    large_type.bp,
    audio.bp,
    lists.bp,
    site_pages.bp,
    measuring.bp,
    notice_sheets.bp,
    portal_files.bp,
    portal_duties.bp,
    portal_publishers.bp,
    cases.bp,
    data.bp,
    service_public.bp,
    scripts.bp,
    reviewing.bp,
    import_pages.bp,
    accounts_admin.bp,
    own_pages.bp,
    people_pages.bp,
    plates_admin.bp,
    machines_admin.bp,
    intake_admin.bp,
    today.bp,
    news.bp,
    audit_log.bp,
    site_settings.bp,
    law.bp,
    contacts.bp,
    roll.bp,
    proposals.bp,
    items_admin.bp,
    previewing.bp,
    control.bp,
    scanning.bp,
    visiting.bp,
    self_check.bp,
    going_live.bp,
    handing_over.bp,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application of one process; settings come from the environment unless given."""
    settings = settings or read_settings(os.environ)
    also_from(settings.data_dir / OWN_CATALOGUE)
    storage = Storage(settings.database_url, settings=settings)
    app = Flask("villages", static_folder=None, template_folder="core/templates")
    app.config.update(
        SECRET_KEY=key(settings.data_dir, "secret", settings.secret_key),
        SESSION_COOKIE_NAME="villages_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        SESSION_COOKIE_PATH=f"{settings.prefix}/admin",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form that was open for an hour must still be taken
        WTF_CSRF_SSL_STRICT=False,  # a proxy may show us another host than the browser sees; the token decides
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,  # a table of hundreds of rows is one form
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
    )
    app.extensions.update(settings=settings, storage=storage)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    set_up_pages(app)
    set_up_door(app)
    forms = CSRFProtect(app)
    forms.exempt(data.bp)  # it only reads, and says so to whoever writes
    forms.exempt(cases.bp)  # nobody is signed in; who has a case open is known by a cookie that other sites cannot send
    forms.exempt(measuring.bp)  # a browser tells a time; nobody is signed in
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    scans = Tally("scans", storage, count_scans)
    counting = Counting(storage)
    front = Front(
        app.wsgi_app,
        watch=Watch(storage),
        access=AccessLog(),
        notes={"scan": scans.note, "visit": counting.visits.note},
        is_open="public" in settings.surfaces,
    )
    app.extensions.update(front=front, scans=scans, counting=counting)
    app.wsgi_app = Prefixed(front, settings) if settings.prefix or settings.trusted_proxies else front  # type: ignore[method-assign]
    return app
