"""Paper: a page printed is black on white, whole, and says where it comes from."""

import pytest

from tests.portal.published import ARTICLE, ROSTER, STATEMENT, statement_given
from tests.portal.sizes import long_given

HERE = "/villages/410923205201"
pytestmark = pytest.mark.glass


def test_a_printed_page_says_its_address(visit, put):
    for path in (HERE, f"{HERE}/affairs", f"/items/{put()}"):
        page = visit.get(path)
        assert page.tree.xpath("string(//p[@class='printed'])") == f"本页网址：https://www.county.gov.cn/msgk{path}"


@pytest.mark.parametrize(("kind", "given"), [(ARTICLE, long_given(ARTICLE)), (STATEMENT, statement_given(rows=120))])
def test_a_cut_item_has_the_whole_on_one_page(visit, put, kind, given):
    page = visit.get(f"/items/{put(kind, given)}")
    assert "part=" in " ".join(page.links().values())
    whole = visit.get(page.links()["打印全部（放在一页）"].removeprefix("/msgk"))
    assert "part=" not in " ".join(whole.links().values())
    assert len(whole.text) > 1.5 * len(page.text)
    assert whole.response.headers["X-Robots-Tag"] == "noindex"
    assert whole.tree.xpath("//meta[@name='robots' and @content='noindex']")
    assert whole.tree.xpath("//link[@rel='canonical']/@href") == page.tree.xpath("//link[@rel='canonical']/@href")


def test_every_row_stands_on_it(visit, put):
    page = visit.get(f"/items/{put(STATEMENT, statement_given(rows=120))}?whole=1")
    assert len(page.tree.xpath("//ol[@class='rows']/li")) == 120


def test_a_short_item_needs_no_such_page(visit, put):
    assert "打印全部" not in visit.get(f"/items/{put()}").text


def test_what_is_too_long_for_a_page_is_not_given_on_one(visit, put):
    number = put(STATEMENT, long_given(STATEMENT, rows=900))
    assert "打印全部" not in visit.get(f"/items/{number}").text
    visit.get(f"/items/{number}?whole=1", status=404)


def test_a_long_roster_is_not_given_on_one_page(visit, put):
    few, many = (put(ROSTER, long_given(ROSTER, rows=rows)) for rows in (60, 101))
    assert "打印全部" in visit.get(f"/items/{few}").text
    assert "打印全部" not in visit.get(f"/items/{many}").text
    visit.get(f"/items/{many}?whole=1", status=404)


def test_the_names_of_attachments_are_printed(visit, put):
    assert "通知.pdf" in visit.get(f"/items/{put()}").text
