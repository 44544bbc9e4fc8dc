"""My own account in the browser: one-time link, password, second factor, recovery codes, sessions."""

import base64
import io
import re
from datetime import timedelta

import pyotp
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from tests.factories import PASSWORD, TESTER
from tests.staff import TOWNSHIP, at_desk
from tests.visit import Visitor
from villages.accounts.keeping import LINK_LASTS
from villages.accounts.models import OneTimeLink, SignIn, Staff
from villages.accounts.queries import staff
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.site.actions import set_detail

NEW = "山药 柳条 铁壶 九月"


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def manager(app):
    return at_desk(app, "administrator")


def token_in(text):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text).group(1)


def send(visitor, path, **form):
    """Fill a form of somebody who is not signed in."""
    page = visitor.client.get(f"/msgk{path}", base_url=visitor.base).text
    data = {"csrf_token": token_in(page), **form}
    return visitor.client.post(f"/msgk{path}", base_url=visitor.base, data=data, headers={"Referer": visitor.base})


def sign_in(app, name, password):
    visitor = Visitor(app, public=False)
    return visitor, send(visitor, "/admin/sign-in", name=name, password=password)


def opened(manager, name="示例新人", **given):
    form = {"name": name, "role": "editor", "area": TOWNSHIP} | given
    answer = manager.post("/admin/people/new", **form)
    assert answer.status_code == 200, answer.text
    return re.search(r'class="spelled">([^<]+)<', answer.text).group(1)


def test_a_new_account_gets_its_password_from_its_holder_alone(app, manager):
    code = opened(manager)
    visitor = Visitor(app, public=False)
    assert send(visitor, "/admin/first", code=code, new=NEW, again=NEW).status_code == 303
    assert send(visitor, "/admin/first", code=code, new=NEW, again=NEW).status_code == 422  # once
    _, answer = sign_in(app, "示例新人", NEW)
    assert answer.headers["Location"] == "/msgk/admin/"


def test_a_link_lapses_after_a_day(app, manager, storage):
    code = opened(manager)
    with storage.transaction() as session:
        session.execute(update(OneTimeLink).values(expires_at=now() - timedelta(seconds=1)))
    assert timedelta(days=1) == LINK_LASTS
    answer = send(Visitor(app, public=False), "/admin/first", code=code, new=NEW, again=NEW)
    assert "过了 24 小时" in answer.text


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("short", "密码要有"),
        ("示例新人的密码示例新人", "不能有账号名"),
        ("aaaaaaaaaaaa", "太好猜"),
        ("1234567890123", "太好猜"),
        ("qwertyuiop12", "太好猜"),
        ("Nanle@2026zhengfu", ""),
        ("zhengfu20261234", "别人最先试的"),
        ("P@ssw0rd123!", "别人最先试的"),
        ("kS9#pQ2vLm", ""),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_in_words(app, manager, new, told):
    code = opened(manager)
    answer = send(Visitor(app, public=False), "/admin/first", code=code, new=new, again=new)
    assert answer.status_code == (422 if told else 303)
    assert told in answer.text


def test_codes_and_passwords_are_in_no_log_and_no_address(app, manager, capfd):
    code = opened(manager)
    send(Visitor(app, public=False), "/admin/first", code=code, new=NEW, again=NEW)
    sign_in(app, "示例新人", NEW)
    app.extensions["front"].close()
    out, err = capfd.readouterr()
    assert code not in out + err
    assert NEW not in out + err


def test_changing_my_password_signs_my_other_browsers_out(app, storage):
    desk = at_desk(app, "editor")
    other, _ = sign_in(app, desk.name, PASSWORD)
    assert desk.post("/admin/me/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
    assert desk.fetch("/admin/").status_code == 200
    assert other.client.get("/msgk/admin/", base_url=other.base).status_code == 302
    answer = desk.post("/admin/me/password", old=NEW, new=PASSWORD, again=PASSWORD)
    assert "最近用过" in answer.text


def test_a_wrong_present_password_changes_nothing(app, storage):
    desk = at_desk(app, "editor")
    answer = desk.post("/admin/me/password", old="不对不对不对不对", new=NEW, again=NEW)
    assert answer.status_code == 422
    assert "密码不对" in answer.text
    with storage.reading() as session:
        assert staff(session, desk.name).known_failures + staff(session, desk.name).failures == 1
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.act == "account.proof"))
    assert (entry.actor, entry.refused, entry.address) == (desk.name, True, "127.0.0.1")


def test_a_wrong_present_password_for_new_recovery_codes_is_told_at_the_field(app):
    desk = at_desk(app, "editor")
    assert desk.post("/admin/me/recovery", password=PASSWORD).status_code == 422  # there is no second factor yet
    _, codes = enrol(desk)
    answer = desk.post("/admin/me/recovery", password="不对不对不对不对")
    assert answer.status_code == 422
    assert '<span class="error" id="password-error">密码不对' in answer.text
    assert "details open" in answer.text
    assert not [code for code in codes if code in answer.text]


def test_who_tries_too_often_is_told_and_noted(app, storage):
    desk = at_desk(app, "editor")
    for _ in range(6):
        answer = desk.post("/admin/me/password", old="不对不对不对不对", new=NEW, again=NEW)
    assert "试得太多了" in answer.text
    with storage.reading() as session:
        told = session.scalars(select(AuditEntry.detail).where(AuditEntry.act == "account.proof")).all()
    assert told == [{}] * 5 + [{"blocked": True}]


def enrol(desk):
    page = desk.get("/admin/me/factor")
    secret = "".join(page.tree.xpath("//p[@class='spelled']")[0].text_content().split())
    answer = desk.post("/admin/me/factor", code=pyotp.TOTP(secret).now(), password=PASSWORD)
    codes = re.findall(r"<li>([0-9a-z-]{19})</li>", answer.text)
    return secret, codes


def test_the_picture_for_the_telephone_holds_the_secret_beside_it(app):
    page = at_desk(app, "administrator").get("/admin/me/factor")
    source = page.tree.xpath("//img/@src")[0].split(",", 1)[1]
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(source))))
    secret = "".join(page.tree.xpath("//p[@class='spelled']")[0].text_content().split())
    assert pyotp.parse_uri(found[0].text).secret == secret


def test_a_second_factor_is_asked_for_and_each_code_opens_once(app):
    desk = at_desk(app, "administrator")
    secret, codes = enrol(desk)
    assert len(codes) == 10
    visitor, answer = sign_in(app, desk.name, PASSWORD)
    assert answer.headers["Location"] == "/msgk/admin/sign-in/code"
    assert visitor.client.get("/msgk/admin/settings", base_url=visitor.base).status_code == 302
    used = pyotp.TOTP(secret).now()
    assert send(visitor, "/admin/sign-in/code", code=used).status_code == 401  # it enrolled with this very code
    assert send(visitor, "/admin/sign-in/code", code=codes[0]).status_code == 303
    assert visitor.client.get("/msgk/admin/settings", base_url=visitor.base).status_code == 200
    again, _ = sign_in(app, desk.name, PASSWORD)
    assert send(again, "/admin/sign-in/code", code=codes[0]).status_code == 401
    later = pyotp.TOTP(secret).at(now() + timedelta(seconds=30))
    assert send(again, "/admin/sign-in/code", code=later).status_code == 303


def test_the_secret_is_sealed_in_the_database(app, storage):
    desk = at_desk(app, "administrator")
    secret, codes = enrol(desk)
    with storage.reading() as session:
        rows = [str(row) for table in Staff.metadata.sorted_tables for row in session.execute(select(table))]
    assert not [row for row in rows if secret in row or any(code in row for code in codes)]


def test_whom_the_rule_asks_is_led_to_the_second_factor_and_nowhere_else(app, storage):
    desk = at_desk(app, "administrator")
    desk.token()
    with storage.transaction() as session:
        set_detail(session, "second_factor", "1", by=TESTER, at=now())
    for path in ("/admin/", "/admin/settings", "/admin/me", "/admin/people"):
        assert desk.fetch(path).headers["Location"] == "/msgk/admin/me/factor"
    enrol(desk)
    assert desk.fetch("/admin/").status_code == 200
    assert at_desk(app, "editor").fetch("/admin/").status_code == 200


def test_my_sessions_are_listed_and_end_one_by_one_or_all_at_once(app, storage):
    desk = at_desk(app, "editor")
    others = [sign_in(app, desk.name, PASSWORD)[0] for _ in range(3)]
    page = desk.get("/admin/me")
    handles = page.tree.xpath("//input[@name='handle']/@value")
    assert len(handles) == 3
    desk.post("/admin/me/sign-ins", handle=handles[0])
    alive = [other.client.get("/msgk/admin/", base_url=other.base).status_code for other in others]
    assert sorted(alive) == [200, 200, 302]
    desk.post("/admin/me/sign-ins")
    assert all(other.client.get("/msgk/admin/", base_url=other.base).status_code == 302 for other in others)
    assert desk.fetch("/admin/").status_code == 200


def test_i_can_leave_everywhere_at_once(app):
    desk = at_desk(app, "editor")
    other, _ = sign_in(app, desk.name, PASSWORD)
    assert desk.post("/admin/me/sign-ins", everywhere="1").headers["Location"] == "/msgk/admin/sign-in"
    assert desk.fetch("/admin/").status_code == 302
    assert other.client.get("/msgk/admin/", base_url=other.base).status_code == 302


@pytest.mark.parametrize(("column", "back"), [("seen_at", timedelta(minutes=31)), ("expires_at", timedelta(0))])
def test_a_session_ends_when_idle_and_when_its_time_is_over(app, storage, column, back):
    desk = at_desk(app, "editor")
    with storage.transaction() as session:
        session.execute(update(SignIn).values(**{column: now() - back}))
    assert desk.fetch("/admin/").status_code == 302


def test_strangers_cannot_keep_the_owner_out(app, storage):
    desk = at_desk(app, "editor")
    mine, answer = sign_in(app, desk.name, PASSWORD)
    assert answer.status_code == 302
    for _ in range(8):
        sign_in(app, desk.name, "猜一猜猜一猜猜一猜")
    assert sign_in(app, desk.name, PASSWORD)[1].status_code == 401  # a stranger's browser waits
    assert send(mine, "/admin/sign-in", name=desk.name, password=PASSWORD).status_code == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(app, storage):
    desk = at_desk(app, "editor")
    for headers, is_later in (({"X-By-Itself": "1"}, False), ({}, True)):
        with storage.transaction() as session:
            session.execute(update(SignIn).values(seen_at=now() - timedelta(minutes=20)))
        assert desk.fetch("/admin/", **headers).status_code == 200
        with storage.reading() as session:
            assert (session.scalar(select(SignIn.seen_at)) > now() - timedelta(minutes=1)) is is_later


def test_a_form_that_was_open_for_hours_is_still_taken(app, monkeypatch):
    opened_at = int(now().timestamp()) - 3 * 3600
    with monkeypatch.context() as earlier:
        earlier.setattr("itsdangerous.TimestampSigner.get_timestamp", lambda _: opened_at)
        desk = at_desk(app, "editor")
        desk.token()
    assert desk.post("/admin/me/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303


def test_a_form_that_came_too_late_is_told_so_and_can_be_sent_after_signing_in_again(app, storage):
    desk = at_desk(app, "editor")
    first, _ = sign_in(app, desk.name, PASSWORD)
    page = first.client.get("/msgk/admin/me/password", base_url=first.base).text
    form = {"csrf_token": token_in(page), "old": PASSWORD, "new": NEW, "again": NEW}
    with storage.transaction() as session:
        session.execute(update(SignIn).values(expires_at=now()))
    late = first.client.post("/msgk/admin/me/password", base_url=first.base, data=form)
    assert late.headers["Location"] == "/msgk/admin/sign-in?next=/admin/me/password"
    told = first.client.get(late.headers["Location"], base_url=first.base).text
    assert "刚才提交的没有保存" in told
    data = {"csrf_token": token_in(told), "name": desk.name, "password": PASSWORD}
    again = first.client.post(late.headers["Location"], base_url=first.base, data=data)
    assert again.headers["Location"] == "/msgk/admin/me/password"
    assert first.client.post("/msgk/admin/me/password", base_url=first.base, data=form).status_code == 303


def test_the_forms_of_who_sat_here_before_are_nobody_elses(app):
    first, other = at_desk(app, "editor"), at_desk(app, "editor")
    browser, _ = sign_in(app, first.name, PASSWORD)
    token = token_in(browser.client.get("/msgk/admin/me/password", base_url=browser.base).text)
    assert send(browser, "/admin/sign-in", name=other.name, password=PASSWORD).status_code == 302
    form = {"csrf_token": token, "old": PASSWORD, "new": NEW, "again": NEW}
    assert browser.client.post("/msgk/admin/me/password", base_url=browser.base, data=form).status_code == 400
