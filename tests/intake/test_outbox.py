"""What is sent about cases: noted with the step, sent later, told to nobody who may not know, and never in the way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.intake.cases import (
    NAME,
    PHONE,
    TEXT,
    answered,
    county_in,
    handler,
    later,
    make_case,
    make_receipt,
    values_of,
)
from villages.core.db import Storage
from villages.core.outward import Unsent, post_text, postman
from villages.core.refusal import Refusal
from villages.intake import following, handling
from villages.intake.channels import add_channel, address_of, remove_channel
from villages.intake.forgetting import erase
from villages.intake.models import NoticeChannel, Outbox
from villages.intake.numbers import spoken
from villages.intake.outbox import clear_outbox, remind
from villages.intake.receiving import Came
from villages.intake.reissuing import reissue
from villages.intake.seating import forward, join, recuse, restrict
from villages.intake.sending import CLAIMED, FIRST, LONGEST, MOST_TRIES, send_due
from villages.office import cases
from villages.site.actions import set_detail

MAILBOX = "zhang@example.com"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(small_county, make_settings, mail) -> Iterator[Storage]:
    """The small county, with a mail server; robots of this machine may be asked."""
    settings = make_settings(
        small_county, VILLAGES_SMTP_URL=mail.url, VILLAGES_MAIL_FROM="noreply@county.gov.cn",
        VILLAGES_WEBHOOK_NETWORKS="127.0.0.0/8",
    )  # fmt: skip
    storage = Storage(settings.database_url, settings=settings)
    yield storage
    storage.close()


def application(session, county, **given):
    values = values_of("foi_request", email=MAILBOX, **given)
    publisher = county.publisher(session, county.here)
    return make_receipt(session, "foi_request", publisher=publisher, came=Came("counter"), values=values)


def rows(house):
    with house.reading() as session:
        return session.scalars(select(Outbox).order_by(Outbox.id)).all()


def texts(mail):
    return [letter.get_payload(decode=True).decode() for letter in mail.letters]


def told(house, place, robot, kind="wecom"):
    with house.transaction() as session:
        return add_channel(session, getattr(county_in(session), place), kind, robot.url, by=TESTER, at=NOON).id


def test_a_new_code_goes_to_the_mailbox_and_the_old_one_no_more(house, mail):
    with house.transaction() as session:
        county = county_in(session)
        first = application(session, county)
        second = reissue(session, first.case, "lost", "看了身份证", by=handler(session, county.here), at=NOON)
    assert send_due(house, NOON) == 1
    [text] = texts(mail)
    assert spoken(second.code) in text
    assert spoken(first.code) not in text
    assert "不是您本人去补的" in text


def test_who_fears_that_somebody_knows_the_code_gets_the_new_one_on_paper_alone(house, mail):
    with house.transaction() as session:
        county = county_in(session)
        case = application(session, county).case
        code = reissue(session, case, "known", "看了身份证", by=handler(session, county.here), at=NOON).code
    assert send_due(house, NOON) == 1
    [text] = texts(mail)
    assert "新的查询码：在补发的回执上" in text
    assert spoken(code) not in text


def test_who_gave_a_mailbox_gets_number_and_code_and_hears_of_the_answer(house, mail):
    with house.transaction() as session:
        receipt = application(session, county_in(session))
        number = receipt.case.number
    assert mail.letters == []
    assert send_due(house, NOON) == 1
    (text,) = texts(mail)
    assert spoken(number) in text
    assert spoken(receipt.code) in text
    assert "https://www.county.gov.cn/msgk/cases/find" in text
    letter = mail.letters[0]
    assert (letter["To"], letter["From"], letter["Auto-Submitted"]) == (
        MAILBOX, "noreply@county.gov.cn", "auto-generated")  # fmt: skip
    with house.transaction() as session:
        answered(session, session.merge(receipt.case), result="granted", text=TEXT)
    assert send_due(house, NOON) == 1
    assert "已经有了答复" in texts(mail)[1]
    assert not any(word in each for each in texts(mail) for word in (NAME, PHONE, TEXT))
    assert receipt.code not in texts(mail)[1].replace(" ", "")
    assert send_due(house, NOON) == 0


def test_what_waits_is_sealed_and_what_was_sent_is_gone(house, mail):
    with house.transaction() as session:
        receipt = application(session, county_in(session))
    (row,) = rows(house)
    assert row.content
    assert not any(word in row.content for word in (MAILBOX, receipt.code))
    send_due(house, NOON)
    (row,) = rows(house)
    assert (row.content, row.sent_at, row.next_at, row.tries) == ("", NOON, None, 1)


def test_nothing_is_told_of_what_was_rolled_back(house, mail):
    session = house.session(writes=True)
    with session.begin() as begun, session:
        application(session, county_in(session))
        session.flush()
        begun.rollback()
    assert send_due(house, NOON) == 0
    assert rows(house) == []


@pytest.mark.parametrize("address", ["", "张三@example.com", "a,b@example.com", "a\r\nb@example.com", "x>@example.com"])
def test_a_mailbox_that_none_is_gets_nothing(house, address):
    with house.transaction() as session:
        county = county_in(session)
        values = values_of("foi_request", email=address)
        make_case(session, "foi_request", publisher=county.publisher(session, county.here), values=values)
    assert rows(house) == []


def test_without_a_mail_server_nothing_waits(office):
    with office.transaction() as session:
        application(session, county_in(session))
    assert rows(office) == []
    assert send_due(office, NOON) == 0


def test_a_dead_mail_server_neither_delays_nor_loses_and_is_tried_ever_later(house, mail, small_county, make_settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = house.settings
    house.settings = type(settings)(**{**vars(settings), "smtp_url": f"smtp://127.0.0.1:{port}"})
    with house.transaction() as session:
        for _ in range(3):
            application(session, county_in(session))
    assert send_due(house, NOON) == 0
    assert [(row.tries, row.next_at) for row in rows(house)] == [(1, NOON + FIRST)] * 3
    assert send_due(house, NOON + FIRST / 2) == 0
    assert send_due(house, NOON + FIRST) == 0
    assert rows(house)[0].next_at == NOON + FIRST + 2 * FIRST
    assert "连不上邮件服务器" in rows(house)[0].trouble
    house.settings = settings
    assert send_due(house, NOON + 3 * FIRST) == 3
    assert len(mail.letters) == 3
    assert len({letter["Message-ID"] for letter in mail.letters}) == 3


def test_after_many_tries_it_is_given_up_and_the_check_says_so(house, mail):
    mail.data = "451 later"
    with house.transaction() as session:
        application(session, county_in(session))
    at, waits = NOON, []
    for _ in range(MOST_TRIES):
        assert send_due(house, at) == 0
        (row,) = rows(house)
        waits.append(row.next_at and row.next_at - at)
        at = row.next_at or at
    assert waits[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert waits[-2:] == [LONGEST, None]
    assert at - NOON < timedelta(days=3)
    with house.reading() as session:
        (line,) = cases.stuck(session, house.settings)
    assert "1 条诉求的通知没有发出去：邮件服务器不收（451）" in line


def test_a_mailbox_that_there_is_not_is_given_up_at_once_and_others_get_theirs(house, mail):
    mail.recipient = "550 unknown"
    with house.transaction() as session:
        application(session, county_in(session))
    send_due(house, NOON)
    (row,) = rows(house)
    assert (row.next_at, row.sent_at, row.trouble) == (None, None, "收信的邮箱被退回（550）")
    mail.recipient = "250 known"
    with house.transaction() as session:
        application(session, county_in(session))
    assert send_due(house, NOON) == 1


def test_one_connection_brings_all_letters(house, mail):
    with house.transaction() as session:
        for _ in range(5):
            application(session, county_in(session))
    assert send_due(house, NOON) == 5
    assert mail.connections == 1


def test_who_is_killed_while_sending_is_followed_by_another(house, mail):
    with house.transaction() as session:
        application(session, county_in(session))
        row = session.scalars(select(Outbox)).one()
        row.tries, row.next_at = 1, NOON + CLAIMED  # as a sender leaves it that never came back
    assert send_due(house, NOON + MINUTE) == 0
    assert send_due(house, NOON + CLAIMED) == 1


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_an_office_hears_that_it_has_a_case_and_nothing_of_it(house, robot, kind):
    told(house, "here", robot, kind)
    with house.transaction() as session:
        county = county_in(session)
        handler(session, county.here)
        number = make_case(session, unit=county.village).number
    assert send_due(house, NOON) == 1
    assert robot.asked == [(
        "/cgi-bin/webhook/send?key=a-secret",
        {"msgtype": "text", "text": {"content": f"有一件新的诉求，编号 {spoken(number)}，请登录查看"}},
    )]  # fmt: skip
    assert send_due(house, NOON + MINUTE) == 0


def test_many_cases_at_once_are_one_message(house, robot):
    told(house, "here", robot)
    with house.transaction() as session:
        county = county_in(session)
        handler(session, county.here)
        for _ in range(30):
            make_case(session, unit=county.village)
    assert send_due(house, NOON) == 30
    (text,) = robot.texts
    assert text.startswith("有 30 件新的诉求，编号 ")
    assert text.count("、") == 9


def test_a_mailbox_of_an_office_hears_too(house, mail):
    with house.transaction() as session:
        county = county_in(session)
        handler(session, county.department)
        add_channel(session, county.department, "email", "mz@county.gov.cn", by=TESTER, at=NOON)
        make_case(session, publisher=county.department)
    assert send_due(house, NOON) == 1
    assert "有一件新的诉求" in texts(mail)[0]


@pytest.mark.parametrize("kind", ["complaint", "tipoff", "objection"])
@pytest.mark.parametrize("accused", ["here", "village", "department"])
def test_no_group_of_the_accused_hears_whatever_is_done(house, robot, kind, accused):
    with house.transaction() as session:
        county = county_in(session)
        place = getattr(county, accused)
        for each in ("here", "village", "other_village", "department"):
            if each == accused or (accused == "here" and each != "department"):
                handler(session, getattr(county, each))
                add_channel(session, getattr(county, each), "wecom", robot.url, by=TESTER, at=NOON)
        above, far = handler(session, county.county), handler(session, county.there)
        about = {"publisher": place} if accused == "department" else {"unit": place}
        case = make_case(session, kind, **about)
        if kind == "complaint" and accused == "village":
            above = handler(session, county.here)
        forward(session, case, county.there, "请你们办", by=above, at=NOON)
        join(session, case, county.county, "请帮忙", by=far, at=NOON)
        handling.accept(session, case, by=far, at=NOON)
    send_due(house, NOON)
    with house.transaction() as session:
        remind(session, NOON + timedelta(days=300))
    send_due(house, NOON + timedelta(days=300))
    assert robot.asked == []


def test_a_group_hears_nothing_where_one_who_reads_along_may_not_know(house, robot):
    told(house, "here", robot)
    with house.transaction() as session:
        county = county_in(session)
        one = handler(session, county.here)
        handler(session, county.here)
        recuse(session, make_case(session, unit=county.village), "是我表弟", by=one, at=NOON)
        moved = make_case(session, unit=county.village)
        handler(session, county.county)
        restrict(session, moved, "说的是镇里", by=one, at=NOON, keep_from=(county.here,))
    assert send_due(house, NOON) == 0
    assert robot.asked == []
    assert rows(house) == []
    with house.transaction() as session:
        remind(session, later(300))
    assert send_due(house, later(300)) == 0
    assert robot.asked == []


def test_a_group_without_anybody_who_handles_hears_nothing(house, robot):
    told(house, "here", robot)
    with house.transaction() as session:
        make_case(session, unit=county_in(session).village)
    assert send_due(house, NOON) == 0
    assert robot.asked == []


def test_what_is_kept_back_is_told_once_it_is_let_in(house, robot):
    told(house, "here", robot)
    with house.transaction() as session:
        county = county_in(session)
        one = handler(session, county.here)
        case = make_case(session, unit=county.village, came=Came("online", is_held=True))
    assert send_due(house, NOON) == 0
    with house.transaction() as session:
        handling.release(session, session.merge(case), by=one, at=NOON)
    assert send_due(house, NOON) == 1


def test_once_a_working_morning_each_office_hears_what_is_due(house, robot):
    told(house, "here", robot)
    with house.transaction() as session:
        county = county_in(session)
        handler(session, county.here)
        make_case(session, unit=county.village)
        make_case(session, unit=county.village, at=later(9))
        session.query(Outbox).delete()
    morning = datetime(2026, 12, 16, 0, 30, tzinfo=UTC)  # a Wednesday, half past eight in China
    for at, count in ((morning - timedelta(hours=1), 0), (morning, 1), (morning + MINUTE, 0), (later(26), 0)):
        with house.transaction() as session:
            assert remind(session, at) == count, at
    assert send_due(house, morning) == 1
    assert robot.texts == ["有 1 件诉求已经过了答复期限，请登录办理"]
    with house.transaction() as session:
        assert remind(session, morning + timedelta(days=5)) == 1
    send_due(house, morning + timedelta(days=5))
    assert robot.texts[1] == "有 1 件诉求已经过了答复期限，1 件诉求三天内到期，请登录办理"


@pytest.mark.parametrize(("answer", "words"), [
    ((200, b'{"errcode":93000,"errmsg":"bad key a-secret"}', ""), "errcode 93000"),
    ((302, b"", "https://example.com/"), "回答 302"),
    ((500, b"", ""), "回答 500"),
    ((200, b"<html>", ""), "不是它该回答的"),
    ((200, b"[]", ""), "errcode None"),
])  # fmt: skip
def test_a_robot_that_does_not_take_it_is_asked_again(house, robot, answer, words):
    told(house, "here", robot)
    with house.transaction() as session:
        county = county_in(session)
        handler(session, county.here)
        make_case(session, unit=county.village)
    good = robot.status, robot.answer, robot.elsewhere
    robot.status, robot.answer, robot.elsewhere = answer
    assert send_due(house, NOON) == 0
    (row,) = rows(house)
    assert words in row.trouble
    assert "secret" not in row.trouble
    robot.status, robot.answer, robot.elsewhere = good
    assert send_due(house, row.next_at) == 1


def test_a_robot_within_is_asked_only_where_the_settings_say_so(robot):
    with pytest.raises(Unsent, match="VILLAGES_WEBHOOK_NETWORKS") as told:
        post_text(robot.url, "示例", networks=())
    assert told.value.for_good
    assert robot.asked == []


@pytest.mark.parametrize("url", [
    "http://example.com/x", "ftp://127.0.0.1/", "https://user:word@example.com/", "https://", "file:///etc/passwd",
    "https://exa mple.com/", "https://example.com/\r\nX: y",
])  # fmt: skip
def test_what_is_no_robots_address_is_not_taken(begun, url):
    session, county = begun
    with pytest.raises(Refusal):
        add_channel(session, county.here, "wecom", url, by=TESTER, at=NOON)
    with pytest.raises(Unsent):
        post_text(url, "示例", networks=())


def test_beyond_this_machine_letters_go_under_a_seal_or_not_at_all(mail):
    url = mail.url.replace("127.0.0.1", "127.1")  # not known to be this machine by its name
    with pytest.raises(Unsent, match="STARTTLS"), postman(url, "noreply@county.gov.cn"):
        pass
    with pytest.raises(Unsent, match="没有说通"), postman(mail.url.replace("//", "//u:geheim@"), "a@county.gov.cn"):
        pass


def test_addresses_are_sealed_and_go_with_the_channel(house, robot):
    number = told(house, "here", robot)
    with house.transaction() as session:
        county = county_in(session)
        handler(session, county.here)
        make_case(session, unit=county.village)
        channel = session.get_one(NoticeChannel, number)
        assert "a-secret" not in channel.address
        assert address_of(session, channel) == robot.url
        remove_channel(session, channel, by=TESTER, at=NOON)
    assert rows(house) == []


def test_who_asks_to_be_forgotten_gets_no_letter_and_old_records_go(house):
    with house.transaction() as session:
        first, second = (application(session, county_in(session)).case for _ in range(2))
        first.state = "closed"
        following.forget(session, first, at=NOON)
        erase(session, second, at=NOON)
    assert rows(house) == []
    with house.transaction() as session:
        application(session, county_in(session))
    send_due(house, NOON)
    with house.transaction() as session:
        set_detail(session, "outbox_days", "7", by=TESTER, at=NOON)
        assert clear_outbox(session, later(7)) == 0
        assert clear_outbox(session, later(7) + MINUTE) == 1
