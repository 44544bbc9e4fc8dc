"""Calls for help in the back office: on every page of who may go, a number for who opens the call, and no more."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories import TESTER
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from villages.accounts.models import SignIn
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.machines.actions import approve, ask, call_for_help
from villages.machines.models import HelpCall
from villages.machines.tokens import new_token
from villages.registry.queries import unit_by_code

PHONE, OTHER = "13800000000", "410923200"
WORDS = "有人请求帮助"


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def ring(storage):
    """Somebody calls from a new machine of a hall; returns the call's number."""

    def make(code=TOWNSHIP, phone="", screen="village"):
        with storage.transaction() as session:
            kiosk = ask(session, token=new_token(), screen="", at=now())
            unit = unit_by_code(session, code)
            approve(session, kiosk, unit=unit, name="", orientation="portrait", by=TESTER, at=now())
            return call_for_help(session, kiosk, screen=screen, phone=phone, at=now()).id

    return make


def readings(storage):
    with storage.reading() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.act == "personal.read")).all()


@pytest.mark.parametrize("role", ["handler", "editor", "reviewer", "publisher", "administrator"])
@pytest.mark.parametrize("scope", [TOWNSHIP, COUNTY])
def test_a_call_stands_at_the_top_of_every_page_of_who_may_go(app, ring, role, scope):
    ring()
    desk = at_desk(app, role, scope)
    for path in ("/admin/", "/admin/me"):
        page = desk.get(path)
        assert WORDS in page.text, path
        assert "停在“村的页面”" in page.text
        assert "/admin/scripts/news.js" in page.response.text


@pytest.mark.parametrize(
    ("role", "scope"), [("security", COUNTY), ("auditor", COUNTY), ("handler", OTHER), ("editor", VILLAGE)]
)
def test_a_call_is_nobody_elses_business(app, ring, role, scope):
    ring()
    assert WORDS not in at_desk(app, role, scope).get("/admin/").text


def test_a_call_without_a_number_is_answered_by_one_button_on_any_page(app, storage, ring):
    number = ring()
    desk = at_desk(app, "handler", TOWNSHIP)
    form = desk.get("/admin/me").tree.xpath("//div[@id='calls']//form")[0]
    assert form.get("action").endswith(f"/admin/help-calls/{number}/answer")
    assert "由您应答" in desk.post(f"/admin/help-calls/{number}/answer", follow=True).text
    assert WORDS not in desk.get("/admin/").text
    with storage.reading() as session:
        call = session.get(HelpCall, number)
        assert call.answered_by == desk.name
    assert f"{desk.name}应答" in desk.get("/admin/help-calls").text


def test_a_number_is_on_the_calls_own_page_alone_and_who_looks_is_noted(app, storage, ring):
    number = ring(phone=PHONE)
    desk = at_desk(app, "handler", TOWNSHIP)
    for path in ("/admin/", "/admin/help-calls", "/admin/news.json"):
        assert PHONE not in desk.fetch(path).text, path
    assert not desk.get("/admin/").tree.xpath("//div[@id='calls']//form")  # nobody clears a number they did not see
    assert readings(storage) == []
    for each in (desk, at_desk(app, "editor", TOWNSHIP)):
        assert PHONE in each.get(f"/admin/help-calls/{number}").text
        found = readings(storage)[-1]
        assert (found.actor, found.subject) == (each.name, f"help_call:{number}")
        assert found.address
    desk.post(f"/admin/help-calls/{number}/answer")
    assert PHONE not in desk.get(f"/admin/help-calls/{number}").text
    assert len(readings(storage)) == 2


def test_who_comes_second_is_told_who_went(app, ring):
    number = ring()
    first, second = at_desk(app, "handler", TOWNSHIP), at_desk(app, "editor", TOWNSHIP)
    first.post(f"/admin/help-calls/{number}/answer")
    late = second.post(f"/admin/help-calls/{number}/answer")
    assert late.status_code == 422
    assert f"{first.name}已经应答了" in late.text


def test_a_foreign_call_is_not_found(app, storage, ring):
    number = ring(OTHER, phone=PHONE)
    desk = at_desk(app, "handler", TOWNSHIP)
    assert desk.fetch(f"/admin/help-calls/{number}").status_code == 404
    assert desk.post(f"/admin/help-calls/{number}/answer").status_code == 404
    assert readings(storage) == []


def test_what_pages_ask_by_themselves_keeps_nobody_signed_in(app, storage, ring):
    ring()
    desk = at_desk(app, "handler", TOWNSHIP)
    long_ago = now() - timedelta(minutes=20)
    with storage.transaction() as session:
        session.execute(update(SignIn).values(seen_at=long_ago))
    answer = desk.fetch("/admin/news.json")
    assert len(answer.json["calls"]) == 1
    assert WORDS in answer.json["notices"]
    with storage.reading() as session:
        assert {each.seen_at for each in session.scalars(select(SignIn))} == {long_ago}
    desk.fetch("/admin/")
    with storage.reading() as session:
        assert {each.seen_at for each in session.scalars(select(SignIn))} != {long_ago}


def test_a_number_that_another_key_sealed_is_said_to_be_lost(app, storage, ring):
    number = ring(phone=PHONE)
    with storage.transaction() as session:
        session.execute(update(HelpCall).values(phone_sealed="00000000.AAAA"))
    page = at_desk(app, "handler", TOWNSHIP).get(f"/admin/help-calls/{number}")
    assert "号码打不开" in page.text


def test_a_page_that_fails_says_so_without_asking_for_calls(app, ring):
    ring()
    page = at_desk(app, "handler", TOWNSHIP).get("/admin/kiosks", status=403)
    assert "没有权限" in page.text
    assert WORDS not in page.text
