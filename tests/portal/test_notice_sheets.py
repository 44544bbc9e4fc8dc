"""The notice-board sheet of an item: from the same entry as its page, for as long as that is public."""

from datetime import timedelta

import pytest

from tests.factories import NOON
from tests.paper.sheet_samples import decoded
from tests.paper.test_notices import words
from tests.portal.published import ARTICLE, DECISION, ROSTER, STATEMENT, given_of, statement_given
from villages.disclosures.kinds import kinds

pytestmark = pytest.mark.glass


def sheet_of(visit, number):
    response = visit.fetch(f"/items/{number}/sheet.pdf")
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    return response


@pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))
def test_every_kind_can_be_pinned_up(visit, put, kind):
    given = statement_given() if kind.check == "statement" else given_of(kind)
    number = put(kind, given)
    response = sheet_of(visit, number)
    text, _ = words(response.data)
    assert "西邵集村" in text
    assert [code.text for code in decoded(response.data)] == [f"https://www.county.gov.cn/msgk/items/{number}"]


def test_a_statement_shows_sums_and_every_line(visit, put):
    text, _ = words(sheet_of(visit, put(STATEMENT, statement_given())).data)
    for said in ("本期收入3,200.00元", "机动地承包费", "修路灯", "支出合计1,850.00元"):
        assert said in text


def test_the_steps_of_a_decision_stand_in_their_order(visit, put):
    text, _ = words(sheet_of(visit, put(DECISION)).data)
    assert text.index("1.") < text.index("2.") < text.index("3.")


def test_a_roster_is_not_for_search_engines_and_ends_with_its_notice(visit, put):
    number = put(ROSTER, notice_until=(NOON + timedelta(days=400)).date())
    assert sheet_of(visit, number).headers["X-Robots-Tag"] == "noindex"
    ended = put(ROSTER, notice_until=(NOON - timedelta(days=1)).date())
    assert visit.fetch(f"/items/{ended}/sheet.pdf").status_code == 404


def test_what_is_not_public_has_no_sheet(visit, put):
    assert visit.fetch(f"/items/{put(public=False)}/sheet.pdf").status_code == 404
    withdrawn = put(is_public=False, state="withdrawn")
    assert visit.fetch(f"/items/{withdrawn}/sheet.pdf").status_code == 404
    assert visit.fetch("/items/99999999999/sheet.pdf").status_code == 404


def test_sample_content_and_a_site_without_an_address_say_so(visit, put, make_app):
    assert words(sheet_of(visit, put(is_sample=True)).data)[0].startswith("示例内容，勿张贴")
    assert words(sheet_of(visit, put()).data)[0].startswith("西邵乡西邵集村")


def test_a_character_that_cannot_be_printed_is_told_on_a_page(visit, put):
    number = put(given=given_of(ARTICLE, title="\U0002a6a5字"))
    page = visit.get(f"/items/{number}/sheet.pdf", status=422)
    assert "字库里没有这些字" in page.text


def test_the_page_leads_to_the_sheet(visit, put):
    number = put()
    assert visit.get(f"/items/{number}").links()["打印张贴单（A4）"] == f"/msgk/items/{number}/sheet.pdf"
