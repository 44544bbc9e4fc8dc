"""The sitemap against its protocol, over the whole sample: limits, absolute addresses, and no list of names."""

import pytest
from lxml import etree

from tests.data.conftest import BASE, xml
from tests.data.sitemaps import LARGEST, MOST, XMLNS, breaches
from villages.data import sitemap
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item

LOC = f"{{{XMLNS}}}loc"


def documents(visit):
    """Every sitemap by its address, the index first."""
    index = visit.fetch("/sitemap.xml")
    found = {f"{BASE}sitemap.xml": index}
    for loc in xml(index).iter(LOC):
        found[loc.text] = visit.fetch("/" + loc.text.removeprefix(BASE))
    assert {(each.status_code, each.mimetype) for each in found.values()} == {(200, "application/xml")}
    return {at: answer.data for at, answer in found.items()}


def test_the_whole_samples_sitemap_keeps_every_rule_of_the_protocol(sampled):
    found = documents(sampled)
    assert len(found) > 3
    assert {at: breaches(data, at=at) for at, data in found.items()} == {at: [] for at in found}
    assert f"Sitemap: {next(iter(found))}" in sampled.fetch("/robots.txt").text


def test_no_list_of_names_and_nothing_ended_is_in_it(app, visit, everything):
    pages = [loc.text for data in documents(visit).values() for loc in etree.fromstring(data).iter(LOC)]
    with app.extensions["storage"].reading() as session:
        items = [session.get(Item, int(each.rsplit("/", 1)[1])) for each in pages if "/items/" in each]
    assert len(items) > 100
    assert all(kinds()[item.kind].listed and item.state == "published" for item in items)
    assert not [item for item in items if item.notice_until and item.notice_until < everything]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("<url><loc>/items/1</loc></url>", "not below"),
        ("<url><loc>https://www.county.gov.cn/other/1</loc></url>", "not below"),
        ("<url><loc>https://other.gov.cn/msgk/items/1</loc></url>", "not below"),
        ("<url><loc>https://www.county.gov.cn/msgk/村</loc></url>", "is no address"),
        (f"<url><loc>{BASE}a</loc><lastmod>2026年9月1日</lastmod></url>", "is no moment"),
        (f"<url><loc>{BASE}a</loc></url><url><loc>{BASE}a</loc></url>", "twice"),
        (f"<url><loc>{BASE}a</loc><title>x</title></url>", "an entry has"),
        ("", "0 entries"),
        (f"<url><loc>{BASE}a</loc></url>" * (MOST + 1), f"{MOST + 1} entries"),
    ],
)
def test_the_check_itself_notices_what_the_protocol_forbids(entry, told):
    data = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{XMLNS}">{entry}</urlset>'.encode()
    assert any(told in each for each in breaches(data, at=f"{BASE}sitemap-x.xml"))


def test_a_full_part_stays_within_the_limits():
    entry = f"<url><loc>{BASE}items/{2**31 - 1}</loc><lastmod>2026-11-24T04:00:00Z</lastmod></url>"
    assert sitemap.PART <= MOST
    assert sitemap.PART * len(entry) < LARGEST
