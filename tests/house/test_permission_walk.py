"""Every role × every staff address × own and foreign things: answered as docs/permissions.md says.

Who adds an address with a new kind of thing in it adds its two values to `things`; the walk fails until then.
"""

import re

import pytest
from sqlalchemy import select

from tests.factories import STATEMENT, TESTER, make_item
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from villages.accounts.models import ROLES
from villages.accounts.permissions import permissions
from villages.accounts.queries import staff
from villages.core.access import allowed, may
from villages.core.clock import now
from villages.core.db import Base
from villages.disclosures.actions import submit
from villages.disclosures.imports.models import ImportedItem, ImportRun
from villages.disclosures.models import Attachment
from villages.machines.actions import approve, ask, call_for_help
from villages.plates.models import Inspection, Plate, PrintedPlate, PrintRun
from villages.registry.bodies import add_department, make_missing
from villages.registry.queries import publisher_by_code, unit_by_code
from villages.site.actions import propose, set_detail

FOREIGN, DEPARTMENT = "410923200201", "BM-1"
# What changes without anybody having done it: who is signed in and when they were seen, and the traces of refusals.
RESTLESS = {"audit_entry", "sign_in", "content_version", "audit_checkpoint"}
# Answers that a page may give to an empty form or to a thing that is not as it should be.
WILLING = {200, 302, 303, 400, 404, 409, 410, 422}


@pytest.fixture
def world(app):
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=now())
        add_department(session, unit_by_code(session, COUNTY), code=DEPARTMENT, name="示例局", by=TESTER, at=now())
    things = {}
    for name, village in (("own", VILLAGE), ("foreign", FOREIGN)):
        writer = at_desk(app, "editor", village).name
        with app.extensions["storage"].transaction() as session:
            by = staff(session, writer)
            item = make_item(session, publisher_by_code(session, f"{village}-J"), by)
            submit(session, item, by=by, at=now(), looked=True)
            proposal = propose(session, "detail", {"key": "audit_days", "value": "300"}, ["示例"], by=TESTER, at=now())
            plate = session.scalars(select(Plate).where(Plate.unit_id == item.unit_id)).one()
            things[name] = {
                "code": village, "item_id": item.id, "staff_id": by.id, "proposal_id": proposal.id,
                "items/code": f"{village}-J", "key": STATEMENT.key, "name": "once", "form": "csv",
                "number": plate.number,
            } | more(session, plate, item, by) | hall(session, item.unit.parent)  # fmt: skip
    return app, things


def more(session, plate, item, by):
    """What follows from a plate and from an item: a printing, a look, an import, a file."""
    printed = PrintRun(
        at=now(), actor=by.name, staff_id=by.id, layout="door-a4", base_url="https://a.cn/", is_test=False
    )
    printed.plates = [PrintedPlate(plate_id=plate.id)]
    look = Inspection(plate=plate, at=now(), actor=by.name, staff_id=by.id, finding="fine", photo="0" * 64)
    brought = ImportRun(
        kind=item.kind, file_name="账.xlsx", digest="0" * 64, staff=by, at=now(), state="done", moved_at=now(), items=1
    )
    file = Attachment(
        id=f"{item.id:022}", item=item, digest="0" * 64, name="通知.pdf", media_type="application/pdf", size=3,
        pieces=[], questions=[], created_at=now(),
    )  # fmt: skip
    session.add_all([printed, look, brought, file])
    session.flush()
    session.add(ImportedItem(item_id=item.id, run_id=brought.id))
    return {"run_id": printed.id, "imports/run_id": brought.id, "inspection_id": look.id, "token": file.id}


def hall(session, township):
    """A machine in a township's hall, from which somebody called."""
    machine = ask(session, token=township.name, screen="1080x1920", at=now())
    approve(session, machine, unit=township, name="", orientation="portrait", by=TESTER, at=now())
    call = call_for_help(session, machine, screen="home", phone="", at=now())
    return {"kiosk_id": machine.id, "call_id": call.id}


# What names something of an area; the rest of an address names a kind, a form or a choice.
SCOPED = {"code", "item_id", "staff_id", "number", "run_id", "inspection_id", "token", "kiosk_id", "call_id"}


def addresses(app, method, things):
    """Every staff address that takes a method, with things in its places, and what it is open to."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and method in rule.methods:
            path = re.sub(r"<any\(([^)]*)\):\w+>", lambda m: m.group(1).split(",")[0].strip(" \"'"), rule.rule)
            room = rule.rule.split("/")[2]
            value = {name: things.get(f"{room}/{name}", things.get(name)) for name in rule.arguments}
            missing = [name for name, found in value.items() if found is None and f"):{name}>" not in rule.rule]
            assert not missing, f"{rule.rule}: say in `things` what {missing} is, one's own and another's"
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, value=value: str(value[m.group(1)]), path)
            yield path, allowed(app.view_functions[rule.endpoint]), SCOPED & rule.arguments


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
