"""An answered question put before the public: with consent, once, and without who asked."""

from __future__ import annotations

import json

import pytest

from tests.factories import NOON
from tests.intake.cases import HERE, NAME, PHONE, answered, county_in, handler, later, make_case
from tests.intake.test_similar import publish as publish_titles
from tests.staff import at_desk
from villages.core.refusal import Refusal
from villages.disclosures import actions
from villages.disclosures.kinds import kinds as disclosed
from villages.disclosures.models import Item
from villages.disclosures.publishing import publish
from villages.intake import answering, following, handling
from villages.intake.acting import verbs_open_to
from villages.intake.kinds import kinds
from villages.intake.offering import Offer, asks_of, offer, offered, proposal
from villages.intake.receiving import Came

ASKED = "我叫钱多多，电话138 1234 5678，身份证11010519491231002X。钱师傅我家的低保怎么申请？"
TOLD = "钱多多：\n您（钱先生）的来信收到，编号{number}。\n带上户口本到镇里的窗口办。有事请打 13900001111"
BARE = Offer("标题", "问", "答")
ID = "11010519491231002X"


def question(session, county, *, agrees=True, kind="question"):
    values = {"name": NAME, "phone": PHONE, "text": ASKED}
    came = Came("counter", may_publish=agrees)
    case = make_case(session, kind, values=values, came=came, unit=county.village)
    return answered(session, case, text=TOLD.format(number=case.number))


def test_what_is_proposed_says_nothing_of_who_asked(begun):
    session, county = begun
    case = question(session, county)
    told = proposal(session, case)
    text = f"{told.title}\n{told.question}\n{told.answer}"
    for secret in (NAME, "钱师傅", "钱先生", PHONE, "138 1234 5678", ID, "13900001111", case.number):
        assert secret not in text, secret
    assert "低保怎么申请" in told.question
    assert told.title == ""
    assert told.answer.startswith("带上户口本")


@pytest.mark.parametrize("end", ["withdrawn", "declined", "passed_on"])
def test_what_ended_without_an_answer_is_not_offered_to_be_put_before_the_public(begun, end):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, came=Came("counter", may_publish=True), unit=county.village)
    if end == "withdrawn":
        following.withdraw(session, case, "", at=NOON)
    else:
        step = {"declined": handling.decline, "passed_on": handling.pass_on}[end]
        step(session, case, "归供电所管", by=one, at=NOON)
    answering.close(session, case, by=one, at=NOON)
    assert "offer" not in verbs_open_to(session, case, one)


def test_the_first_bare_question_is_the_title(begun):
    session, county = begun
    values = {"name": NAME, "text": "我是钱多多。我家3组12号的路灯谁修？低保怎么申请，要带什么？急。"}
    case = make_case(session, values=values, came=Came("counter", may_publish=True), unit=county.village)
    assert proposal(session, answered(session, case)).title == "低保怎么申请，要带什么？"


def test_a_draft_comes_of_it_that_is_reviewed_like_any_other(begun):
    session, county = begun
    case = question(session, county)
    by = handler(session, county.here)
    # Whatever a handler left in, or put in again, is taken out.
    told = Offer("低保怎么申请", f"{NAME}问：低保怎么申请？电话{PHONE}", "到镇里的窗口办")
    item = offer(session, case, told, by=by, at=later(1))
    assert (item.state, item.kind) == ("draft", kinds()["question"].publishes_as)
    assert item.publisher is county.publisher(session, county.here)
    kept = json.dumps(item.draft, ensure_ascii=False)
    assert NAME not in kept
    assert PHONE not in kept
    assert case.number not in kept
    assert offered(session, case) is item
    assert case.steps[-1].verb == "offer"
    assert not case.steps[-1].is_shown
    editor, reviewer, publisher = (handler(session, county.here, role) for role in ("editor", "reviewer", "publisher"))
    actions.submit(session, item, by=editor, at=later(2))
    actions.approve(session, item, by=reviewer, at=later(2))
    actions.approve(session, item, by=publisher, at=later(2))
    publish(session, item, by=publisher, at=later(2))
    assert item.is_public


def test_a_case_is_offered_once(begun):
    session, county = begun
    case, by = question(session, county), handler(session, county.here)
    offer(session, case, BARE, by=by, at=later(1))
    answering.close(session, case, by=by, at=later(1))
    with pytest.raises(Refusal, match="已经推荐公开过一次"):
        offer(session, case, BARE, by=by, at=later(2))


def test_nothing_is_offered_without_consent_nor_after_it_was_restricted_or_forgotten(begun):
    session, county = begun
    by = handler(session, county.here)
    unwilling = question(session, county, agrees=False)
    restricted = question(session, county)
    restricted.is_restricted = True
    forgotten = question(session, county)
    answering.close(session, forgotten, by=by, at=later(1))
    following.forget(session, forgotten, at=later(1))
    for case in (unwilling, restricted, forgotten):
        with pytest.raises(Refusal, match="不能推荐公开"):
            offer(session, case, BARE, by=by, at=later(1))


def test_no_accusation_and_no_application_is_ever_offered(begun):
    session, county = begun
    by = handler(session, county.here)
    assert {key for key, kind in kinds().items() if kind.offers_publication} == {"question", "suggestion"}
    assert all(disclosed()[kind.publishes_as] for kind in kinds().values() if kind.publishes_as)
    body = county.publisher(session, county.here)
    case = make_case(session, "foi_request", came=Came("counter", may_publish=True), publisher=body)
    answered(session, case, result="granted")
    with pytest.raises(Refusal, match="没有这个栏目"):
        offer(session, case, BARE, by=by, at=later(1))


def test_an_answer_that_is_not_sent_yet_is_not_offered(begun):
    session, county = begun
    by = handler(session, county.here)
    case = make_case(session, came=Came("counter", may_publish=True), unit=county.village)
    with pytest.raises(Refusal):
        offer(session, case, BARE, by=by, at=later(1))


def test_what_the_gate_asks_about_is_shown_to_the_handler():
    assert asks_of(Offer("低保", "我家在柳溪村3组12号，儿子8岁", "去窗口"))
    assert asks_of(Offer("低保", "怎么申请", "去窗口")) == []


def test_the_handler_offers_it_on_a_page_and_finds_it_again_on_the_cases_own(cases_app):
    storage, desk = cases_app.extensions["storage"], at_desk(cases_app, "handler", HERE)
    with storage.transaction() as session:
        case = question(session, county_in(session))
        number, steps = case.number, len(case.steps)
    assert "看一看，推荐公开" in desk.get(f"/admin/cases/{number}").links()
    page = desk.get(f"/admin/cases/{number}/offer")
    form = {name: page.tree.xpath(f"//*[@name='{name}']")[0].value for name in ("title", "question", "answer")}
    assert NAME not in "".join(form.values())
    refused = desk.post(f"/admin/cases/{number}/offer", seen=steps, no_interest="yes", **form | {"title": ""})
    assert refused.status_code == 422
    assert "请填写" in refused.text
    sent = desk.post(f"/admin/cases/{number}/offer", seen=steps, no_interest="yes", **form | {"title": "低保怎么申请"})
    assert sent.status_code == 303
    assert "推荐过，还没有发布" in desk.get(f"/admin/cases/{number}").text
    again = desk.fetch(f"/admin/cases/{number}/offer")
    assert again.status_code == 303
    with storage.transaction() as session:
        item = session.query(Item).one()
        item.is_public = True
    assert "低保怎么申请" in desk.get(f"/admin/cases/{number}").links()


def test_the_handler_reads_what_was_published_that_is_like_a_question(cases_app):
    storage, desk = cases_app.extensions["storage"], at_desk(cases_app, "handler", HERE)
    with storage.transaction() as session:
        county = county_in(session)
        values = {"text": "我家的低保怎么申请"}
        number = make_case(session, values=values, came=Came("counter"), unit=county.village).number
        publish_titles(session, county.here, ["低保申请指南"])
    assert "低保申请指南" in desk.get(f"/admin/cases/{number}").links()
