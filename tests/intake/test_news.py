"""What comes while a staff page is open: asked for by the page itself, told to nobody who must not see it."""

from __future__ import annotations

import pytest

from tests.intake.cases import HERE
from tests.intake.desks import act, new_case
from tests.staff import at_desk

ASKED, LINE = "/admin/news.json", "intake.listed"


@pytest.fixture
def storage(cases_app):
    return cases_app.extensions["storage"]


def marked(desk, path="/admin/me"):
    """How much waits by the menu of a page that is loaded, and whether that shows."""
    (mark,) = desk.get(path).tree.xpath(f"//nav[@id='menu']//*[@data-line='{LINE}']")
    return mark[0].text, mark.get("hidden") is None


def test_a_new_case_raises_the_number_and_what_is_done_lowers_it(cases_app, storage):
    desk = at_desk(cases_app, "handler", HERE)
    assert marked(desk) == ("0", False)
    assert desk.fetch(ASKED).json["counts"] == {LINE: 0}
    number = new_case(storage)
    assert desk.fetch(ASKED).json["counts"] == {LINE: 1}
    assert marked(desk) == ("1", True)
    act(desk, number, "accept")
    assert desk.fetch(ASKED).json["counts"] == {LINE: 0}


def test_what_somebody_must_not_see_is_never_counted(cases_app, storage):
    """An accusation of the village goes one office above the township, and is kept from it."""
    township, county = at_desk(cases_app, "handler", HERE), at_desk(cases_app, "handler", "410999")
    new_case(storage, "tipoff", values={"text": "村口的路灯"})
    assert township.fetch(ASKED).json["counts"] == {LINE: 0}
    assert county.fetch(ASKED).json["counts"] == {LINE: 1}


@pytest.mark.parametrize(("role", "every"), [("handler", "15"), ("administrator", "15"), ("auditor", None)])
def test_only_the_pages_of_whom_something_may_come_to_ask(cases_app, role, every):
    page = at_desk(cases_app, role, "410999").get("/admin/me")
    assert page.tree.xpath("//div[@id='news']/@data-every") == ([every] if every else [])
    assert ("/admin/scripts/news.js" in page.response.text) is bool(every)


def test_a_department_that_answers_no_calls_asks_once_a_minute(cases_app):
    desk = at_desk(cases_app, "handler", "MZ")
    assert desk.get("/admin/me").tree.xpath("//div[@id='news']/@data-every") == ["60"]
    assert desk.fetch(ASKED).json == {"counts": {LINE: 0}, "calls": [], "notices": ""}
