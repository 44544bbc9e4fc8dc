"""Opening a case with its receipt, and what its writer does with it, in the browser's words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.intake.cases import NAME, PHONE, TEXT, county_in, handler, make_receipt
from tests.intake.writer import held_by, photo, state
from villages.core.clock import day_of, day_text, now
from villages.intake.acting import held
from villages.intake.answering import answer, approve, close, draft
from villages.intake.enclosures import Given, enclose
from villages.intake.forgetting import drop_due
from villages.intake.handling import accept, ask_to_correct, confirm
from villages.intake.models import Case
from villages.intake.numbers import is_number, spoken
from villages.intake.public import door


@pytest.fixture
def kept(writer):
    """Number and code of a complaint that came in just now."""
    return written(writer, "complaint")


def written(writer, kind):
    with writer.storage.transaction() as session:
        county = county_in(session)
        where = {"publisher": county.department} if kind == "foi_request" else {"unit": county.village}
        receipt = make_receipt(session, kind, at=now(), **where)
        return receipt.case.number, receipt.code


def opened(writer, kept):
    sent = writer.send("/cases/find", number=kept[0], code=kept[1])
    assert sent.response.status_code == 303, sent.text
    return writer.get(state(sent.response))


def act(writer, number, verb, **form):
    ticket = held_by(writer.get(f"/cases/{number}"))["ticket"]
    return writer.send(f"/cases/{number}/{verb}", ticket=ticket, **form)


def office_does(writer, number, *steps):
    """Let the office take steps; each gets session, case, its member of staff."""
    with writer.storage.transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        place = case.held_by[0].place
        staff, chief = handler(session, place), handler(session, place)
        for step in steps:
            step(session, held(session, case.id, by=None), staff, chief)


def accepted(session, case, staff, _chief):
    accept(session, case, by=staff, at=now())


def answered(session, case, staff, chief):
    draft(session, case, "路灯已经修好，\n请您看看。", by=staff, at=now())
    approve(session, case, by=chief, at=now())
    answer(session, case, by=staff, at=now())


def closed(session, case, staff, _chief):
    close(session, case, by=staff, at=now())


def test_a_receipt_is_shown_to_its_browser_and_tells_what_comes_next(writer):
    number, code = writer.receipt(writer.write("complaint"))
    page = writer.get(f"/cases/{number}/receipt")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert spoken(code) in page.text
    today = day_of(now())
    assert f"告诉您受理不受理 最迟 {day_text(today + timedelta(days=15))}" in page.text
    assert f"答复您 最迟 {day_text(today + timedelta(days=60))}" in page.text
    assert "信访工作条例第三十四条" in page.text

    assert state(writer.send(f"/cases/{number}/noted").response) == f"/cases/{number}"
    gone = writer.fetch(f"/cases/{number}/receipt")
    assert state(gone) == f"/cases/{number}"
    assert code not in gone.text


def test_number_and_code_open_the_case_in_this_browser_alone(writer, kept, cases_app):
    page = opened(writer, (spoken(kept[0]), f"{kept[1][:4]}－{kept[1][4:]}"))
    assert page.response.headers["Cache-Control"] == "no-store"
    for words in (TEXT, NAME, PHONE, "柳溪村", "已经收到"):
        assert words in page.text
    assert kept[1] not in page.response.text
    stranger = type(writer)(cases_app)
    for path in ("", "/receipt", "/files/1"):
        refused = stranger.fetch(f"/cases/{kept[0]}{path}")
        assert (refused.status_code, state(refused)) == (303, "/cases/find")
    assert state(stranger.send(f"/cases/{kept[0]}/withdraw").response) == "/cases/find"
    other = written(writer, "question")
    assert state(writer.fetch(f"/cases/{other[0]}")) == "/cases/find"
    assert state(writer.send("/cases/leave").response) == "/cases/find"
    assert state(writer.fetch(f"/cases/{kept[0]}")) == "/cases/find"


def test_wrong_and_unknown_are_answered_alike(writer, kept):
    unknown = next(number for n in range(10) if _is_number(number := f"20261234567{n}"))
    pages = [writer.send("/cases/find", number=number, code="00000000") for number in (kept[0], unknown)]
    first, second = (page.response.text.replace(kept[0], "").replace(unknown, "") for page in pages)
    assert first == second
    assert [page.response.status_code for page in pages] == [422, 422]
    assert "Set-Cookie" not in pages[0].response.headers
    assert "一位不对" in writer.send("/cases/find", number="123456789012", code="00000000").text


def _is_number(text):
    return is_number(text)


def test_guessing_makes_wait_but_not_a_browser_that_knew_the_code(writer, kept, cases_app):
    opened(writer, kept)
    stranger = type(writer)(cases_app)
    for _ in range(6):
        last = stranger.send("/cases/find", number=kept[0], code="00000000")
    assert last.response.status_code == 429
    assert "分钟再试" in last.text
    assert stranger.send("/cases/find", number=kept[0], code=kept[1]).response.status_code == 429
    assert opened(writer, kept)


def test_a_writer_adds_words_and_photographs_once(writer, kept):
    opened(writer, kept)
    for _ in range(2):
        assert act(writer, kept[0], "add", text="灯杆号 12", photos=[photo()]).response.status_code == 303
    page = writer.get(f"/cases/{kept[0]}")
    assert page.text.count("灯杆号 12") == 1
    [address] = [link for text, link in page.links().items() if text.startswith("第1张")]
    shown = writer.fetch(address.removeprefix("/msgk"))
    assert shown.data.startswith(b"\xff\xd8\xff")
    assert shown.headers["Cache-Control"] == "no-store"


def test_other_photographs_with_the_same_words_are_kept_too(writer, kept):
    opened(writer, kept)
    for colour, size in (("red", (60, 40)), ("blue", (400, 300))):
        sent = act(writer, kept[0], "add", text="照片", photos=[photo(colour, size)])
        assert sent.response.status_code == 303
    assert len([text for text in writer.get(f"/cases/{kept[0]}").links() if re.match(r"第\d张", text)]) == 2


def test_what_an_applicant_adds_stays_with_the_file_and_a_proof_of_identity_goes(writer):
    number, code = written(writer, "foi_request")
    page = opened(writer, (number, code))
    assert "办完 30 天后删掉" in page.text
    assert act(writer, number, "add", text="旧图纸", added=[photo()]).response.status_code == 303
    assert act(writer, number, "add", text="新证", identity=[photo("blue")]).response.status_code == 303
    with writer.storage.transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        assert [each.field for each in case.enclosures] == ["added", "identity"]
        case.state, case.closed_at = "closed", now() - timedelta(days=31)
        assert drop_due(session, now()) == 1
        assert [each.field for each in case.enclosures] == ["added"]


def test_what_cannot_be_added_is_said_and_kept(writer, kept):
    opened(writer, kept)
    page = act(writer, kept[0], "add", text=" ", photos=[photo()])
    assert page.response.status_code == 422
    assert "请写明要补充的话" in page.text
    assert "收到了 1 张照片" in page.text
    assert writer.send(f"/cases/{kept[0]}/add", ticket=held_by(page)["ticket"], text="灯杆号 12").response.location
    assert "第 1 张" in writer.get(f"/cases/{kept[0]}").text


def test_from_answer_to_not_solved_to_closed_and_forgotten(writer, kept):
    number = kept[0]
    office_does(writer, number, accepted, answered)
    page = opened(writer, kept)
    assert page.title == "已经答复"
    assert "路灯已经修好" in page.text
    assert act(writer, number, "rate", text="还行").response.status_code == 422
    act(writer, number, "rate", stars="4", text="还行")
    assert "您打了分：4 颗星" in writer.get(f"/cases/{number}").text

    act(writer, number, "not_solved", text="灯还是不亮")
    page = writer.get(f"/cases/{number}")
    assert page.title == "正在办"
    assert "没有解决" not in [each.text for each in page.tree.xpath("//summary")]
    office_does(writer, number, answered, closed)
    assert writer.get(f"/cases/{number}").title == "已经办结"
    act(writer, number, "forget")
    page = writer.get(f"/cases/{number}")
    assert PHONE not in page.text
    assert NAME not in page.text
    assert TEXT in page.text


def test_a_case_is_taken_back(writer, kept):
    opened(writer, kept)
    act(writer, kept[0], "withdraw", text="")
    page = writer.get(f"/cases/{kept[0]}")
    assert page.title == "您撤回了"
    assert not page.tree.xpath("//textarea")


def test_an_application_is_confirmed_corrected_and_its_answer_says_what_may_be_done_against_it(writer):
    kept = written(writer, "foi_request")
    page = opened(writer, kept)
    assert "和您确认收到的日期" in page.text
    assert "从确认那天的第二天算起" in page.text

    def confirmed(session, case, staff, _chief):
        confirm(session, case, by=staff, at=now())

    def to_correct(session, case, staff, _chief):
        ask_to_correct(session, case, "请写明文件名称", days=7, by=staff, at=now())

    def refused(session, case, staff, chief):
        draft(session, case, "您要的信息不予公开。", result="refused_state_secret", by=staff, at=now())
        approve(session, case, by=chief, at=now())
        enclose(session, case, [Given("reply", "application/pdf", b"%PDF-1.7")], at=now())
        answer(session, case, by=staff, at=now())

    office_does(writer, kept[0], confirmed, to_correct)
    page = writer.get(f"/cases/{kept[0]}")
    assert page.title == "等您补充"
    assert "请写明文件名称" in page.text
    act(writer, kept[0], "correct", text="县志 1991 年版", identity=[photo()])
    assert writer.get(f"/cases/{kept[0]}").title == "正在办"
    office_does(writer, kept[0], refused)
    page = writer.get(f"/cases/{kept[0]}")
    assert "应当先申请行政复议" in page.text
    assert "示例县人民政府" in page.text
    assert writer.fetch(page.links()["附件1"].removeprefix("/msgk")).data == b"%PDF-1.7"


def test_an_old_cookie_opens_nothing(writer, kept, monkeypatch):
    opened(writer, kept)
    monkeypatch.setattr(door, "OPEN_FOR", timedelta(seconds=-1))
    assert state(writer.fetch(f"/cases/{kept[0]}")) == "/cases/find"
