"""Whatever a machine reads is exactly what is public: compared with a scan of the database, row by row."""

import csv
import io
import re

from lxml import html
from sqlalchemy import select

from tests.data.conftest import BASE, SECRET, TOWNSHIP, VILLAGE, every_page, xml
from villages.disclosures.kinds import SECTIONS, kinds
from villages.disclosures.models import Item

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
ATOM = "{http://www.w3.org/2005/Atom}"


def scanned(app, today, *, listed=False, kind=None):
    """The ids of what is public and exported, found by looking at every row."""
    with app.extensions["storage"].reading() as session:
        items = session.scalars(select(Item)).all()
        return {
            item.id for item in items
            if item.is_public and item.state == "published"
            and (item.notice_until is None or item.notice_until >= today)
            and kinds()[item.kind].exported
            and (not listed or kinds()[item.kind].listed)
            and kind in (None, item.kind)
        }  # fmt: skip


def test_the_interface_lists_exactly_what_is_public(app, visit, everything):
    listed = [row["id"] for row in every_page(visit, "/api/v1/items?limit=7")]
    assert len(listed) == len(set(listed))
    assert set(listed) == scanned(app, everything)


def test_the_interface_opens_exactly_what_is_public(app, visit, everything):
    with app.extensions["storage"].reading() as session:
        states = dict(session.execute(select(Item.id, Item.state)).all())
    opened = {number for number in states if visit.fetch(f"/api/v1/items/{number}").status_code == 200}
    assert opened == scanned(app, everything)


def test_the_sitemap_lists_exactly_the_pages_that_may_be_indexed(app, visit, everything):
    index = [loc.text for loc in xml(visit.fetch("/sitemap.xml")).iter(LOC)]
    found = [loc.text for part in index for loc in xml(visit.fetch("/" + part.removeprefix(BASE))).iter(LOC)]
    assert len(found) == len(set(found))
    items = {int(each.rsplit("/", 1)[1]) for each in found if re.search(r"/items/\d+$", each)}
    assert items == scanned(app, everything, listed=True)
    for each in found[::40] + found[-20:]:
        answer = visit.fetch("/" + each.removeprefix(BASE))
        assert answer.status_code == 200, each
        assert "noindex" not in answer.headers.get("X-Robots-Tag", "") + answer.text


def test_the_tables_hold_exactly_what_is_public(app, visit, everything):
    for kind in kinds().values():
        answer = visit.fetch(f"/data/{kind.key}.csv")
        assert answer.status_code == (200 if kind.exported else 404)
        if kind.exported:
            rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
            assert {int(row["事项编号"]) for row in rows} == scanned(app, everything, kind=kind.key), kind.key


def test_the_feeds_hold_nothing_but_what_is_public(app, visit, everything):
    public = scanned(app, everything, listed=True)
    for area in ("county", TOWNSHIP, VILLAGE):
        ids = [each.text for each in xml(visit.fetch(f"/feeds/{area}.atom")).iterfind(f"{ATOM}entry/{ATOM}id")]
        assert len(ids) == 30
        assert {int(each.rsplit("/", 1)[1]) for each in ids} <= public


def test_no_draft_and_no_list_of_names_is_told_anywhere(app, visit, everything):
    rosters = {kind.label for kind in kinds().values() if not kind.exported}
    entries = [row for row in every_page(visit, "/api/v1/changes?limit=200") if row["kind"] is None]
    assert {(row["title"], row["item"], row["url"], row["note"]) for row in entries} == {
        ("名单公示（公示期内可看）", None, None, "")
    }
    paths = ["/feeds/changes.atom", "/feeds/county.atom", "/changes", "/data", "/api/v1/items", "/sitemap.xml"]
    for path in paths:
        text = visit.fetch(path).text
        assert SECRET not in text
        assert not [label for label in rosters if label in text], path


def test_a_village_page_and_the_interface_show_the_same(app, visit, everything):
    ways, pages = [f"/villages/{VILLAGE}/{each}" for each in SECTIONS], set()
    for way in ways:
        found = html.fromstring(visit.fetch(way).text).xpath("//main//a/@href")
        pages |= {int(each.rsplit("/", 1)[1]) for each in found if re.search(r"/items/\d+$", each)}
        ways += {each.removeprefix("/msgk") for each in found if "column=" in each} - set(ways)
    with app.extensions["storage"].reading() as session:
        keys = dict(session.execute(select(Item.id, Item.kind)).all())
    told = {row["id"] for row in every_page(visit, f"/api/v1/items?within={VILLAGE}")}
    assert {number for number in pages if kinds()[keys[number]].exported} == told
