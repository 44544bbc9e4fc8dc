"""Mail and robots behind real TLS: what is not whom it says it is gets nothing, and trouble is told in plain words."""

from __future__ import annotations

import base64
import ssl
from datetime import UTC, datetime

import pytest
import trustme

from tests.factories import NOON
from tests.intake.servers import MailServer, RobotServer, running
from villages.core.outward import Letter, Unsent, post_text, postman
from villages.settings import read_settings

SECRET, CODE = "geheim-9F", "查询码"
LETTER = Letter("letter", "a@example.com", "示例", CODE, NOON)
SENDER = "noreply@county.gov.cn"
NETWORKS = read_settings({"VILLAGES_WEBHOOK_NETWORKS": "127.0.0.0/8"}).webhook_networks
STRANGE, OTHERS, OVER = "不是可信的机构发的", "发给别的名字的", "过期了"

pytestmark = pytest.mark.glass


@pytest.fixture(scope="module")
def contexts():
    """The known authority, and how servers seal: as themselves, as somebody else, too late, by a stranger."""
    known, unknown = trustme.CA(), trustme.CA()
    certificates = {
        "good": known.issue_cert("127.0.0.1"),
        OTHERS: known.issue_cert("mail.example.com"),
        OVER: known.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)),
        STRANGE: unknown.issue_cert("127.0.0.1"),
    }
    found = {}
    for name, certificate in certificates.items():
        found[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(found[name])
    return known, found


@pytest.fixture
def sealing(contexts, monkeypatch, tmp_path):
    """The same, where the known authority is trusted as a county trusts its own."""
    known, found = contexts
    known.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return found


def with_login(server):
    return server.url.replace("//", f"//user:{SECRET}@")


def tried(server, caplog, scheme=""):
    """The trouble of a letter that must not arrive."""
    url = with_login(server)
    with pytest.raises(Unsent) as told, postman(f"{scheme or url.split(':')[0]}:{url.split(':', 1)[1]}", SENDER) as man:
        man.send(LETTER)
    words = str(told.value)
    heard = b"".join(server.in_clear)
    assert not any(each in heard for each in (b"AUTH", b"MAIL", b"RCPT", b"DATA"))
    assert (server.logins, server.letters) == ([], [])
    assert SECRET not in words + caplog.text
    return words


@pytest.mark.parametrize("at_once", [True, False])
def test_a_letter_goes_sealed_with_all_that_is_secret(sealing, at_once):
    server = MailServer(sealing["good"], is_sealed_at_once=at_once)
    with running(server):
        with postman(with_login(server), SENDER) as man:
            man.send(LETTER)
            man.send(LETTER)
        assert [letter.get_payload(decode=True).decode().strip() for letter in server.letters] == [CODE, CODE]
    assert server.connections == 1
    ((_, _, login),) = [line.split() for line in server.logins]
    assert base64.b64decode(login).decode() == f"\0user\0{SECRET}"
    assert [line[:4] for line in server.in_clear] == ([] if at_once else [b"ehlo", b"STAR"])


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("wrong", [STRANGE, OTHERS, OVER])
def test_who_is_not_whom_they_say_gets_neither_password_nor_letter(sealing, caplog, at_once, wrong):
    server = MailServer(sealing[wrong], is_sealed_at_once=at_once)
    with running(server):
        assert wrong in tried(server, caplog)


def test_the_wrong_way_of_sealing_is_told(sealing, caplog):
    server = MailServer()
    with running(server):
        assert "请核对端口和加密方式" in tried(server, caplog, scheme="smtps")


def test_a_wrong_password_is_told_without_it(sealing, caplog):
    server = MailServer(sealing["good"])
    server.login = f"535 {SECRET} is wrong"
    with running(server), pytest.raises(Unsent) as told, postman(with_login(server), SENDER):
        pass
    assert str(told.value) == "邮件服务器不认用户名和密码"
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("smtps://nowhere.invalid", "找不到这个名字"),
        (f"smtps://{'a' * 64}.example.com", "名字写得不对"),
    ],
)
def test_a_name_that_is_none_is_told(url, words):
    with pytest.raises(Unsent, match=words), postman(url, SENDER):
        pass


def test_a_password_that_no_server_can_read_is_told(sealing):
    server = MailServer(sealing["good"])
    with running(server), pytest.raises(Unsent, match="只能有英文字母"), \
         postman(server.url.replace("//", "//u:密码@"), SENDER):  # fmt: skip
        pass
    assert server.logins == []


def test_a_robot_behind_tls_is_told(sealing):
    robot = RobotServer(sealing["good"])
    with running(robot):
        post_text(robot.url, CODE, networks=NETWORKS)
    assert robot.texts == [CODE]


@pytest.mark.parametrize("wrong", [STRANGE, OTHERS, OVER])
def test_a_robot_that_is_another_is_told_nothing(sealing, caplog, wrong):
    robot = RobotServer(sealing[wrong])
    with running(robot), pytest.raises(Unsent, match=wrong) as told:
        post_text(robot.url, CODE, networks=NETWORKS)
    assert robot.asked == []
    assert "a-secret" not in str(told.value) + caplog.text
