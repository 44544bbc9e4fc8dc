"""Where offices hear of things, for administrators: all that the commands do, and no secret is shown again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import applications
from tests.factories import NOON, TESTER
from tests.intake.cases import COUNTY, HERE, county_in, handler, make_case
from tests.staff import at_desk
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.intake.mailing import Server, has_mail, known, mail_way, mark_of, remove_mail, set_mail, switch_mail_on
from villages.intake.models import MailServer as Row
from villages.intake.models import NoticeChannel, Outbox
from villages.intake.sending import send_due
from villages.site.models import Proposal

PAGE, MAIL = "/admin/channels", "/admin/channels/mail"
SECRET = "geheim/€".replace("€", "%@:")
SERVER = {"verb": "save", "tls": "smtp", "host": "127.0.0.1", "user": "", "password": "", "sender": "a@county.gov.cn"}


@pytest.fixture
def app(small_county, make_settings):
    with applications.running(make_settings(small_county, VILLAGES_WEBHOOK_NETWORKS="127.0.0.0/8")) as app:
        yield app


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def desk(app):
    return at_desk(app, "administrator", COUNTY)


def server(mail, **given):
    return {**SERVER, "port": mail.server_address[1], **given}


def confirmed(app, storage, verdict="confirm"):
    """A second person says what comes of the server that was given last."""
    with storage.reading() as session:
        last = session.scalars(select(Proposal.id).order_by(Proposal.id.desc())).first()
    return (
        at_desk(app, "security", COUNTY).post(f"/admin/proposals/{last}/{verdict}", follow=True, reason="不认识").text
    )


def acts(storage):
    with storage.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.act.startswith("case.")).order_by(AuditEntry.id))
        return [(each.act, each.subject, each.detail) for each in found]


def test_a_robot_is_added_tried_switched_off_and_removed(storage, desk, robot):
    assert "现在一个单位也不通知" in desk.get(PAGE).text
    assert desk.post(PAGE, place=HERE, kind="wecom", address=robot.url).status_code == 303
    page = desk.get(PAGE)
    assert "已添加" in page.text
    assert "没有发过" in page.text
    one = f"{PAGE}/1"
    assert "试发的一条发出去了" in desk.post(one, follow=True, verb="try").text
    assert robot.texts == ["诉求通知试发：收到这一条，说明设置好了"]
    assert "发出去过" in desk.get(PAGE).text
    robot.answer = b'{"errcode":310000}'
    assert "没有发出去：机器人不收（errcode 310000）" in desk.post(one, follow=True, verb="try").text
    page = desk.get(PAGE).text
    assert "上一次发出去是" in page
    desk.post(one, verb="off")
    with storage.transaction() as session:
        county = county_in(session)
        handler(session, county.here)
        make_case(session, unit=county.village)
    with storage.reading() as session:
        assert session.scalars(select(Outbox)).all() == []
    assert "停用，不通知" in desk.get(PAGE).text
    desk.post(one, verb="on")
    desk.post(one, verb="remove")
    with storage.reading() as session:
        assert session.scalars(select(NoticeChannel)).all() == []
    told = acts(storage)
    assert [act for act, *_ in told if "channel" in act] == [
        "case.add_channel", "case.try_channel", "case.try_channel", "case.channel_off", "case.channel_on",
        "case.remove_channel",
    ]  # fmt: skip
    assert "a-secret" not in str(told) + page
    assert desk.post(one, verb="try").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"place": "", "kind": "email", "address": "a@example.com"}, "请选单位"),
        ({"place": HERE, "kind": "pigeon", "address": "a@example.com"}, "请选方式"),
        ({"place": HERE, "kind": "email", "address": "example"}, "邮箱不对"),
        ({"place": HERE, "kind": "dingtalk", "address": "http://example.com/"}, "https"),
    ],
)
def test_what_is_no_place_or_no_address_is_told_at_its_field(desk, given, words):
    answer = desk.post(PAGE, **given)
    assert answer.status_code == 422
    assert words in answer.text
    assert given["address"] in answer.text


def test_mail_goes_by_the_server_that_the_page_was_given(app, storage, desk, mail):
    assert "还没有设置，邮件都发不出去" in desk.get(PAGE).text
    desk.post(PAGE, place=HERE, kind="email", address="ban@county.gov.cn")
    assert "没有设置邮件服务器" in desk.post(f"{PAGE}/1", follow=True, verb="try").text
    assert "邮件服务器已保存" in desk.post(MAIL, follow=True, **server(mail)).text
    assert desk.post(MAIL, verb="try", to="example").status_code == 422
    desk.post(MAIL, verb="try", to="ich@county.gov.cn")
    assert "已复核，改动生效了" in confirmed(app, storage)
    desk.post(f"{PAGE}/1", verb="try")
    with storage.transaction() as session:
        county = county_in(session)
        handler(session, county.here)
        make_case(session, unit=county.village, at=now())
    assert send_due(storage, now()) == 1
    assert [letter["To"] for letter in mail.letters] == ["ich@county.gov.cn", "ban@county.gov.cn", "ban@county.gov.cn"]
    assert {letter["From"] for letter in mail.letters} == {"a@county.gov.cn"}
    page = desk.get(PAGE).text
    assert "b***@county.gov.cn" in page
    assert "上一封信" in page
    desk.post(MAIL, verb="off")
    assert "停用了" in desk.post(f"{PAGE}/1", follow=True, verb="try").text
    assert "等复核" in desk.post(MAIL, follow=True, verb="on").text
    desk.post(MAIL, verb="remove")
    with storage.reading() as session:
        assert session.scalars(select(Row)).all() == []


def test_nobody_alone_has_letters_go_by_a_server_of_theirs(app, storage, desk, mail):
    """Who has the server reads every receipt with its code."""
    with storage.transaction() as session:
        given = Server("smtp", "127.0.0.1", str(mail.server_address[1]), sender="a@county.gov.cn")
        set_mail(session, given, by=TESTER, at=NOON)
        switch_mail_on(session, mark_of(session), by=TESTER, at=NOON)
    for form in (server(mail, sender="evil@example.com"), {"verb": "on"}, {"verb": "on"}):
        assert "等复核" in desk.post(MAIL, follow=True, **form).text
    with storage.reading() as session:
        assert (mail_way(session), has_mail(session)) == (None, False)
        [asked] = session.scalars(select(Proposal)).all()
        assert ("evil@example.com" in asked.lines[0], asked.staff_id is not None) == (True, True)
    assert "要由另一个人来复核" in desk.post(f"/admin/proposals/{asked.id}/confirm").text
    assert "已写明不同意" in confirmed(app, storage, "decline")
    desk.post(MAIL, verb="on")
    desk.post(MAIL, **server(mail, sender="worse@example.com"))
    with storage.reading() as session:
        before, _ = session.scalars(select(Proposal.id).where(Proposal.verdict == "")).all()
    stale = at_desk(app, "security", COUNTY).post(f"/admin/proposals/{before}/confirm")
    assert "后来又改过" in stale.text
    with storage.reading() as session:
        assert has_mail(session) is False
    confirmed(app, storage)
    with storage.reading() as session:
        assert mail_way(session).sender == "worse@example.com"


def test_a_password_is_sealed_never_shown_and_goes_to_no_other_server(storage, desk, mail):
    with_login = server(mail, user="a@county.gov.cn", password=SECRET)
    desk.post(MAIL, **with_login)
    with storage.reading() as session:
        assert SECRET not in session.scalars(select(Row.address)).one()
        assert known(session).password == SECRET
    assert SECRET not in desk.get(PAGE).response.text
    assert desk.post(MAIL, **with_login | {"password": "", "sender": "b@county.gov.cn"}).status_code == 303
    with storage.reading() as session:
        assert (known(session).password, known(session).sender) == (SECRET, "b@county.gov.cn")
    for changed in ({"host": "evil.example.com"}, {"port": "25"}, {"tls": "smtps"}, {"user": "c@county.gov.cn"}):
        answer = desk.post(MAIL, **with_login | {"password": ""} | changed)
        assert (answer.status_code, "密码也要重新填" in answer.text) == (422, True), changed
    assert SECRET not in str(acts(storage)) + answer.text
    assert [act for act, *_ in acts(storage)] == ["case.mail_save"] * 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""), ("host", "smtp.example.com/x"), ("host", "a b"), ("port", "0"), ("port", "٣"), ("port", "9" * 12),
        ("tls", "http"), ("user", "张三"), ("password", "密码"), ("sender", "张三"), ("password", "a" * 101),
    ],
)  # fmt: skip
def test_what_is_no_mail_server_is_told_at_its_field_and_kept(office, desk, field, value):
    answer = desk.post(MAIL, **SERVER | {"port": "587", field: value})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with office.transaction() as session, pytest.raises(Refusal):
        set_mail(session, Server(**{**{n: v for n, v in SERVER.items() if n != "verb"}, "port": "587", field: value}),
                 by=None, at=NOON)  # fmt: skip
    with office.transaction() as session, pytest.raises(Refusal):
        remove_mail(session, by=None, at=NOON)


def test_what_was_not_sent_is_listed_and_sent_again(storage, desk):
    with storage.transaction() as session:
        session.add(Outbox(name="示例", what="receipt", made_at=NOON, next_at=None, tries=16, trouble="连不上"))
    page = desk.get(PAGE).text
    assert "不再发了" in page
    assert "连不上" in page
    assert "1 条" in desk.post(f"{PAGE}/resend", follow=True).text
    with storage.reading() as session:
        assert session.get_one(Outbox, 1).next_at is not None


def test_where_the_settings_name_a_server_the_page_changes_none(small_county, make_settings, mail):
    url = mail.url.replace("//", "//user:geheim@")
    given = make_settings(small_county, VILLAGES_SMTP_URL=url, VILLAGES_MAIL_FROM="noreply@county.gov.cn")
    with applications.running(given) as app:
        desk = at_desk(app, "administrator", COUNTY)
        page = desk.get(PAGE).text
        assert "写在程序的设置里" in page
        assert "geheim" not in page
        assert desk.post(MAIL, **server(mail)).status_code == 400


def test_pages_of_the_server_are_the_county_administrators_alone(app):
    for role, scope in (("administrator", HERE), ("handler", COUNTY), ("auditor", COUNTY)):
        assert at_desk(app, role, scope).fetch(PAGE).status_code == 403
