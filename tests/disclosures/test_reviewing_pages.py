"""Reviewing in the browser: what waits, one item, several at once, and who may not."""

import re
from datetime import date

import pytest

from tests.factories import STATEMENT, TESTER, make_item
from tests.staff import COUNTY, VILLAGE, at_desk
from villages.accounts.queries import staff
from villages.calendar.periods import Period
from villages.core.clock import now
from villages.disclosures.actions import submit
from villages.disclosures.models import Item, Step
from villages.registry.bodies import make_missing
from villages.registry.queries import publisher_by_code

OTHER_TOWNSHIP = "410923200"


@pytest.fixture
def storage(app):
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=now())
    return app.extensions["storage"]


@pytest.fixture
def reviewer(app, storage):
    return at_desk(app, "reviewer")


@pytest.fixture
def publisher(app, storage):
    return at_desk(app, "publisher")


@pytest.fixture
def waits(app, storage):
    """Writes and submits statements of months in a village; gives their numbers."""
    writer = at_desk(app, "editor", VILLAGE).name

    def write(*months, code=f"{VILLAGE}-J", **given):
        with storage.transaction() as session:
            by, body, found = staff(session, writer), publisher_by_code(session, code), []
            for month in months:
                item = make_item(
                    session, body, by, kind=STATEMENT, period=Period(date(2026, month, 1), "month"), **given
                )
                submit(session, item, by=by, at=now(), looked=True)
                found.append(item.id)
            return found

    return write


def seen(desk, number):
    page = desk.get(f"/admin/reviews/{number}")
    return page.tree.xpath("//input[@name='seen']/@value")[0]


def state(storage, number):
    with storage.reading() as session:
        item = session.get(Item, number)
        return item.state, item.step, item.is_public


def test_what_waits_for_me_is_listed_and_opened(reviewer, waits):
    (number,) = waits(9)
    page = reviewer.get("/admin/reviews")
    assert f"/msgk/admin/reviews/{number}" in page.links().values()
    page = reviewer.get(f"/admin/reviews/{number}")
    assert "机动地承包费" in page.text
    assert "送审" in page.text


def test_an_item_goes_back_with_a_reason_and_leaves_the_list(reviewer, waits, storage):
    (number,) = waits(9)
    answer = reviewer.post(
        f"/admin/reviews/{number}", verb="send_back", reason="支出写反了", seen=seen(reviewer, number)
    )
    assert answer.status_code == 303
    assert state(storage, number)[0] == "draft"
    assert "都审完了" in reviewer.get("/admin/reviews").text


def test_without_a_reason_nothing_is_sent_back_and_the_page_says_so(reviewer, waits, storage):
    (number,) = waits(9)
    answer = reviewer.post(f"/admin/reviews/{number}", verb="send_back", reason=" ", seen=seen(reviewer, number))
    assert answer.status_code == 422
    assert "请写明退回的原因" in answer.text
    assert state(storage, number)[0] == "in_review"


def test_who_saw_an_older_state_is_told_and_changes_nothing(app, reviewer, waits, storage):
    (number,) = waits(9)
    old, second = seen(reviewer, number), at_desk(app, "reviewer")
    second.post(f"/admin/reviews/{number}", verb="send_back", reason="数目不对", seen=old)
    with storage.reading() as session:
        steps = session.query(Step).count()
    answer = reviewer.post(f"/admin/reviews/{number}", verb="approve", seen=old)
    assert answer.status_code == 422
    assert f"{second.name}在" in answer.text
    with storage.reading() as session:
        assert session.query(Step).count() == steps


def test_a_publisher_approves_and_publishes_in_one_act(app, publisher, waits, storage):
    (number,) = waits(9)
    for role in STATEMENT.review[:-1]:
        desk = at_desk(app, role)
        desk.post(f"/admin/reviews/{number}", verb="approve", seen=seen(desk, number))
    answer = publisher.post(f"/admin/reviews/{number}", verb="approve_publish", seen=seen(publisher, number))
    assert answer.status_code == 303
    assert state(storage, number) == ("published", len(STATEMENT.review), True)


def test_what_is_free_of_findings_can_be_approved_several_at_once(reviewer, waits, storage):
    numbers = waits(7, 8)
    page = reviewer.get("/admin/reviews")
    values = page.tree.xpath("//input[@name='item'][not(@disabled)]/@value")
    assert [value.split(":")[0] for value in values] == []  # a person had to look at them
    with storage.transaction() as session:
        for step in session.query(Step).filter(Step.verb == "submit"):
            step.note = ""
    values = reviewer.get("/admin/reviews").tree.xpath("//input[@name='item'][not(@disabled)]/@value")
    answer = reviewer.post("/admin/reviews", follow=True, verb="approve", item=values)
    assert "办好 2 条" in answer.text
    assert {state(storage, number)[1] for number in numbers} == {1}


def test_who_may_not_publish_has_no_button_for_it_and_no_way(reviewer, waits, storage):
    (number,) = waits(9)
    page = reviewer.get(f"/admin/reviews/{number}")
    assert not page.tree.xpath("//button[@value='approve_publish']|//button[@value='publish']")
    answer = reviewer.post(f"/admin/reviews/{number}", verb="approve_publish", seen=seen(reviewer, number))
    assert answer.status_code == 403
    assert state(storage, number)[0] == "in_review"


def test_another_area_is_not_there(app, waits, storage):
    (number,) = waits(9)
    stranger = at_desk(app, "publisher", OTHER_TOWNSHIP)
    assert str(number) not in re.findall(r"/reviews/(\d+)", stranger.get("/admin/reviews").response.text)
    assert stranger.fetch(f"/admin/reviews/{number}").status_code == 404
    assert stranger.post(f"/admin/reviews/{number}", verb="approve", seen="1").status_code == 404
    answer = stranger.post("/admin/reviews", verb="approve", item=[f"{number}:1"])
    assert answer.status_code == 404
    assert state(storage, number)[0] == "in_review"


def test_editors_do_not_review(app, waits):
    (number,) = waits(9)
    desk = at_desk(app, "editor", COUNTY)
    assert desk.fetch("/admin/reviews").status_code == 403
    assert desk.post(f"/admin/reviews/{number}", verb="approve", seen="1").status_code == 403
