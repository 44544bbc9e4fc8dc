"""The pages for people, the log, the sitemap's frame, and what pages say to search engines."""

from datetime import timedelta

from tests.data.conftest import BASE, VILLAGE, every_page, xml
from tests.factories import make_staff
from tests.portal.published import ARTICLE, NOON, ROSTER, STATEMENT, correct, given_of, statement_given
from villages.core.clock import day_of, now
from villages.disclosures.actions import withdraw
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.registry.queries import unit_by_code

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_the_data_page_leads_to_every_table_and_feed(visit):
    page = visit.get("/data")
    links = set(page.links().values()) | set(page.tree.xpath("//a/@href"))
    assert "引用请注明来源" in page.text
    exported = [kind.key for kind in kinds().values() if kind.exported]
    assert {f"/msgk/data/{key}.{form}" for key in exported for form in ("csv", "xlsx")} <= links
    for address in links - {"#main"}:
        assert visit.fetch(address.removeprefix("/msgk")).status_code == 200, address
    assert {"数据开放", "公开记录"} <= set(visit.get("/").links())


def test_the_log_tells_publication_correction_and_withdrawal_by_day(app, visit, put):
    number = put(ARTICLE, given_of(ARTICLE))
    with app.extensions["storage"].transaction() as session:
        item = session.get(Item, number)
        correct(session, item, ARTICLE, given_of(ARTICLE), note="日期写错了")
        assert [row["type"] for row in every_page(visit, "/api/v1/changes")] == ["publication"]
    page = visit.get("/changes")
    assert "更正说明：日期写错了" in page.text
    assert [h.text for h in page.tree.iter("h2")][:2] == ["2026年11月26日", "2026年11月24日"]
    with app.extensions["storage"].transaction() as session:
        by = make_staff(session, unit_by_code(session, "410923"), "管事的人", "publisher")
        withdraw(session, session.get(Item, number), reason="有一处不该公开", by=by, at=NOON + timedelta(days=3))
    page = visit.get("/changes")
    assert "撤回原因：有一处不该公开" in page.text
    assert "日期写错了" not in page.text
    assert "修村东水泥路" not in page.text, "the title of what was withdrawn"
    assert "管事的人" not in page.text + visit.fetch("/api/v1/changes").text + visit.fetch("/feeds/changes.atom").text
    rows = every_page(visit, "/api/v1/changes?limit=1")
    assert [row["type"] for row in rows] == ["withdrawal", "correction", "publication"]


def test_the_log_keeps_no_title_of_a_notice_that_ended_at_midnight(visit, put):
    put(ARTICLE, notice_until=day_of(now()) - timedelta(days=1))
    row = every_page(visit, "/api/v1/changes")[0]
    assert (row["title"], row["item"], row["url"]) == (ARTICLE.label, None, None)


def test_the_log_says_of_a_list_of_names_only_that_there_was_one(app, visit, put):
    with app.extensions["storage"].transaction() as session:
        correct(session, session.get(Item, put(ROSTER)), ROSTER, given_of(ROSTER), note="张三的金额写错")
    page = visit.get("/changes")
    assert "名单公示（公示期内可看）" in page.text
    assert "张三" not in page.text
    assert not [href for href in page.tree.xpath("//a/@href") if "/items/" in href]


def test_the_log_is_read_page_by_page(visit, put):
    numbers = [put(ARTICLE, at=NOON + timedelta(minutes=turn)) for turn in range(65)]
    path, seen, pages = "/changes", [], 0
    while path:
        page = visit.get(path.removeprefix("/msgk"))
        found = [int(href.rsplit("/", 1)[1]) for href in page.tree.xpath("//li/a/@href") if "/items/" in href]
        seen, path, pages = seen + found, page.links().get("看更早的"), pages + 1
    assert (seen, pages) == (numbers[::-1], 3)
    assert visit.get("/changes?within=410923100").title == "公开记录"
    assert "没有参数“x”" in visit.get("/changes?x=1", status=400).text


def test_the_sitemap_is_named_in_robots_and_tells_the_last_edition(app, visit, put):
    assert f"Sitemap: {BASE}sitemap.xml" in visit.fetch("/robots.txt").text
    number = put(ARTICLE)
    with app.extensions["storage"].transaction() as session:
        correct(session, session.get(Item, number), ARTICLE, given_of(ARTICLE), note="更正")
    index = xml(visit.fetch("/sitemap.xml"))
    assert index.tag == f"{SITEMAP}sitemapindex"
    part = index.findall(f"{SITEMAP}sitemap")[-1].findtext(f"{SITEMAP}loc")
    url = xml(visit.fetch("/" + part.removeprefix(BASE))).find(f"{SITEMAP}url")
    assert url.findtext(f"{SITEMAP}loc") == f"{BASE}items/{number}"
    assert url.findtext(f"{SITEMAP}lastmod") == "2026-11-26T04:00:00Z"
    for name in ("items-9", "items-01", "items-", "x", "items-99999999999999"):
        assert visit.fetch(f"/sitemap-{name}.xml").status_code == 404


def test_the_whole_sample_fits_the_sitemaps_limits(sampled):
    for loc in xml(sampled.fetch("/sitemap.xml")).iter(f"{SITEMAP}loc"):
        answer = sampled.fetch("/" + loc.text.removeprefix(BASE))
        assert len(xml(answer).findall(f"{SITEMAP}url")) <= 50_000
        assert len(answer.data) < 50_000_000


def test_pages_say_what_they_are_in_microdata_and_lists_of_names_do_not(visit, put):
    def types(path):
        return [each.rsplit("/", 1)[1] for each in visit.get(path).tree.xpath("//@itemtype")]

    statement = put(STATEMENT, statement_given(), period_start=NOON.date().replace(day=1))
    found = types(f"/items/{statement}")
    assert found[:2] == ["Article", "Organization"]
    assert found.count("Dataset") == 1
    assert found.count("DataDownload") == 2
    assert "BreadcrumbList" in found
    service = next(kind for kind in kinds().values() if kind.section == "services" and kind.listed)
    code = VILLAGE if {"committee", "collective"} & set(service.publishers) else "410923205"
    assert "GovernmentService" in types(f"/items/{put(service, code=code)}")
    assert types(f"/items/{put(ROSTER)}") == []
    assert types(f"/villages/{VILLAGE}").count("ListItem") == 3
