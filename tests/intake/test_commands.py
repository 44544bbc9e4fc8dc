"""`villages cases …`: who is told, and what was not sent."""

from __future__ import annotations

import json
import os

import pytest

from tests.factories import NOON
from tests.intake.servers import MailServer, running
from villages.core.db import Storage
from villages.intake.models import Outbox


@pytest.fixture
def mail(monkeypatch):
    server = MailServer()
    monkeypatch.setenv("VILLAGES_SMTP_URL", server.url)
    monkeypatch.setenv("VILLAGES_MAIL_FROM", "noreply@county.gov.cn")
    with running(server):
        yield server


def test_an_office_is_told_tried_listed_and_told_no_longer(villages, mail):
    villages("init")
    assert "已添加，编号 1" in villages("cases", "channels", "add", "410923", "email", "ban@county.gov.cn")[1]
    assert "发出去了" in villages("cases", "channels", "try", "1")[1]
    assert mail.letters[0]["To"] == "ban@county.gov.cn"
    listed = villages("cases", "channels", "list")[1]
    assert "电子邮件" in listed
    assert "ban@" not in listed
    assert json.loads(villages("cases", "channels", "list", "--format", "json")[1])[0]["kind"] == "email"
    mail.data = "550 no"
    assert "没有发出去：邮件服务器不收（550）" in villages("cases", "channels", "try", "1")[2]
    assert villages("cases", "channels", "remove", "1")[0] == 0
    for verb in ("try", "remove"):
        assert "没有编号为 1 的通知去处" in villages("cases", "channels", verb, "1")[2]


def test_what_is_no_place_or_no_address_is_not_taken(villages):
    villages("init")
    assert "没有区划代码" in villages("cases", "channels", "add", "999999", "email", "a@example.com")[2]
    assert "邮箱不对" in villages("cases", "channels", "add", "410923", "email", "example")[2]
    assert "https" in villages("cases", "channels", "add", "410923", "wecom", "http://example.com/")[2]
    assert villages("cases", "year", "2021")[1].count("对得上") == 4
    told = json.loads(villages("cases", "year", "2021", "--format", "json")[1])
    assert (told["year"], len(told["table3"]), told["problems"]) == (2021, 25, [])


def test_what_was_given_up_is_listed_and_sent_again(villages):
    villages("init")
    storage = Storage(os.environ["VILLAGES_DATABASE_URL"])
    with storage.transaction() as session:
        session.add(Outbox(name="示例", what="receipt", made_at=NOON, next_at=None, tries=16, trouble="连不上"))
    (row,) = json.loads(villages("cases", "outbox", "--format", "json")[1])
    assert row == {"what": "回执", "place": "写信人", "tries": 16, "next_at": "", "trouble": "连不上"}
    assert "连不上" in villages("cases", "outbox")[1]
    assert "1 条会再发" in villages("cases", "resend")[1]
    with storage.reading() as session:
        assert session.get_one(Outbox, 1).next_at is not None
    storage.close()


def test_a_wrong_setting_is_told_without_its_password(villages, monkeypatch):
    monkeypatch.setenv("VILLAGES_SMTP_URL", "http://user:geheim@example.com/")
    status, out, err = villages("cases", "outbox")
    assert status == 1
    assert "VILLAGES_SMTP_URL" in err
    assert "VILLAGES_MAIL_FROM" in err
    assert "geheim" not in out + err
