"""What another site's page sends is refused at every address where nobody signs in, by whatever the browser says."""

from __future__ import annotations

import re

from tests.intake.cases import TEXT
from tests.intake.writer import FORM
from villages.core.web import surface_of

OURS, PROXY, OTHER = "https://www.county.gov.cn", "http://127.0.0.1:8000", "https://evil.example"
# Changes nothing and is for programs of any site; answers what it drops like what it counts (tests/portal/
# test_measuring.py looks); changes nothing and opens by the pass that stands in our page alone.
OTHERWISE = ("/api/<path:rest>", "/page-speed", "/kiosk/follow/paper/<form>")
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": OURS},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": OTHER},
    {"Origin": OTHER, "Referer": f"{OURS}/msgk/cases/new"},
    {"Origin": "https://www.county.gov.cn.evil.example"},
    {"Origin": "https://www.county.gov.cn@evil.example"},
    {"Origin": "https://www.county.gov.cn:8443"},
    {"Origin": "https://[www.county.gov.cn"},
    {"Origin": ""},
    {"Origin": "null"},
    {"Origin": "null", "Referer": f"{OTHER}/{OURS}"},
    {"Referer": f"{OTHER}/"},
    {"Referer": "file:///www.county.gov.cn/a.html"},
]
OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": OURS},
    {"Origin": "https://WWW.county.gov.cn:443"},
    {"Origin": "http://www.county.gov.cn"},
    {"Origin": "null", "Referer": f"{OURS}/msgk/cases/new"},
    {"Referer": f"{OURS}/msgk/cases/new?kind=complaint"},
]


def posts(app):
    """Every address that takes what is sent without signing in, with something in its places.

    Not the hall's screens, which are opened by either method and do nothing.
    """
    for rule in app.url_map.iter_rules():
        surface, is_screen = surface_of(rule.rule), rule.rule.startswith("/kiosk") and "GET" in rule.methods
        if "POST" in rule.methods and surface != "admin" and not is_screen and rule.rule not in OTHERWISE:
            path = re.sub(r"<any\((\w+),[^)]*\):\w+>", r"\1", rule.rule)
            yield re.sub(r"<(?:\w+:)?\w+>", "200000000000", path)


def post(app, path, base=f"{OURS}/msgk", **more):
    return app.test_client().post(path, base_url=base, **more)


def test_every_address_refuses_it(cases_app):
    paths = list(posts(cases_app))
    assert {"/cases/new", "/cases/find", "/cases/subsidy", "/kiosk/follow/open"} < set(paths)
    for headers in FOREIGN:
        for path in paths:
            assert post(cases_app, path, headers=headers).status_code == 403, (path, headers)


def test_what_is_ours_or_says_nothing_is_taken(writer):
    form = {**writer.form("complaint"), "text": TEXT}
    for headers in OWN:
        sent = writer.client.post(FORM.format(kind="complaint"), base_url=writer.base, data=form, headers=headers)
        assert sent.status_code == 303, headers


def test_behind_a_proxy_or_under_another_name_ours_are_known(cases_app):
    for base, headers, status in (
        (PROXY, {"Origin": PROXY}, 303),
        (PROXY, {"Origin": OURS}, 303),  # the public address, while the proxy asks under its own name for us
        (PROXY, {"Origin": "https://county.example", "X-Forwarded-Host": "county.example, inner.example"}, 303),
        (PROXY, {"Origin": "https://county.example"}, 403),
        (PROXY, {"Origin": "about:blank", "X-Forwarded-Host": "county.example:no-port"}, 403),
        ("https://alias.example", {"Origin": "https://alias.example"}, 303),
    ):
        sent = post(cases_app, "/cases/leave", base=f"{base}/msgk", headers=headers)
        assert sent.status_code == status, (base, headers)
