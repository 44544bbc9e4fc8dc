"""The staff's pages of cases: what waits, one case, what is done with it, and its letter."""

from __future__ import annotations

import re

import pytest

from tests.databases import Databases
from tests.intake.cases import HERE, NAME, county_in, make_case
from tests.staff import at_desk
from villages.core.clock import now
from villages.intake.models import Case
from wsgi import whole

VILLAGE, COUNTY_CODE = "410999100201", "410999"


@pytest.fixture
def app(small_county: str, make_settings, databases: Databases):
    made = whole(make_settings(small_county))
    made.testing = True
    yield made
    for name in ("front", "scans", "counting", "storage"):
        made.extensions[name].close()


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def desks(app):
    """Two handlers of a township, and one of the county."""
    return [at_desk(app, "handler", scope) for scope in (HERE, HERE, COUNTY_CODE)]


def new_case(storage, kind="question", **given):
    with storage.transaction() as session:
        county = county_in(session)
        about = (
            {"publisher": county.publisher(session, county.here)} if kind == "foi_request" else {"unit": county.village}
        )
        return make_case(session, kind, **({"at": now(), **about, **given})).number


def state(storage, number):
    with storage.reading() as session:
        return session.query(Case).filter_by(number=number).one().state


def seen(desk, number):
    return re.search(r'name="seen" value="(\d+)"', desk.get(f"/admin/cases/{number}").response.text)[1]


def act(desk, number, verb, **form):
    return desk.post(f"/admin/cases/{number}", verb=verb, seen=seen(desk, number), no_interest="yes", **form)


def test_a_question_goes_from_the_list_to_its_end(storage, desks):
    one, other, _ = desks
    number = new_case(storage)
    page = one.get("/admin/cases")
    assert "我们要办的1" in page.links()
    assert number not in one.get("/admin/cases?tab=ended").text.replace(" ", "")
    assert act(one, number, "accept").status_code == 303
    write = one.get(f"/admin/cases/{number}/answer")
    text = write.tree.xpath("//textarea[@name='text']")[0].text
    assert NAME in text
    assert "【写明查到的情况】" in text
    form = {"seen": 2, "verb": "save", "text": text}
    refused = one.post(f"/admin/cases/{number}/answer", **form)
    assert refused.status_code == 422
    assert "还有 2 处没有写" in refused.text
    assert one.post(f"/admin/cases/{number}/answer", **form | {"text": "灯泡明天就换"}).status_code == 303
    assert (
        "要由另一" in one.get(f"/admin/cases/{number}").text or "请另一位同事" in one.get(f"/admin/cases/{number}").text
    )
    assert act(one, number, "approve").status_code == 422
    assert act(other, number, "approve").status_code == 303
    assert act(one, number, "answer").status_code == 303
    assert act(one, number, "deliver", how="当面交给本人").status_code == 303
    assert act(one, number, "close").status_code == 303
    assert state(storage, number) == "closed"
    assert "答复过、办完的1" in one.get("/admin/cases?tab=ended").links()
