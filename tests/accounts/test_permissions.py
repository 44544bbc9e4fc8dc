"""Who may do what: the table, its page in the docs, areas, and the menu."""

import re
from pathlib import Path

import pytest

from tests.factories import NOON, TESTER
from tests.staff import TOWNSHIP, VILLAGE, at_desk
from villages.accounts.models import ROLES
from villages.accounts.permissions import COUNTY_WIDE, OF_PLACES, ROLES_OF, permissions
from villages.accounts.queries import staff
from villages.core.access import Permission
from villages.registry.bodies import add_department
from villages.registry.queries import unit_by_code
from villages.site.actions import set_detail
from villages.site.queries import rules_of

DOCS = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_the_docs_show_the_table_as_it_is():
    rows = re.findall(r"^\| (\S+) \| ([A-Z_]+) \| (.*) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    told = {
        Permission[name]: tuple(role for role, cell in zip(ROLES, cells.split("|"), strict=True) if "✓" in cell)
        for _, name, cells in rows
    }
    assert told == {permission: tuple(r for r in ROLES if r in roles) for permission, roles in ROLES_OF.items()}
    assert [label for label, *_ in rows] == [permission.value for permission in Permission]


@pytest.mark.parametrize("role", ROLES)
def test_a_smaller_area_never_allows_more(role):
    county = permissions(role, level="county", is_separated=False)
    assert permissions(role, level="township", is_separated=False) == county - COUNTY_WIDE
    assert permissions(role, level="department", is_separated=False) == county - COUNTY_WIDE - OF_PLACES
    assert permissions(role, level="county", is_separated=True) <= county


def test_three_people_share_what_one_could_abuse():
    apart = {role: permissions(role, level="county", is_separated=True) for role in ROLES}
    for each in (Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT):
        holders = [role for role, granted in apart.items() if each in granted]
        assert len(holders) == 1
        assert holders != ["administrator"]


def test_a_department_is_an_area_of_its_own(app):
    with app.extensions["storage"].transaction() as session:
        county = unit_by_code(session, "410923")
        mine = add_department(session, county, code="BM-1", name="示例局", by=TESTER, at=NOON)
        other = add_department(session, county, code="BM-2", name="示例二局", by=TESTER, at=NOON)
    desk = at_desk(app, "editor", "BM-1")
    assert "示例局" in desk.get("/admin/").text
    with app.extensions["storage"].reading() as session:
        person = staff(session, desk.name)
        assert person.speaks_for(mine)
        assert not person.speaks_for(other)
        assert not person.covers(unit_by_code(session, VILLAGE))


def test_the_menu_holds_only_what_one_may_open(app):
    for role in ROLES:
        desk = at_desk(app, role, TOWNSHIP)
        page = desk.get("/admin/")
        for link in page.tree.xpath("//nav[@id='menu']//a/@href"):
            assert desk.client.get(link, base_url=desk.base).status_code == 200, (role, link)


def test_separation_is_a_switch_of_the_site(app):
    desk = at_desk(app, "administrator")
    with app.test_request_context("/admin/"), app.extensions["storage"].transaction() as session:
        person = staff(session, desk.name)
        assert Permission.READ_AUDIT in person.permissions(is_separated=bool(rules_of(session)["separation"]))
        set_detail(session, "separation", "1", by=TESTER, at=NOON)
        assert Permission.READ_AUDIT not in person.permissions(is_separated=bool(rules_of(session)["separation"]))
