"""The fleet in the back office, its answer for monitoring, and the commands."""

import json
import os
from datetime import timedelta

import pytest

from tests.factories import TESTER
from tests.staff import COUNTY, TOWNSHIP, at_desk
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.keys import derived
from villages.machines.actions import approve, ask, call_for_help, count, heard
from villages.machines.heartbeat import Heartbeat
from villages.machines.models import Kiosk
from villages.machines.queries import kiosk_numbered
from villages.machines.tokens import new_token, spoken_code
from villages.office import halls
from villages.registry.queries import unit_by_code
from villages.settings import read_settings
from villages.site.actions import set_detail

OTHER = "410923200"
PHONE = "13800000000"


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def machine(storage):
    """Pairs a machine that was heard some minutes ago; returns its number."""

    def make(code=TOWNSHIP, *, minutes=0, **beat):
        at = now() - timedelta(minutes=minutes)
        with storage.transaction() as session:
            kiosk = ask(session, token=new_token(), screen="1080x1920", at=at)
            approve(session, kiosk, unit=unit_by_code(session, code), name="", orientation="portrait", by=TESTER, at=at)
            heard(session, kiosk, beat=Heartbeat(version="1.0.9", **beat), at=at)
            count(session, kiosk, "print", number=7, at=now())
            return kiosk.id

    return make


@pytest.fixture
def code(storage):
    """Has a new machine ask; returns its code."""
    with storage.transaction() as session:
        return ask(session, token=new_token(), screen="1920x1080", at=now()).code


def test_the_fleet_shows_what_is_silent_first_and_in_red(app, machine):
    machine()
    machine(COUNTY, minutes=12, errors=2, last_error="print")
    page = at_desk(app, "administrator").get("/admin/kiosks")
    rows = page.tree.xpath("//div[contains(@class, 'fleet')]//tbody/tr")
    told = [" ".join("".join(row.itertext()).split()) for row in rows]
    assert "12 分钟没有消息" in told[0]
    assert "2 次 打印没有成功" in told[0]
    assert rows[0].get("class") == "silent"
    assert rows[0].xpath(".//span[@class='badge bad']")
    assert "正常" in told[1]
    assert "1.0.9" in told[1]
    assert "今天打印7 张" in told[1]
    assert rows[1].get("class") is None
    assert "1 台没有消息" in page.text


def test_how_long_is_silent_is_the_countys_to_say(app, storage, machine):
    machine(minutes=12)
    with storage.transaction() as session:
        set_detail(session, "kiosk_silent", "15", by=TESTER, at=now())
    assert "都有消息" in at_desk(app, "administrator").get("/admin/kiosks").text
    with storage.reading() as session:
        assert list(halls.silent(session, app.extensions["settings"])) == []


def test_each_sees_their_own_area(app, machine):
    mine, foreign = machine(), machine(OTHER)
    desk = at_desk(app, "administrator", TOWNSHIP)
    page = desk.get("/admin/kiosks").response.text
    assert f"/admin/kiosks/{mine}" in page
    assert f"/admin/kiosks/{foreign}" not in page
    assert [row["id"] for row in desk.fetch("/admin/kiosks.json").json["kiosks"]] == [mine]


def test_a_machine_is_paired_from_the_page(app, storage, code):
    desk = at_desk(app, "administrator", TOWNSHIP)
    page = desk.get("/admin/kiosks")
    assert spoken_code(code) in page.text
    assert page.tree.xpath("//select[@name='orientation']/option[@selected]/@value") == ["landscape"]
    assert desk.post("/admin/kiosks/approve", code=code, hall=OTHER, orientation="portrait").status_code == 404
    given = {"code": code, "hall": TOWNSHIP, "orientation": "landscape", "name": "东门"}
    assert "东门已配对" in desk.post("/admin/kiosks/approve", follow=True, **given).text
    with storage.reading() as session:
        kiosk = session.query(Kiosk).one()
        assert (kiosk.state, kiosk.unit.division_code, kiosk.name) == ("paired", TOWNSHIP, "东门")
    late = desk.post("/admin/kiosks/approve", **given)
    assert late.status_code == 422
    assert "没有显示配对码" in late.text


def test_a_wrong_choice_says_so_and_keeps_what_was_typed(app, code):
    desk = at_desk(app, "administrator")
    answer = desk.post("/admin/kiosks/approve", code=code, hall=TOWNSHIP, orientation="sideways", name="东门的一台")
    assert answer.status_code == 422
    assert "请选竖屏或横屏" in answer.text
    assert 'value="东门的一台"' in answer.text
    assert f'value="{TOWNSHIP}" selected' in answer.text


def test_one_machine_is_moved_and_revoked_after_a_question(app, storage, machine):
    number = machine()
    desk = at_desk(app, "administrator")
    assert "打印 0 张" in desk.get(f"/admin/kiosks/{number}").text
    moved = desk.post(f"/admin/kiosks/{number}/move", hall=OTHER, orientation="landscape", name="", follow=True)
    assert "改好了" in moved.text
    refused = desk.post(f"/admin/kiosks/{number}/move", hall=OTHER, orientation="landscape", name="大" * 41)
    assert refused.status_code == 422
    assert "最多 40 个字" in refused.text
    assert "马上就打不开大厅的页面" in desk.get(f"/admin/kiosks/{number}/revoke").text
    assert "已停用" in desk.post(f"/admin/kiosks/{number}/revoke", follow=True).text
    assert desk.post(f"/admin/kiosks/{number}/revoke").status_code == 422
    with storage.reading() as session:
        assert kiosk_numbered(session, number).state == "revoked"
    assert "停用的 1 台" in desk.get("/admin/kiosks").text
    assert "搬了地方" not in desk.get(f"/admin/kiosks/{number}").text


def test_one_that_is_not_ours_is_turned_away(app, storage, code):
    desk = at_desk(app, "administrator", TOWNSHIP)
    with storage.reading() as session:
        number = session.query(Kiosk).one().id
    assert f"拒绝配对码 {spoken_code(code)}" in desk.get(f"/admin/kiosks/{number}/revoke").text
    assert "已拒绝" in desk.post(f"/admin/kiosks/{number}/revoke", follow=True).text
    assert spoken_code(code) not in desk.get("/admin/kiosks").text
    assert desk.fetch(f"/admin/kiosks/{number}").status_code == 404


@pytest.fixture
def monitor(app):
    """Monitoring: a program with a key and without a cookie."""

    def ask_for(key, scheme="Bearer"):
        headers = {"Authorization": f"{scheme} {key}"} if key else {}
        return app.test_client().get("/msgk/admin/kiosks.json", base_url="https://www.county.gov.cn", headers=headers)

    return ask_for


def key_of(app, purpose="program: kiosks"):
    return derived(app.config["SECRET_KEY"], purpose).hex()


def test_monitoring_is_let_in_by_its_key_and_sees_every_hall(app, storage, machine, monitor):
    machine(minutes=9)
    number = machine(COUNTY)
    with storage.transaction() as session:
        call_for_help(session, kiosk_numbered(session, number), screen="home", phone=PHONE, at=now())
    answer = monitor(key_of(app))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert told["counts"] == {"fresh": 1, "silent": 1, "revoked": 0, "asking": 0, "open_calls": 1}
    assert [row["state"] for row in told["kiosks"]] == ["silent", "fresh"]
    assert told["kiosks"][1]["today"] == {"print": 7}
    assert told["kiosks"][1]["open_calls"] == 1
    assert PHONE not in answer.text
    assert "token" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("key", ["", "x", "0" * 64, "密钥"])
def test_without_the_right_key_monitoring_is_told_what_is_missing(app, monitor, key):
    answer = monitor(key.encode().decode("latin-1"))
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json["error"]["message"].startswith("请带上密钥")


def test_the_key_opens_one_address_in_one_way(app, monitor):
    key = key_of(app)
    assert monitor(key, scheme="Basic").status_code == 401
    assert monitor(key_of(app, "program: other")).status_code == 401
    client, where = app.test_client(), {"base_url": "https://www.county.gov.cn"}
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/msgk/admin/kiosks", headers=bearer, **where).status_code == 302
    assert client.get("/msgk/admin/news.json", headers=bearer, **where).status_code == 302


def test_somebody_who_may_not_gets_no_further_than_before(app):
    assert at_desk(app, "editor").fetch("/admin/kiosks.json").status_code == 403


def test_the_self_check_names_what_needs_somebody(app, storage, machine):
    settings, hour = app.extensions["settings"], timedelta(hours=1)
    number = machine(minutes=9)
    with storage.transaction() as session:
        call_for_help(
            session, kiosk_numbered(session, number), screen="home", phone="", at=now() - timedelta(minutes=11)
        )
        asks = ask(session, token=new_token(), screen="", at=now())
        asks.asked_at = now() - hour
    with storage.reading() as session:
        for question, words in (
            (halls.silent, "9 分钟没有消息"),
            (halls.unanswered, "还没有人应答"),
            (halls.asking, "等着配对，已经1 小时"),
        ):
            (line,) = question(session, settings)
            assert words in line
    page = at_desk(app, "administrator").get("/admin/check")
    assert "大厅的触摸一体机" in page.text


def test_what_is_new_is_no_finding(app, storage, machine):
    number = machine()
    with storage.transaction() as session:
        call_for_help(session, kiosk_numbered(session, number), screen="home", phone="", at=now())
        ask(session, token=new_token(), screen="", at=now())
    with storage.reading() as session:
        for question in (halls.silent, halls.unanswered, halls.asking):
            assert list(question(session, app.extensions["settings"])) == []


def test_the_commands_pair_list_and_revoke(villages):
    assert villages("init")[0] == 0
    status, out, _ = villages("kiosks", "list", "--format", "json")
    assert (status, json.loads(out)) == (0, [])
    code = _asks()
    assert json.loads(villages("kiosks", "list", "--format", "json")[1])[0]["code"] == code
    assert spoken_code(code) in villages("kiosks", "list")[1]
    status, _, err = villages("kiosks", "approve", "000111", "--hall", "西邵乡")
    assert status == 1
    assert "没有显示配对码" in err
    status, out, _ = villages("kiosks", "approve", code, "--hall", "西邵乡")
    assert status == 0
    assert "西邵乡便民大厅，横屏" in out
    (row,) = json.loads(villages("kiosks", "list", "--format", "json")[1])
    assert (row["state"], row["hall"], row["orientation"]) == ("fresh", "西邵乡", "landscape")
    assert villages("kiosks", "revoke", row["id"])[0] == 0
    status, _, err = villages("kiosks", "revoke", 999)
    assert status == 1
    assert "没有编号为 999 的一体机" in err
    assert "已停用" in villages("kiosks", "list")[1]
    assert len(villages("kiosks", "key")[1].strip()) == 64


def _asks():
    """A machine asks the installation of the command line; returns its code."""
    storage = Storage(read_settings(os.environ).database_url)
    with storage.transaction() as session:
        code = ask(session, token=new_token(), screen="1920x1080", at=now()).code
    storage.close()
    return code
