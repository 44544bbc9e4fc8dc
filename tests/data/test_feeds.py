"""Atom feeds as RFC 4287 demands them."""

import re
from datetime import datetime, timedelta

import pytest

from tests.data.conftest import BASE, NEIGHBOUR, TOWNSHIP, VILLAGE, xml
from tests.factories import TESTER
from tests.portal.published import ARTICLE, NOON, correct, given_of
from villages.disclosures.models import Item
from villages.registry.actions import recode
from villages.registry.queries import unit_by_code

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def ids(feed):
    return [each.text for each in feed.iterfind(f"{ATOM}entry/{ATOM}id")]


@pytest.mark.parametrize("area", ["county", "changes", TOWNSHIP, VILLAGE, "410923100106"])
def test_a_feed_has_all_that_the_standard_demands(visit, everything, area):
    feed = xml(visit.fetch(f"/feeds/{area}.atom"))
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iterfind(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, name
        assert element.findtext(f"{ATOM}author/{ATOM}name")
        assert re.fullmatch(r"tag:www\.county\.gov\.cn,2026:msgk/[\w/-]+", element.findtext(f"{ATOM}id"))
        for name in ("updated", "published"):
            assert all(DATE.fullmatch(each.text) for each in element.findall(ATOM + name))
        alternates = [link for link in element.iterfind(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert alternates[0].get("href").startswith(BASE)
    assert len(ids(feed)) == len(set(ids(feed))) <= 30
    updated = [datetime.fromisoformat(each.text) for each in feed.iterfind(f"{ATOM}entry/{ATOM}updated")]
    assert updated == sorted(updated, reverse=True)
    own = next(link for link in feed.iterfind(f"{ATOM}link") if link.get("rel") == "self")
    assert own.get("href") == f"{BASE}feeds/{area}.atom"


def test_a_correction_is_the_same_entry_updated(app, visit, put):
    number = put(ARTICLE, at=NOON - timedelta(days=9))
    put(ARTICLE)
    before = ids(xml(visit.fetch(f"/feeds/{VILLAGE}.atom")))
    with app.extensions["storage"].transaction() as session:
        correct(session, session.get(Item, number), ARTICLE, given_of(ARTICLE), note="日期写错了")
    feed = xml(visit.fetch(f"/feeds/{VILLAGE}.atom"))
    assert ids(feed) == before[::-1]
    assert "更正说明：日期写错了" in feed.findtext(f"{ATOM}entry/{ATOM}summary")


def test_a_township_has_its_villages_and_a_village_only_itself(visit, put):
    here, there = put(ARTICLE), put(ARTICLE, code=NEIGHBOUR)
    of = lambda area: {int(each.rsplit("/", 1)[1]) for each in ids(xml(visit.fetch(f"/feeds/{area}.atom")))}  # noqa: E731
    assert of(VILLAGE) == {here}
    assert of(TOWNSHIP) == of("county") == {here, there}


def test_an_old_code_leads_on_and_an_unknown_one_is_refused(app, visit):
    with app.extensions["storage"].transaction() as session:
        recode(session, unit_by_code(session, VILLAGE), "410923205299", by=TESTER, at=NOON)
    answer = visit.fetch(f"/feeds/{VILLAGE}.atom")
    assert (answer.status_code, answer.location) == (301, "/msgk/feeds/410923205299.atom")
    assert visit.fetch("/feeds/410999.atom").get_json()["error"]["code"] == "not_found"


def test_a_feed_is_asked_for_again_for_nothing(visit, put):
    put(ARTICLE)
    first = visit.fetch("/feeds/county.atom", **{"Accept-Encoding": "br"})
    assert first.content_type.startswith("application/atom+xml")
    assert first.headers["Content-Encoding"] == "br"
    again = visit.fetch("/feeds/county.atom", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    put(ARTICLE)
    assert len(ids(xml(visit.fetch("/feeds/county.atom")))) == 2


def test_pages_name_their_feeds(visit):
    for path, area in (("/", "county"), (f"/villages/{VILLAGE}", VILLAGE), (f"/villages/{TOWNSHIP}", TOWNSHIP)):
        found = visit.get(path).tree.xpath("//link[@type='application/atom+xml']/@href")
        assert found == [f"/msgk/feeds/{area}.atom"]
        assert visit.fetch(found[0].removeprefix("/msgk")).status_code == 200
