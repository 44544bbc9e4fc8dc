"""Who leaves hands over: the unfinished goes to somebody who may write it, and comes back to them when sent back."""

import pytest

from tests.factories import STATEMENT, TESTER, make_item
from tests.staff import TOWNSHIP, VILLAGE, at_desk
from villages.accounts.models import Staff
from villages.accounts.queries import staff
from villages.core.clock import now
from villages.disclosures.actions import submit
from villages.disclosures.models import Item
from villages.disclosures.rounds import writer_of
from villages.registry.bodies import make_missing
from villages.registry.queries import publisher_by_code, unit_by_code

FOREIGN = "410923200201"


@pytest.fixture
def world(app):
    storage = app.extensions["storage"]
    leaver, manager = at_desk(app, "editor", VILLAGE), at_desk(app, "administrator", TOWNSHIP)
    with storage.transaction() as session:
        make_missing(session, by=TESTER, at=now())
        by, body = staff(session, leaver.name), publisher_by_code(session, f"{VILLAGE}-J")
        item = make_item(session, body, by, kind=STATEMENT)
        submit(session, item, by=by, at=now(), looked=True)
        return storage, manager, by.id, item.id


def number_of(storage, desk):
    with storage.reading() as session:
        return staff(session, desk.name).id


def writer(storage, item_id):
    with storage.reading() as session:
        return writer_of(session.get(Item, item_id)).name


def test_unfinished_work_goes_to_another_and_comes_back_to_them(app, world):
    storage, manager, leaver, item_id = world
    heir = at_desk(app, "editor", TOWNSHIP)
    assert "没办完的事（1 条）" in manager.get(f"/admin/people/{leaver}/work").text
    assert manager.post(f"/admin/people/{leaver}/work", to=number_of(storage, heir)).status_code == 303
    assert writer(storage, item_id) == heir.name
    reviewer = at_desk(app, "reviewer", TOWNSHIP)
    page = reviewer.get(f"/admin/reviews/{item_id}")
    seen = page.tree.xpath("//input[@name='seen']/@value")[0]
    reviewer.post(f"/admin/reviews/{item_id}", verb="send_back", reason="请核对", seen=seen)
    assert "请核对" in heir.get("/admin/").text


@pytest.mark.parametrize(("role", "scope", "status"), [("auditor", TOWNSHIP, 422), ("editor", FOREIGN, 404)])
def test_nobody_takes_over_who_may_not_write_it(app, world, role, scope, status):
    storage, manager, leaver, item_id = world
    before = writer(storage, item_id)
    other = number_of(storage, at_desk(app, role, scope))
    assert manager.post(f"/admin/people/{leaver}/work", to=other).status_code == status
    assert writer(storage, item_id) == before


def test_another_area_s_people_are_not_there(app, world):
    _, _, leaver, _ = world
    stranger = at_desk(app, "administrator", "410923200")
    assert stranger.fetch(f"/admin/people/{leaver}/work").status_code == 404


def test_what_somebody_left_in_another_area_is_not_shown_to_their_new_managers(app, world):
    storage, _, leaver, item_id = world
    with storage.transaction() as session:
        person = session.get(Staff, leaver)
        person.unit = unit_by_code(session, FOREIGN)
    manager, heir = at_desk(app, "administrator", "410923200"), at_desk(app, "editor", "410923200")
    assert "没办完的事（0 条）" in manager.get(f"/admin/people/{leaver}/work").text
    before = writer(storage, item_id)
    assert manager.post(f"/admin/people/{leaver}/work", to=number_of(storage, heir)).status_code == 422
    assert writer(storage, item_id) == before
    assert "没办完的事（1 条）" in at_desk(app, "administrator").get(f"/admin/people/{leaver}/work").text
