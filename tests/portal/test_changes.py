"""The page that says what a correction changed."""

import pytest

from tests.factories import NOON
from tests.portal.published import ARTICLE, ROSTER, correct, given_of
from tests.portal.sizes import size
from villages.core.freshness import raise_versions
from villages.disclosures.models import Item

BODY = next(field.name for field in ARTICLE.fields if field.block == "rich")


@pytest.fixture
def corrected(app, put):
    """An item published and corrected; returns its id."""

    def corrected(kind, before, after):
        number = put(kind, before)
        with app.extensions["storage"].transaction() as session:
            correct(session, session.get(Item, number), kind, after, note="数字写错了")
        return number

    return corrected


def test_the_edition_list_leads_to_what_was_changed(visit, corrected):
    number = corrected(ARTICLE, given_of(ARTICLE, **{BODY: "路长两里。"}), given_of(ARTICLE, **{BODY: "路长三里。"}))
    page = visit.get(visit.get(f"/items/{number}").links()["改了什么"].removeprefix("/msgk"))
    assert "更正说明：数字写错了" in page.text
    assert [each.text for each in page.tree.xpath("//del")] == ["两"]
    assert [each.text for each in page.tree.xpath("//ins")] == ["三"]
    assert page.tree.xpath("//meta[@name='robots' and @content='noindex']")


@pytest.mark.parametrize("path", ["1", "3", "2?page=2", "0", "2?page=0"])
def test_what_there_is_no_change_of_is_not_there(visit, corrected, path):
    number = corrected(ARTICLE, given_of(ARTICLE), given_of(ARTICLE, title="新题"))
    visit.get(f"/items/{number}/changes/2")
    visit.get(f"/items/{number}/changes/{path}", status=404)


def test_a_withdrawn_item_shows_no_changes_on_the_next_request(app, visit, corrected):
    number = corrected(ARTICLE, given_of(ARTICLE), given_of(ARTICLE, title="新题"))
    visit.get(f"/items/{number}/changes/2")
    with app.extensions["storage"].transaction() as session:
        item = session.get(Item, number)
        item.is_public, item.state = False, "withdrawn"
        raise_versions(session, {item.unit.scope}, at=NOON)
    visit.get(f"/items/{number}/changes/2", status=404)


def test_many_changes_are_read_page_by_page_and_each_page_is_small(visit, corrected):
    row = given_of(ROSTER)["people"][0]
    people = [[row | {"group": f"第{at}{word}"} for at in range(200)] for word in ("组", "队")]
    number = corrected(ROSTER, *(given_of(ROSTER, people=each) for each in people))
    address, seen = f"/items/{number}/changes/2", []
    while address:
        page = visit.get(address)
        assert size(visit, address) < 20_000
        seen += [at for at in range(200) if f"第 {at + 1} 行" in page.text]
        address = page.links().get("下一页", "").removeprefix("/msgk")
    assert seen == list(range(200))
