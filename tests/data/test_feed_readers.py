"""Feeds as a reader of feeds sees them that is not ours (feedparser), over a correction, a withdrawal and a return."""

from datetime import UTC, datetime, timedelta

import feedparser
import pytest

from tests.data.conftest import BASE, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories import make_staff
from tests.portal.published import ARTICLE, NOON, correct, given_of
from villages.disclosures.actions import withdraw
from villages.disclosures.models import Item
from villages.registry.queries import unit_by_code

AREAS = ("county", TOWNSHIP, VILLAGE)


def read(visit, area, **headers):
    answer = visit.fetch(f"/feeds/{area}.atom", **headers)
    assert answer.status_code == 200
    told = {"content-type": answer.content_type, "content-location": f"{BASE}feeds/{area}.atom"}
    feed = feedparser.parse(answer.data, response_headers=told)
    assert (feed.bozo, feed.version) == (False, "atom10"), feed.get("bozo_exception")
    return feed


def numbers(feed):
    return [int(entry.id.rsplit("/", 1)[1]) for entry in feed.entries]


def moment(parsed):
    return datetime(*parsed[:6], tzinfo=UTC)


@pytest.mark.parametrize("area", [*AREAS, "changes"])
def test_every_feed_is_understood_by_a_reader_of_feeds(visit, everything, area):
    feed = read(visit, area)
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"] == f"{BASE}feeds/{area}.atom"
    assert visit.fetch("/" + links["alternate"].removeprefix(BASE)).status_code == 200
    assert feed.feed.id == f"tag:www.county.gov.cn,2026:msgk/feeds/{area}"
    updated = [moment(entry.updated_parsed) for entry in feed.entries]
    assert updated == sorted(updated, reverse=True)
    assert moment(feed.feed.updated_parsed) == updated[0]
    for entry in feed.entries:
        assert entry.link.startswith(BASE)
        assert entry.title
        assert entry.author
        assert entry.summary
        assert entry.tags[0].label


@pytest.mark.parametrize("area", AREAS)
def test_an_entry_has_its_id_its_page_and_its_two_moments(visit, put, area):
    early, late = put(ARTICLE, at=NOON - timedelta(hours=3)), put(ARTICLE)
    feed = read(visit, area)
    assert numbers(feed) == [late, early]
    entry = feed.entries[1]
    assert entry.link == f"{BASE}items/{early}"
    assert moment(entry.published_parsed) == moment(entry.updated_parsed) == NOON - timedelta(hours=3)
    assert "noindex" not in visit.fetch(f"/items/{early}").headers.get("X-Robots-Tag", "")


@pytest.mark.parametrize("area", AREAS)
def test_a_correction_moves_the_entry_up_and_a_withdrawal_takes_it_out(app, visit, put, area):
    first, second = put(ARTICLE, at=NOON - timedelta(days=9)), put(ARTICLE)
    before = {entry.id: entry for entry in read(visit, area).entries}
    with app.extensions["storage"].transaction() as session:
        correct(session, session.get(Item, first), ARTICLE, given_of(ARTICLE), note="日期写错了")
    top = read(visit, area).entries[0]
    assert (top.link, top.published) == (f"{BASE}items/{first}", before[top.id].published)
    assert moment(top.updated_parsed) == NOON + timedelta(days=2)
    assert top.summary.startswith("更正说明：日期写错了")
    with app.extensions["storage"].transaction() as session:
        by = make_staff(session, unit_by_code(session, "410923"), "管事的人", "publisher")
        withdraw(session, session.get(Item, first), reason="写错了地方", by=by, at=NOON + timedelta(days=3))
    assert numbers(read(visit, area)) == [second]


def test_a_reader_that_has_all_gets_nothing_until_something_is_published(visit, put):
    put(ARTICLE)
    for area in (*AREAS, "changes"):
        mark = visit.fetch(f"/feeds/{area}.atom").headers["ETag"]
        again = visit.fetch(f"/feeds/{area}.atom", **{"If-None-Match": mark})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
        put(ARTICLE, code=NEIGHBOUR if area == "county" else VILLAGE)
        assert visit.fetch(f"/feeds/{area}.atom", **{"If-None-Match": mark}).status_code == 200


def test_hard_words_come_through_whole(visit, put):
    title = "修路<b>&amp;</b>“桥”]]>&lt;涵洞"
    number = put(ARTICLE, given_of(ARTICLE, title=title))
    entry = read(visit, VILLAGE).entries[0]
    assert numbers(read(visit, VILLAGE)) == [number]
    assert entry.title == f"西邵集村：{title}"
