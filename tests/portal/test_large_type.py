"""Large type: the choice rides in the address, on every page and every link."""

import re
from pathlib import Path

import pytest

from tests.portal.published import ARTICLE, STATEMENT, given_of, statement_given
from tests.portal.sizes import long_given
from villages.plates.queries import plates_of
from villages.portal.large_type import carried
from villages.registry.queries import unit_by_code

ROOT = Path(__file__).resolve().parents[2]
VILLAGE = "410923205201"
PAGES = (
    "/", "/villages/", "/villages/410923205", f"/villages/{VILLAGE}", f"/villages/{VILLAGE}/affairs",
    f"/villages/{VILLAGE}/services", "/map", "/privacy",
)  # fmt: skip
pytestmark = pytest.mark.glass


def is_large(page):
    return page.tree.get("class") == "large"


def ours(page):
    """The links of a page that lead to a villager's page of ours, the switch left out."""
    found = page.tree.xpath("//a[starts-with(@href, '/') and not(@class='type')]/@href")
    return [href for href in found if not re.search(r"\.\w+$", href.partition("?")[0])]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_leads_to_large_type_and_back(visit, path):
    page = visit.get(path)
    assert not is_large(page)
    large = visit.get(page.links()["换大字"])
    assert is_large(large)
    assert large.links()["换回常用字"] == "/msgk" + path
    assert not is_large(visit.get(large.links()["换回常用字"].removeprefix("/msgk")))


@pytest.mark.parametrize("path", PAGES)
def test_every_link_and_form_of_a_large_page_carries_the_choice_on(visit, path):
    page = visit.get(f"{path}?type=large")
    assert all("type=large" in href for href in ours(page)), path
    for form in page.tree.iter("form"):
        assert form.xpath("input[@name='type' and @value='large']")


def test_a_person_who_follows_links_never_loses_the_large_type(visit, put):
    put(STATEMENT, statement_given())
    seen, to_see = set(), [f"/villages/{VILLAGE}?type=large"]
    while to_see and len(seen) < 40:
        path = to_see.pop(0).removeprefix("/msgk").partition("#")[0]
        if path not in seen:
            seen.add(path)
            page = visit.get(path)
            assert is_large(page), path
            to_see += ours(page)
    assert any(path.startswith("/items/") for path in seen)


def test_parts_and_editions_of_an_item_stay_large(visit, put):
    page = visit.get(f"/items/{put(ARTICLE, long_given(ARTICLE))}?type=large")
    part = next(href for href in ours(page) if "part=" in href)
    page = visit.get(part.removeprefix("/msgk"))
    assert is_large(page)
    assert page.links()["换回常用字"] == part.replace("&type=large", "")
    following = page.links()["下一页"]
    assert "page=2" in following
    assert is_large(visit.get(following.removeprefix("/msgk")))


def test_the_canonical_address_is_the_plain_one(visit, put):
    for path in (*PAGES, f"/items/{put()}"):
        found = visit.get(f"{path}?type=large").tree.xpath("//head/link[@rel='canonical']/@href")
        assert found == ["/msgk" + path]


def test_search_words_ride_along(visit):
    page = visit.get("/villages/?q=xsj&type=large")
    assert is_large(page)
    assert page.links()["换回常用字"] == "/msgk/villages/?q=xsj"


def test_the_printed_address_takes_it(visit, app):
    with app.extensions["storage"].reading() as session:
        number = plates_of(session, unit_by_code(session, VILLAGE))[0].number
    page = visit.get(f"/v/{number}?type=large")
    assert is_large(page)
    assert page.title == "西邵集村"


def test_a_redirect_keeps_it(visit):
    answer = visit.fetch("/villages/410923?type=large")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/msgk/?type=large")


def test_a_page_that_is_not_there_is_large_too(visit):
    page = visit.get("/villages/1?type=large", status=404)
    assert is_large(page)
    assert page.links()["换回常用字"] == "?"
    assert visit.get("/villages/1", status=404).links()["换大字"] == "?type=large"
    assert 'rel="canonical"' not in visit.fetch("/villages/1?type=large").text


def test_whatever_a_page_was_asked_for_is_kept_when_the_type_is_changed(visit):
    page = visit.get("/search?q=%E8%B7%AF%26&within=410923&year=2026&type=large")
    assert page.links()["换回常用字"] == "/msgk/search?q=%E8%B7%AF%26&within=410923&year=2026"


def test_other_values_change_nothing(visit):
    assert not is_large(visit.get("/?type=small"))


def test_words_in_the_address_cannot_break_out(visit):
    page = visit.get("/villages/?q=%22%3E%3Cb%20id=x%3E&x=%22onclick=%22&type=large")
    assert not page.tree.xpath("//b[@id='x']")


@pytest.mark.parametrize(
    ("address", "after"),
    [
        ("/m/v/1", "/m/v/1?type=large"),
        ("/m/v/1?a=b#c", "/m/v/1?a=b&type=large#c"),
        ("/m/v/1?type=large", "/m/v/1?type=large"),
        ("#main", "#main"),
        ("?page=2", "?page=2&type=large"),
        ("https://www.gov.cn/", "https://www.gov.cn/"),
        ("//evil.example/m/", "//evil.example/m/"),
        ("/other/page", "/other/page"),
        ("/m/items/1/sheet.pdf", "/m/items/1/sheet.pdf"),
        ("/m/admin/", "/m/admin/"),
        ("tel:0393-1234567", "tel:0393-1234567"),
    ],
)
def test_only_our_own_pages_are_asked_for_in_large_type(address, after):
    assert carried(address, "/m") == after


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_kept_large_page_is_answered_as_flask_answered_it(app, put, encoding, method):
    client, path, asked = app.test_client(), f"/items/{put(ARTICLE, given_of(ARTICLE))}", {"Accept-Encoding": encoding}

    def answer(query):
        found = client.open(f"{path}?{query}", method=method, headers=asked)
        varying = ("X-Request-Id", "Date")
        return found.status, sorted(pair for pair in found.headers if pair[0] not in varying), found.data

    client.get(f"{path}?type=large", headers=asked)
    front = app.extensions["front"]
    assert [key[2] for key in front._pages] == ["type=large"]  # noqa: SLF001 - what is kept has no door
    kept = answer("type=large")
    front._pages.clear()  # noqa: SLF001
    assert kept == answer("type=large")


def test_only_the_one_known_query_is_kept(app):
    client = app.test_client()
    for query in ("type=large&x=1", "x=1", "type=Large", "type=large&type=large", "%74ype=large"):
        client.get(f"/?{query}")
    client.get("/%3Ftype=large")
    assert not app.extensions["front"]._pages  # noqa: SLF001 - what is kept has no door


def test_a_kept_large_page_is_right_after_a_publication(app, put):
    client = app.test_client()
    path = f"/villages/{VILLAGE}?type=large"
    client.get(path)
    put(ARTICLE, title="新的一条")
    assert "新的一条" in client.get(path).text
