"""What strangers and insiders try on the staff's pages; docs/attacks.md tells the same as a table."""

import io
import re

import pytest
from sqlalchemy import func, select

from tests.staff import TOWNSHIP, at_desk
from villages.accounts.models import ROLES
from villages.core.db import Base
from villages.site.queries import site_of

# What a refused try may add: a trace, and who is signed in.
TRACES = {"audit_entry", "sign_in"}


def addresses(app, method):
    """Every staff address that takes a method, with something in each of its places."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and method in rule.methods and rule.endpoint != "static":
            path = re.sub(r"<any\(([^)]*)\):\w+>", lambda m: m.group(1).split(",")[0].strip(" \"'"), rule.rule)
            yield re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int:)(\w+:)?\w+>", "410923100209", path))


def counted(app):
    with app.extensions["storage"].reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
            if name not in TRACES
        }


@pytest.mark.parametrize("role", ROLES)
def test_no_form_is_taken_without_its_token_nor_with_anothers(app, role):
    desk, other = at_desk(app, role), at_desk(app, "administrator")
    other.get("/admin/")
    before = counted(app)
    for path in addresses(app, "POST"):
        for given in ({}, {"csrf_token": "x"}, {"csrf_token": other.token()}):
            answer = desk.client.post(desk.root + path, base_url=desk.base, data=given)
            assert answer.status_code in (400, 403, 404, 405), path
    assert counted(app) == before


def test_nobody_who_is_not_signed_in_gets_further_than_the_door(app):
    client, before = app.test_client(), counted(app)
    for path in addresses(app, "GET"):
        answer = client.get("/msgk" + path, base_url="https://www.county.gov.cn")
        if path.startswith(("/admin/sign-in", "/admin/scripts", "/admin/first")):
            continue
        assert answer.status_code in (302, 401, 404), path
        assert "sign-in" in answer.headers.get("Location", "sign-in"), path
    assert counted(app) == before


def test_a_cookie_that_was_changed_or_made_up_is_nobodys(app):
    desk = at_desk(app, "administrator")
    made_up = {"domain": "www.county.gov.cn", "path": "/msgk/admin"}
    desk.client.set_cookie("villages_session", "eyJzaWduX2luIjoieCJ9.aaaaaa.bbbb", **made_up)
    assert desk.client.get("/msgk/admin/settings", base_url=desk.base).status_code == 302


def test_fields_that_a_form_does_not_have_change_nothing(app):
    desk = at_desk(app, "administrator")
    desk.post("/admin/settings", organiser="示例单位", role="administrator", id="1", password_hash="x", secret="y")
    with app.extensions["storage"].reading() as session:
        assert site_of(session).values == {"organiser": "示例单位"}


def test_a_forged_area_in_any_parameter_finds_nothing(app):
    desk = at_desk(app, "administrator", TOWNSHIP)
    for path in addresses(app, "GET"):
        for name in ("within", "township", "unit", "code", "village"):
            answer = desk.fetch(f"{path}?{name}=410923200")
            assert answer.status_code < 500, path
            assert b"410923200201" not in answer.data, path


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*1911931}}", "'--"]
)
def test_what_was_typed_comes_out_as_text(app, typed):
    desk = at_desk(app, "administrator")
    desk.post("/admin/settings", organiser=typed)
    for page in (desk.fetch("/admin/settings").text, desk.client.get("/msgk/", base_url=desk.base).text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert str(7 * 1911931) not in page or "{{7*1911931}}" not in typed


@pytest.mark.parametrize("path", ["/admin/plates/issue", "/admin/sign-in", "/admin/holidays", "/admin/villages/import"])
def test_a_character_that_postgresql_takes_from_nobody_is_refused_at_the_door(app, path):
    desk = at_desk(app, "administrator")
    for given in ({"name": "a\x00b"}, {"a\x00b": "x"}, {"file": (io.BytesIO(b"x"), "a\x00b.csv")}):
        assert desk.post(path, **given).status_code == 400, given


@pytest.mark.parametrize(("path", "field"), [("/admin/holidays", "days"), ("/admin/villages/import", "rows")])
def test_a_cell_longer_than_any_table_has_is_refused_in_words(app, path, field):
    answer = at_desk(app, "administrator").post(path, **{field: "x" * 200_000})
    assert answer.status_code == 422
    assert "没有办成" in answer.text


def test_scripts_are_ours_alone_and_no_other_file_can_be_asked_for(app):
    client = app.test_client()
    for name in ("../page.css", "..%2f..%2fapp", "once.js", "%00", "/etc/passwd"):
        answer = client.get(f"/msgk/admin/scripts/{name}.js", base_url="https://www.county.gov.cn")
        assert answer.status_code in (302, 404), name
    page = at_desk(app, "administrator").fetch("/admin/")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("number", ["9" * 12, "9" * 30])
def test_a_number_that_no_row_can_have_names_nothing(app, number):
    for role in ("administrator", "publisher"):
        desk = at_desk(app, role)
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith("/admin") and "GET" in rule.methods and set(rule.arguments):
                path = re.sub(r"<any\(([^)]*)\):\w+>", "csv", rule.rule)
                assert desk.fetch(re.sub(r"<[^>]+>", number, path)).status_code < 500, path
        for path in ("/admin/people", "/admin/reviews", "/admin/items", "/admin/plates"):
            assert desk.fetch(f"{path}?page={number}").status_code < 500, path
