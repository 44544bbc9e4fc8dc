"""Guards the house: routes, access, links, templates."""

import re
from pathlib import Path

from flask import url_for

from tests.factories import make_staff
from villages.accounts.actions import sign_in
from villages.core.access import ANYBODY, allowed
from villages.core.clock import now
from villages.disclosures.blocks import blocks
from villages.registry.queries import unit_by_code

ROOT = Path(__file__).resolve().parents[2]
ROUTES = Path(__file__).with_name("routes.txt")
TEMPLATES = [*ROOT.glob("villages/**/templates/**/*.html"), *ROOT.glob("kiosk/templates/**/*.html")]


def test_no_printed_or_bookmarked_address_vanishes(app):
    now = {f"{rule.rule} {rule.endpoint}" for rule in app.url_map.iter_rules()}
    known = set(ROUTES.read_text(encoding="utf-8").splitlines())
    assert known - now == set(), "an address vanished"
    assert now - known == set(), "write new addresses into routes.txt"


# The staff addresses that nobody has to sign in for.
OPEN = {"accounts.sign_in", "accounts.code", "accounts.first", "scripts.script"}


def test_every_staff_page_says_who_may_enter(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin"):
            roles = allowed(app.view_functions[rule.endpoint])
            assert roles, rule.rule
            assert ANYBODY not in roles or rule.endpoint in OPEN


def test_a_staff_page_without_a_mark_is_refused(app):
    app._got_first_request = False  # noqa: SLF001 - adds a page as a forgetful developer would
    app.add_url_rule("/admin/forgotten", "forgotten", lambda: "secret")
    with app.extensions["storage"].transaction() as session:
        name = make_staff(session, unit_by_code(session, "410923")).name
        _, token = sign_in(session, name, right=True, at=now())
    client = app.test_client()
    with client.session_transaction("/msgk/admin/", base_url="https://www.county.gov.cn") as browser:
        browser["sign_in"] = token
    where = {"base_url": "https://www.county.gov.cn"}
    assert client.get("/msgk/admin/", **where).status_code == 200
    response = client.get("/msgk/admin/forgotten", **where)
    assert response.status_code == 403
    assert "secret" not in response.text


def test_every_link_names_a_page_that_exists(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    sources = [*TEMPLATES, *ROOT.glob("villages/**/*.py"), *ROOT.glob("kiosk/**/*.py")]
    named = {
        name
        for path in sources
        for name in re.findall(r"""url_for\(\s*["']([\w.]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= endpoints
    with app.test_request_context():
        assert url_for("portal.scan", number="12345678") == "/v/12345678"


def test_no_template_lies_idle():
    sources = [*TEMPLATES, *ROOT.glob("[!.]*/**/*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    for path in TEMPLATES:
        name = path.as_posix().split("/templates/", 1)[1]
        of_a_block = name.startswith("disclosures/blocks/") and path.stem in blocks()  # drawn by the block's own name
        drawn = (f'NAME, PATH = "{path.stem}"', f'draw("{path.stem}"', f'sheet="{path.stem}"')  # a screen
        of_a_screen = name.startswith("kiosk/") and any(each in text for each in drawn)
        assert of_a_block or of_a_screen or f'"{name}"' in text, name


def test_public_pages_stay_within_the_client_floor():
    css = (ROOT / "static/public/page.css").read_text(encoding="utf-8")
    # Chromium 70 and iOS 12 know none of these.
    newer = r":is\(|:where\(|:has\(|(?<![\w-])(clamp|min|max)\(|aspect-ratio|inset:|@layer|@container"
    assert not re.search(newer, css)
    for rule in re.findall(r"\{([^{}]*)\}", css):
        if re.search(r"display:\s*flex", rule):
            assert not re.search(r"(?<!-)gap:", rule), rule
