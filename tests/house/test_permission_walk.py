"""Every role × every staff address × own and foreign things: answered as docs/permissions.md says.

Who adds an address with a new kind of thing in it adds its two values to `things` in tests/world.py; until then the
walk fails.
"""

import re

import pytest
from sqlalchemy import select

from tests.factories import TESTER
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from tests.world import DEPARTMENT, addresses, filled_world
from villages.accounts.models import ROLES
from villages.accounts.permissions import permissions
from villages.core.access import may
from villages.core.clock import now
from villages.core.db import Base
from villages.site.actions import set_detail

# What changes without anybody having done it: who is signed in and when they were seen, and the traces of refusals.
RESTLESS = {"audit_entry", "sign_in", "content_version", "audit_checkpoint"}
# Answers that a page may give to an empty form or to a thing that is not as it should be.
WILLING = {200, 302, 303, 400, 404, 409, 410, 422}


@pytest.fixture
def world(app):
    return app, filled_world(app)


def rows(app):
    with app.extensions["storage"].reading() as session:
        return {
            name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for name, table in Base.metadata.tables.items()
            if name not in RESTLESS
        }


@pytest.mark.parametrize("scope", [COUNTY, TOWNSHIP, VILLAGE])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_the_table_gives_it_and_nothing_more(world, role, scope):
    app, things = world
    desk = at_desk(app, role, scope)
    level = {COUNTY: "county", TOWNSHIP: "township", VILLAGE: "village"}[scope]
    granted = permissions(role, level=level, is_separated=False)
    for path, open_to, _ in addresses(app, "GET", things["own"]):
        status = desk.fetch(path).status_code
        assert (status in WILLING) if may(granted, open_to) else (status == 403), (path, status)


@pytest.mark.parametrize("role", ["administrator", "security", "auditor"])
def test_with_three_people_apart_each_reaches_their_own_part(world, role):
    app, things = world
    desk = at_desk(app, role)
    with app.extensions["storage"].transaction() as session:
        set_detail(session, "separation", "1", by=TESTER, at=now())
    granted = permissions(role, level="county", is_separated=True)
    for path, open_to, _ in addresses(app, "GET", things["own"]):
        status = desk.fetch(path).status_code
        assert (status in WILLING) if may(granted, open_to) else (status == 403), (path, status)


@pytest.mark.parametrize("scope", [TOWNSHIP, DEPARTMENT])
@pytest.mark.parametrize("role", ROLES)
def test_nobody_posts_what_they_may_not_nor_to_what_is_not_theirs(world, role, scope):
    app, things = world
    desk = at_desk(app, role, scope)
    granted = permissions(role, level="township" if scope == TOWNSHIP else "department", is_separated=False)
    desk.token()
    before = rows(app)
    for path, open_to, names in addresses(app, "POST", things["foreign"]):
        if path == "/admin/sign-out" or (may(granted, open_to) and not names):
            continue
        status = desk.post(path, verb="approve", seen="1", role="editor", area=TOWNSHIP, to="x").status_code
        expected = {404, 403} if may(granted, open_to) else {403, 302, 303}
        assert status in expected, (path, status)
    assert rows(app) == before


@pytest.mark.parametrize("scope", [TOWNSHIP, DEPARTMENT])
@pytest.mark.parametrize("role", ROLES)
def test_what_lies_in_another_area_is_not_found(world, role, scope):
    app, things = world
    desk = at_desk(app, role, scope)
    granted = permissions(role, level="township" if scope == TOWNSHIP else "department", is_separated=False)
    for path, open_to, names in addresses(app, "GET", things["foreign"]):
        if names and may(granted, open_to):
            assert desk.fetch(path).status_code == 404, path


@pytest.mark.parametrize("role", ["administrator", "publisher"])
def test_what_lies_in_ones_own_area_is_found(world, role):
    """Else the walk through another's would prove nothing."""
    app, things = world
    desk = at_desk(app, role, TOWNSHIP)
    granted = permissions(role, level="township", is_separated=False)
    seen = [
        (path, desk.fetch(path).status_code)
        for path, open_to, names in addresses(app, "GET", things["own"])
        if names and may(granted, open_to) and not re.search(r"files/|photos/|sheets.pdf|marked.xlsx", path)
    ]  # but for contents of files, which the world has not
    assert len(seen) > 5
    assert [each for each in seen if each[1] not in (200, 303, 422)] == []  # what is in review is not edited


@pytest.mark.parametrize("role", ROLES)
def test_an_empty_form_breaks_nothing(world, role):
    app, things = world
    desk = at_desk(app, role, COUNTY)
    for path, _, _ in addresses(app, "POST", things["own"]):
        if path != "/admin/sign-out":
            assert desk.post(path).status_code in WILLING | {403}, path
