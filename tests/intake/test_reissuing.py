"""A receipt that was lost: a new code, which ends the old one and of which its writer hears."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.factories import NOON
from tests.intake.cases import COMPLAINT, HERE, PHONE, answered, handler, make_receipt, values_of
from tests.intake.desks import act, case_in, new_case
from tests.staff import at_desk
from villages.audit.models import AuditEntry
from villages.core.refusal import Refusal
from villages.intake import reissuing
from villages.intake.acting import verbs_open_to
from villages.intake.following import opens
from villages.intake.forgetting import erase
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
    code = reissued(session, first.case, above).code
    assert not opens(session, hidden.number, code)
    assert opens(session, hidden.number, first.code)


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
