"""A receipt that was lost: a new code, which ends the old one and of which its writer hears."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.passes import pass_for
from tests.factories import NOON
from tests.intake.cases import (
    COMPLAINT,
    HERE,
    PHONE,
    TEXT,
    VILLAGES,
    answered,
    county_in,
    handler,
    make_receipt,
    values_of,
)
from tests.intake.desks import act, case_in, new_case
from tests.intake.test_at_the_hall import Screen
from tests.intake.writer import FORM, state
from tests.staff import at_desk
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.intake import following, reissuing
from villages.intake.acting import verbs_open_to
from villages.intake.following import opens
from villages.intake.forgetting import erase
from villages.intake.numbers import spoken
from villages.intake.reading import read_as_writer
from villages.intake.refiling import refile
from villages.intake.routing import About
from villages.intake.telling import lines

CHECKED = "看了身份证"


def reissued(session, case, by, why="lost"):
    return reissuing.reissue(session, case, why, CHECKED, by=by, at=NOON)


def test_a_new_code_opens_the_case_and_the_old_one_no_more(begun):
    session, county = begun
    one, first = handler(session, county.here), make_receipt(session, unit=county.village)
    answered(session, first.case)
    second = reissued(session, first.case, one)
    number = first.case.number
    assert opens(session, number, second.code)
    assert not opens(session, number, first.code)
    told = lines(read_as_writer(session, first.case).steps)[-1]
    assert (told.what, told.text) == ("补发了回执，原来的查询码不能用了", CHECKED)
    session.flush()
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.act == "case.reissue")).all()
    assert (entry.detail, entry.actor) == ({"reason": "回执丢了"}, one.name)


def test_the_new_code_does_not_open_what_was_made_of_the_case(begun):
    session, county = begun
    one = handler(session, county.here)
    handler(session, county.county)
    first = make_receipt(session, unit=county.village)
    hidden = refile(session, first.case, COMPLAINT, About(unit=county.here), "是投诉", by=one, at=NOON).case
    above = handler(session, county.county)
    assert lines(read_as_writer(session, first.case).steps)[1].what.endswith("，查询码不变")
    code = reissued(session, first.case, above).code
    assert "查询码还是补发以前的那个" in lines(read_as_writer(session, first.case).steps)[1].what
    assert not opens(session, hidden.number, code)
    assert opens(session, hidden.number, first.code)


def test_whoever_comes_with_a_code_that_was_replaced_is_told_so(cases_app, writer):
    storage = cases_app.extensions["storage"]
    with storage.transaction() as session:
        county = county_in(session)
        one, receipts = handler(session, county.here), [make_receipt(session, unit=county.village)]
        for why in ("lost", "known", "forgotten", "printer"):
            receipts.append(reissued(session, receipts[0].case, one, why))
        number = receipts[0].case.number
        tries = [following.find(session, number, each.code, network="203.0.113.9", at=NOON) for each in receipts]
        found = [(each.case is not None, each.is_replaced) for each in tries]
        assert found == [(False, False), (False, True), (False, True), (False, True), (True, False)]
        old = receipts[-2].code
    told = writer.send("/cases/find", number=number, code=old)
    assert told.response.status_code == 422
    assert "不是您补的，马上到窗口" in told.text
    assert "不是您补的，马上到窗口" in Screen(cases_app).send("/follow/open", number=number, code=old).told()


def test_what_the_old_code_opened_is_closed_and_the_form_sent_again_shows_no_code(cases_app, writer):
    form = writer.form("complaint") | {"text": TEXT, "phone": PHONE, "about": VILLAGES[0][0]}
    number, code = writer.receipt(writer.send(FORM.format(kind="complaint"), **form))
    screen = Screen(cases_app).send("/follow/open", number=number, code=code)
    with cases_app.app_context():
        held = pass_for(number)
    assert spoken(number) in screen.send("/follow", held=held).told()
    with writer.storage.transaction() as session:
        case = case_in(session, number)
        one = handler(session, county_in(session).here)
        second = reissuing.reissue(session, case, "known", CHECKED, by=one, at=now() + timedelta(seconds=2)).code
    for path in ("", "/receipt"):
        assert state(writer.client.get(f"/cases/{number}{path}", base_url=writer.base)) == "/cases/find"
    assert "先点回执上的 12 位数字" in screen.send("/follow", held=held).told()
    again = writer.send(FORM.format(kind="complaint"), **form)
    assert state(again.response) == "/cases/find"
    with writer.storage.reading() as session:
        assert opens(session, number, second)


def test_who_left_neither_name_nor_telephone_cannot_be_known_again(begun):
    session, county = begun
    one = handler(session, county.here)
    nameless = make_receipt(session, unit=county.village, values=values_of(name="", phone=""))
    with pytest.raises(Refusal, match="核对不了是不是本人"):
        reissued(session, nameless.case, one)
    assert opens(session, nameless.case.number, nameless.code)
    named = make_receipt(session, unit=county.village).case
    with pytest.raises(Refusal, match="怎样核对"):
        reissuing.reissue(session, named, "lost", " ", by=one, at=NOON)
    erase(session, named, at=NOON)
    assert "reissue" not in verbs_open_to(session, named, one)


def test_a_desk_prints_it_once_and_a_form_sent_twice_gives_no_other(cases_app):
    storage, desk = cases_app.extensions["storage"], at_desk(cases_app, "handler", HERE)
    number = new_case(storage)
    page = act(desk, number, "reissue", why="forgotten", checked=CHECKED)
    assert page.status_code == 200
    assert "（补发）" in page.text
    shown, code = (text.replace(" ", "") for text in re.findall(r'<p class="spelled">([\d ]+)</p>', page.text))
    with storage.reading() as session:
        assert shown == number
        assert opens(session, number, code)
        steps = len(case_in(session, number).steps)
    form = {"verb": "reissue", "why": "lost", "checked": CHECKED, "no_interest": "yes"}
    assert desk.post(f"/admin/cases/{number}", seen=1, **form).status_code == 422
    assert "请选“为什么补发”" in desk.post(f"/admin/cases/{number}", seen=steps, **form | {"why": "x"}).text
    assert 'class="spelled"' not in desk.get(f"/admin/cases/{number}").response.text
    with storage.reading() as session:
        assert opens(session, number, code)
        assert PHONE not in repr(case_in(session, number).steps[-1].detail)
