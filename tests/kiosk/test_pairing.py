"""A machine gets its hall, is heard, and is turned away; who may make it act."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import event, select

from kiosk.desk import MOST_COUNTED
from kiosk.pace import MOST, WITHIN, Pace
from tests.factories import TESTER
from villages.core.clock import day_of, now
from villages.machines.actions import approve, revoke
from villages.machines.models import CODE_HOLDS, HelpCall, Kiosk
from villages.machines.queries import counts_on, kiosk_asking, phone_of
from villages.registry.queries import township_named
from villages.site.actions import set_detail

HERE = "https://www.county.gov.cn"
OURS = {"Sec-Fetch-Site": "same-origin"}
NUMBER = "13800138000"
BEAT = {"version": "abc123", "up_seconds": 90, "screen": "1080x1920", "touched_seconds": 5, "printed": 2, "errors": 1}
ACTS = ["/pair", "/heartbeat", "/help"]


class Machine:
    """A browser in the hall."""

    def __init__(self, app):
        self.app, self.client = app, app.test_client()
        self.storage = app.extensions["storage"]

    def get(self, path):
        return self.client.get(f"/msgk/kiosk{path}", base_url=HERE)

    def post(self, path, headers=OURS, **more):
        return self.client.post(f"/msgk/kiosk{path}", base_url=HERE, headers=headers, **more)

    def code(self):
        """The code on the pairing screen."""
        shown = html.fromstring(self.get("/pair").text).xpath("string(//*[@class='pair-code'])")
        return shown.replace(" ", "")

    def pair(self, township="韩张镇"):
        self.post("/pair", data={"screen": "1080x1920"})
        code = self.code()
        with self.storage.transaction() as session:
            found = kiosk_asking(session, code, at=now())
            unit = township_named(session, township)
            approve(session, found, unit=unit, name="", orientation="portrait", by=TESTER, at=now())
        return self

    def row(self, session):
        return session.scalars(select(Kiosk).order_by(Kiosk.id.desc())).first()

    def revoke(self):
        with self.storage.transaction() as session:
            revoke(session, self.row(session), by=TESTER, at=now())

    def pulse(self):
        return self.get("/pulse").json

    def calls(self):
        with self.storage.reading() as session:
            return session.scalars(select(HelpCall)).all()


@pytest.fixture
def machine(app):
    return Machine(app)


def demand(app):
    with app.extensions["storage"].transaction() as session:
        set_detail(session, "kiosk_pairing", "1", by=TESTER, at=now())


def test_a_machine_asks_is_approved_and_has_its_hall(machine):
    assert machine.pulse()["state"] == "open"
    machine.post("/pair", data={"screen": "1080x1920"})
    assert re.fullmatch(r"\d{6}", machine.code())
    assert machine.pulse()["state"] == "asking"
    machine.pair()
    told = machine.pulse()
    assert (told["state"], told["unit"]) == ("paired", "410923101")
    assert "韩张镇便民大厅" in machine.get("/").text
    assert "韩张镇便民大厅" in machine.get("/pair").text


def test_the_token_is_hidden_from_scripts_and_sent_to_the_halls_pages_alone(machine):
    cookie = machine.post("/pair").headers["Set-Cookie"]
    parts = {each.strip() for each in cookie.split(";")}
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/msgk/kiosk", "Max-Age=34560000"} <= parts


def test_each_heartbeat_begins_the_cookies_time_anew(machine):
    machine.pair()
    answer = machine.post("/heartbeat", json=BEAT)
    assert answer.status_code == 204
    assert "Max-Age=34560000" in answer.headers["Set-Cookie"]


def test_whoever_asks_again_keeps_the_code_until_it_lapses(machine):
    machine.post("/pair")
    first = machine.code()
    machine.post("/pair")
    assert machine.code() == first
    with machine.storage.transaction() as session:
        machine.row(session).code_at -= CODE_HOLDS
    assert machine.code() == ""
    machine.post("/pair")
    assert machine.code() not in ("", first)


def test_a_network_that_asks_on_and_on_waits_and_no_other_does(app, machine):
    machine.post("/pair")
    for _ in range(MOST - 1):
        assert Machine(app).post("/pair").status_code == 303
    more = Machine(app)
    assert "要了太多次" in more.post("/pair").text
    assert more.pulse()["state"] == "open"
    assert machine.post("/pair").status_code == 303  # its code still holds
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    assert Machine(app).post("/pair", **elsewhere).status_code == 303


def test_the_pace_forgets():
    pace, began = Pace(), now()
    asked = [pace.may("2001:db8::1", at=began) for _ in range(MOST + 1)]
    assert asked == [True] * MOST + [False]
    assert not pace.may("2001:db8::2", at=began)  # the same household
    assert pace.may("2001:db8::2", at=began + WITHIN)


def test_a_revoked_machine_is_told_and_asks_anew(machine):
    machine.pair().revoke()
    assert machine.pulse() | {"now": ""} == machine.pulse() | {"now": "", "state": "revoked", "unit": ""}
    assert machine.post("/heartbeat", json=BEAT).status_code == 403
    assert "韩张镇便民大厅" not in machine.get("/").text
    machine.post("/pair")
    assert machine.code()
    assert machine.pulse()["state"] == "asking"


def test_a_browser_that_is_no_machine_sees_the_county_unless_pairing_is_demanded(app, machine):
    assert "南乐县 · 触摸查询" in machine.get("/").text
    demand(app)
    for path in ("/", "/townships/", "/villages/410923101201", "/waiting", "/help"):
        answer = machine.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store"), path
        assert "这台机器还没有配对" in answer.text
    assert machine.get("/pulse").status_code == 200
    machine.pair()
    assert "韩张镇便民大厅 · 触摸查询" in machine.get("/").text


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Origin": "https://www.county.gov.cn.evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_what_does_not_come_from_our_own_page_is_refused(machine, path, headers):
    machine.pair()
    assert machine.post(path, headers=headers, json=BEAT).status_code == 403
    assert machine.calls() == []
    with machine.storage.reading() as session:
        assert machine.row(session).heard_at is None


@pytest.mark.parametrize("path", ACTS)
def test_a_browser_that_says_only_its_origin_may_act(machine, path):
    machine.pair()
    assert machine.post(path, headers={"Origin": HERE}, json=BEAT).status_code < 400


def test_only_a_paired_machine_is_heard(machine):
    assert machine.post("/heartbeat", json=BEAT).status_code == 403
    machine.post("/pair")
    assert machine.post("/heartbeat", json=BEAT).status_code == 403
    machine.pair()
    counts = {"screen": 12, "aloud": 1, "print": -3, "take": MOST_COUNTED + 1, "help": True, "pages": 4}
    assert machine.post("/heartbeat", json=BEAT | {"counts": counts}).status_code == 204
    with machine.storage.reading() as session:
        row = machine.row(session)
        assert (row.version, row.up_seconds, row.screen, row.printed, row.errors) == ("abc123", 90, "1080x1920", 2, 1)
        assert now() - row.heard_at < timedelta(minutes=1)
        assert counts_on(session, day_of(now()))[row.id] == {"screen": 12, "aloud": 1}


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"\xff", b'{"counts": [1]}', b'{"counts": 3}'])
def test_a_heartbeat_that_says_nothing_of_use_breaks_nothing(machine, body):
    machine.pair()
    answer = machine.post("/heartbeat", data=body, content_type="application/json")
    assert answer.status_code in (204, 403)


def test_the_pulse_costs_one_query_at_most_and_is_kept_nowhere(machine):
    asked = []
    machine.pair()
    event.listen(machine.storage.reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    answer = machine.get("/pulse")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len([each for each in asked if each.startswith("SELECT")]) == 1


def test_one_tap_calls_and_a_second_is_the_same_call(machine):
    machine.pair()
    for _ in range(2):
        answer = machine.post("/help", data={"screen": "village"})
        assert "工作人员马上来" in answer.text
    (call,) = machine.calls()
    assert (call.screen, call.phone_sealed) == ("village", "")
    with machine.storage.reading() as session:
        assert counts_on(session, day_of(now()))[call.kiosk_id] == {"help": 1}


def test_a_number_goes_with_the_call_and_is_sealed(machine):
    machine.pair().post("/help", data={"screen": "home"})
    answer = machine.post("/help", data={"phone": NUMBER, "call_back": "1"})
    assert "电话记下了" in answer.text
    assert NUMBER not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (call,) = machine.calls()
    assert NUMBER not in call.phone_sealed
    with machine.storage.reading() as session:
        assert phone_of(session, call) == NUMBER


@pytest.mark.parametrize(("typed", "said"), [("1380013", "电话号码不对"), ("", "还没有点电话号码")])
def test_a_number_that_is_none_is_told_and_stays(machine, typed, said):
    machine.post("/help")
    tree = html.fromstring(machine.post("/help", data={"phone": typed, "call_back": "1"}).text)
    assert said in tree.xpath("string(//*[@role='alert'])")
    assert tree.xpath("string(//input[@name='phone']/@value)") == typed


def test_without_scripts_each_key_of_the_keypad_is_a_form_and_calls_nobody(machine):
    typed = ""
    for key in ("1", "3", "9", "one", "8"):
        tree = html.fromstring(machine.post("/help", data={"phone": typed, "press": key}).text)
        typed = tree.xpath("string(//input[@name='phone']/@value)")
    assert typed == "138"
    assert machine.calls() == []


def test_the_call_of_a_browser_that_is_no_machine_is_the_countys(machine):
    machine.post("/help", data={"screen": "home"})
    (call,) = machine.calls()
    assert call.kiosk_id is None


def test_whom_to_phone_stands_on_the_screen_before_the_call(machine):
    assert "12345" in machine.get("/help").text
