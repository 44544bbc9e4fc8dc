"""The tags and footer of a government website, the map, the privacy notice, and the way to other sites."""

import pytest

from tests.factories import NOON, TESTER
from tests.portal.published import ARTICLE, given_of
from tests.portal.test_articles import body
from tests.site.test_details import GOOD
from villages.site.actions import set_detail

PATHS = ["/", "/villages/", "/villages/410923205201", "/villages/410923205201/affairs", "/map", "/privacy", "/nowhere"]
ELSEWHERE = "https://news.elsewhere.cn/a?b=1&c=2"


def tags(page):
    return {tag.get("name"): tag.get("content") for tag in page.tree.iter("meta") if tag.get("name")}


@pytest.fixture
def state(app):
    def state(**details):
        with app.extensions["storage"].transaction() as session:
            for key, value in details.items():
                set_detail(session, key, value, by=TESTER, at=NOON)

    return state


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_set_is_neither_empty_nor_invented(visit, path):
    page = visit.get(path, status=404 if path == "/nowhere" else 200)
    found = tags(page)
    assert (found["SiteName"], found["SiteDomain"]) == ("码上公开", "www.county.gov.cn")
    assert "SiteIDCode" not in found
    assert all(found.values())
    foot = " ".join(page.tree.find(".//footer").itertext())
    assert "主办单位" not in foot
    assert "备案" not in foot
    assert "ICP" not in foot


@pytest.mark.parametrize("path", PATHS)
def test_what_is_set_stands_on_the_very_next_answer_of_every_page(visit, state, path):
    status = 404 if path == "/nowhere" else 200
    visit.get(path, status=status)
    state(**GOOD)
    page = visit.get(path, status=status)
    assert tags(page)["SiteIDCode"] == GOOD["code"]
    assert tags(page)["SiteName"] == GOOD["name"]
    links = page.links()
    assert links[GOOD["icp"]] == "https://beian.miit.gov.cn/"
    assert links[GOOD["police"]].endswith("code=41092302000123")
    assert links["党政机关网站标识"] == GOOD["certificate"]
    assert links["我为政府网站找错"] == GOOD["error_report"]
    assert f"主办单位：{GOOD['organiser']}" in page.text


def test_a_section_carries_the_tags_of_a_column(visit, put):
    put()
    found = tags(visit.get("/villages/410923205201/information"))
    assert found["ColumnName"] == "查信息"
    assert found["ColumnType"] == "政务公开"
    assert found["ColumnDescription"].startswith("西邵集村查信息：")
    assert found["ColumnKeywords"] == "西邵集村,查信息"


def test_an_item_carries_the_tags_of_an_article(visit, put):
    found = tags(visit.get(f"/items/{(number := put())}"))
    assert found["PubDate"] == "2026-11-24 12:00"
    assert found["Url"] == f"https://www.county.gov.cn/msgk/items/{number}"
    for name in ("ArticleTitle", "ContentSource", "ColumnName", "ColumnType", "Keywords", "Description"):
        assert found[name].strip()
        assert found[name] != "null"


def test_the_map_leads_to_every_township(visit):
    assert len([href for href in visit.get("/map").links().values() if "/villages/410923" in href]) == 4 + 12


def test_the_privacy_notice_names_whom_to_ask_once_it_is_known(visit, state):
    assert "还没有登记" in visit.get("/privacy").text
    state(privacy_unit="示例县办公室", privacy_phone="0393-0000000")
    page = visit.get("/privacy")
    assert "示例县办公室" in page.text
    assert page.links()["0393-0000000"] == "tel:0393-0000000"
    assert "还没有登记" not in page.text


def link_of(page, text):
    return next(href for words, href in page.links().items() if text in words)


def test_a_link_to_another_site_says_so_first(visit, put):
    number = put(given=given_of(ARTICLE, source=ELSEWHERE))
    first = link_of(visit.get(f"/items/{number}"), "elsewhere")
    assert first.startswith(f"/msgk/items/{number}/leave?to=")
    page = visit.get(first.removeprefix("/msgk"))
    assert page.links()["去news.elsewhere.cn"] == ELSEWHERE
    assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_links_within_an_article_say_so_too(visit, put):
    text = f'<p>看<a href="{ELSEWHERE}">原文</a>，打<a href="tel:12345">电话</a></p>'
    number = put(given=given_of(ARTICLE, **{body(ARTICLE): text}))
    links = visit.get(f"/items/{number}").links()
    assert links["电话"] == "tel:12345"
    assert visit.get(links["原文"].removeprefix("/msgk")).links()["去news.elsewhere.cn"] == ELSEWHERE


def test_the_countys_own_portal_is_not_another_site(visit, put, state):
    state(portal="https://news.elsewhere.cn/")
    number = put(given=given_of(ARTICLE, source=ELSEWHERE))
    assert link_of(visit.get(f"/items/{number}"), "elsewhere") == ELSEWHERE


@pytest.mark.parametrize("address", ["https://evil.cn/", "javascript:alert(1)", "", "https://news.elsewhere.cn/a"])
def test_nobody_is_led_to_an_address_that_the_item_does_not_name(visit, put, address):
    number = put(given=given_of(ARTICLE, source=ELSEWHERE))
    visit.get(f"/items/{number}/leave?to={address}", status=404)
