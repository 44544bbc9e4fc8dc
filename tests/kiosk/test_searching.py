"""Looking for words on the hall's screen."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import pytest
from lxml import html

from tests.kiosk.conftest import HERE, links
from tests.portal.published import ARTICLE, given_of
from tests.portal.test_search import publish
from villages.visits.queries import vain_counts

__all__ = ["publish"]

ELSEWHERE = "410923100209"


@pytest.fixture
def look(app):
    """Sends words as the screen's form does."""
    client = app.test_client()

    def sent(words, headers=None, **more):
        data = {"words": words, **more}
        answer = client.post("/msgk/kiosk/search", base_url=HERE, headers=headers, data=data)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return html.fromstring(answer.text)

    return sent


def test_words_lead_to_what_is_public(look, publish):
    number = publish(ARTICLE, given_of(ARTICLE, body="<p>路灯坏了三盏，已经修好。</p>"))
    assert f"/msgk/kiosk/items/{number}" in links(look("路灯")).values()


def test_a_villages_name_leads_to_the_village(look):
    assert f"/msgk/kiosk/villages/{ELSEWHERE}" in links(look("御史")).values()


def test_what_is_written_stands_in_the_field_and_in_no_address(look, publish):
    publish(ARTICLE, given_of(ARTICLE, body="<p>路灯坏了三盏。</p>"))
    tree = look("路灯")
    assert tree.get_element_by_id("words").get("value") == "路灯"
    addresses = [*tree.xpath("//a/@href"), *tree.xpath("//form/@action"), *tree.xpath("//button/@formaction")]
    assert addresses
    assert not any("路灯" in unquote(address) for address in addresses)


def test_nothing_found_says_what_to_do(look):
    assert "没有找到“龘龘”" in look("龘龘").text_content()


def test_more_than_a_page_is_reached_by_a_key(look, publish):
    for _ in range(23):
        publish(ARTICLE, given_of(ARTICLE, body="<p>路灯</p>"))
    first = look("路灯")
    assert "后一批" in first.text_content()
    second = look("路灯", page="2")
    shown = [set(links_of_items(tree)) for tree in (first, second)]
    assert shown[0].isdisjoint(shown[1])
    assert len(shown[0] | shown[1]) == 23
    assert look("路灯", page="9" * 30) is not None


def test_looking_writes_nothing_and_waits_for_no_writer(app, look, publish):
    publish(ARTICLE, given_of(ARTICLE, body="<p>路灯</p>"))
    with app.extensions["storage"].transaction() as session:  # somebody else is writing all the while
        session.connection()
        assert "路灯" in look("路灯").text_content()


def test_only_what_found_nothing_at_all_is_counted_and_of_people_at_our_screens(app, look, publish):
    publish(ARTICLE, given_of(ARTICLE, body="<p>路灯</p>"))
    ours = {"Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0"}
    for words, more in (("路灯", {}), ("御史", {}), ("", {}), ("停水", {"page": "2"}), ("停水", {"near": "1"})):
        look(words, headers=ours, **more)
    look("停水", headers=ours | {"Sec-Fetch-Site": "cross-site"})
    look("停水", headers=ours | {"User-Agent": "curl/8.0"})
    assert vain(app) == 1  # without a hall there is no township to look in
    look("停水", headers=ours)
    assert vain(app) == 2


def vain(app):
    app.extensions["counting"].vain.flush()
    with app.extensions["storage"].reading() as session:
        return vain_counts(session, date.min).total


def links_of_items(tree):
    return [a.get("href") for a in tree.iter("a") if "/kiosk/items/" in a.get("href", "")]
