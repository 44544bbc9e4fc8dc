"""From every page that somebody may have something to say about, one tap leads to the form that knows what about."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories import make_plate
from tests.intake.cases import COUNTY, VILLAGES, county_in
from tests.intake.writer import held_by
from tests.portal.published import ARTICLE, publish
from villages.disclosures.kinds import kinds
from villages.intake.models import Case

VILLAGE = VILLAGES[0][0]


@pytest.fixture
def plate(writer):
    with writer.storage.transaction() as session:
        return make_plate(session, county_in(session).village).number


@pytest.fixture
def item(writer):
    with writer.storage.transaction() as session:
        return publish(session, VILLAGE, ARTICLE).id


def follow(writer, page, text):
    return writer.get(page.links()[text].removeprefix("/msgk"))


def case_in(session):
    return session.scalars(select(Case)).one()


def test_from_the_scanned_page_to_the_form_that_knows_village_and_plate(writer, plate):
    page = follow(writer, writer.get(f"/v/{plate}"), "写给政府：咨询、建议、投诉、举报")
    form = held_by(follow(writer, page, "投诉事情没有办好、办得不对"))
    assert (form["about"], form["plate"]) == (VILLAGE, plate)
    form = held_by(follow(writer, writer.get(f"/v/{plate}"), "这个码不对劲"))
    assert (form["about"], form["plate"]) == (VILLAGE, plate)
    sent = writer.send("/cases/new?kind=suspicious_code", **{**form, "text": "被人贴过"})
    writer.receipt(sent)
    with writer.storage.reading() as session:
        assert case_in(session).plate_id is not None


def test_a_number_that_was_never_given_out_can_be_told_of(writer):
    page = follow(writer, writer.get("/v/12345678", status=404), "这个码不对劲，告诉政府")
    assert held_by(page)["plate"] == "12345678"


def test_from_the_entry_of_a_village_to_write_and_to_follow(writer):
    page = writer.get(f"/villages/{VILLAGE}/oversight")
    assert "打给" in page.text or "电话" in page.text
    assert follow(writer, page, "写给政府：咨询、建议、投诉、举报").links()["回到柳溪村"] == f"/msgk/villages/{VILLAGE}"
    assert follow(writer, page, "凭回执查办到哪一步").title == "凭回执查"
    assert writer.get("/").links()["写给政府"] == "/msgk/cases/new"


def test_from_an_item_to_an_objection_about_it(writer, item):
    page = writer.get(f"/items/{item}")
    form = held_by(follow(writer, page, "我有异议"))
    assert form["item"] == str(item)
    number, _ = writer.receipt(writer.send("/cases/new?kind=objection", **{**form, "text": "第三行不对"}))
    with writer.storage.reading() as session:
        case = case_in(session)
        assert (case.item_id, case.held_by[0].place.level) == (item, "township")
        assert {row.unit.name for row in case.barred} == {"柳溪村"}
    assert "哪一条" in writer.get(f"/cases/{number}").text

    error = follow(writer, page, "这条有错")
    assert held_by(error)["item"] == str(item)
    assert "item" not in held_by(follow(writer, error, "不是说这一条"))


def test_large_type_goes_along(writer):
    page = writer.get(f"/cases/new?kind=complaint&about={VILLAGE}&type=large")
    assert page.tree.get("class") == "large"
    assert page.tree.xpath("//form/@action") == ["/msgk/cases/new?kind=complaint&type=large"]
    assert page.links()["换回常用字"] == f"/msgk/cases/new?kind=complaint&about={VILLAGE}"
    sent = writer.send("/cases/new?kind=complaint&type=large", **{**held_by(page), "text": "路灯不亮"})
    assert sent.response.location.endswith("/receipt?type=large")


def test_what_the_county_published_is_objected_to_at_the_county_and_tipped_off_above_it(writer):
    with writer.storage.transaction() as session:
        item = publish(session, COUNTY, kinds()["announcement"]).id
    page = follow(writer, writer.get(f"/items/{item}"), "我有异议")
    assert "由县里登记、办理；不想让县里知道，请向" in page.text
    assert "由上一级来办" not in page.text
    page = writer.get(f"/cases/new?kind=tipoff&item={item}")
    assert "的信访部门或者纪检监察机关反映" in page.text
    assert held_by(follow(writer, page, "只是写错了，告诉县里改"))["item"] == str(item)
    form = writer.form("tipoff", f"&about={VILLAGE}")
    assert "举报县里本身的，这里不收" in writer.get("/cases/new?kind=tipoff").text
    assert "县里本身" not in writer.get(f"/cases/new?kind=tipoff&about={VILLAGE}").text
    assert "县里本身" not in writer.get(f"/cases/new?kind=complaint&about={VILLAGE}").text
    sent = writer.send("/cases/new?kind=tipoff", **{**form, "about": COUNTY, "accused": "县里", "text": "不能由县里办"})
    assert sent.response.status_code == 422
    assert "这里办事的人都归县里管" in sent.text
    assert held_by(sent)["text"].strip() == "不能由县里办"
