"""Office telephones in the browser: of one's own area, shown to villagers at once."""

import pytest

from tests.factories import TESTER
from tests.staff import TOWNSHIP, VILLAGE, at_desk
from villages.core.clock import now
from villages.registry.bodies import make_missing
from villages.registry.models import Contact
from villages.registry.queries import publisher_by_code

OTHER = "410923200201"


@pytest.fixture
def desk(app):
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=now())
    return at_desk(app, "administrator", TOWNSHIP)


def fields(desk, code):
    form = desk.get(f"/admin/contacts/{code}").tree.xpath("//form[.//input[@id='phone']]")[0]
    return {field.get("name"): field.get("value") for field in form.xpath(".//input[not(@type='hidden')]")}


def test_a_township_changes_its_villages_telephone_and_villagers_see_it(app, desk):
    form = fields(desk, VILLAGE) | {"phone": "0393-1234567", "hours": "工作日 8:00—18:00"}
    assert desk.post(f"/admin/contacts/{VILLAGE}", **form).status_code == 303
    assert "0393-1234567" in desk.client.get(f"/msgk/villages/{VILLAGE}", base_url=desk.base).text
    assert "0393-1234567" in desk.get(f"/admin/contacts?within={TOWNSHIP}").text


def test_each_body_has_its_own(app, desk):
    form = fields(desk, VILLAGE)
    with app.extensions["storage"].reading() as session:
        body = publisher_by_code(session, VILLAGE)
    desk.post(f"/admin/contacts/{VILLAGE}", **form | {f"address-{body.id}": "村室一楼"})
    with app.extensions["storage"].reading() as session:
        assert publisher_by_code(session, VILLAGE).address == "村室一楼"
        assert session.query(Contact).count() == 0


def test_a_wrong_number_is_kept_on_the_form_and_nothing_is_changed(app, desk):
    answer = desk.post(f"/admin/contacts/{VILLAGE}", **fields(desk, VILLAGE) | {"phone": "打村长手机"})
    assert answer.status_code == 422
    assert "打村长手机" in answer.text
    with app.extensions["storage"].reading() as session:
        assert session.query(Contact).count() == 0


def test_other_areas_are_not_there(desk):
    assert desk.fetch(f"/admin/contacts/{OTHER}").status_code == 404
    assert desk.post(f"/admin/contacts/{OTHER}", phone="0393-1234567", hours="").status_code == 404
    assert desk.fetch("/admin/contacts?within=410923200").status_code == 404
    assert "410923200" not in desk.get("/admin/contacts").response.text
