"""What is read, looked for in vain and how fast pages open, in the browser, each within their own area."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import TESTER
from tests.portal.published import ARTICLE, publish
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from villages.core.clock import day_of, now
from villages.disclosures.models import Item
from villages.registry.actions import merge
from villages.registry.bodies import add_department
from villages.registry.queries import publisher_by_code, unit_by_code, villages_of
from villages.visits.actions import count_speeds, count_vain, count_visits
from villages.visits.speeds import marks_of

TODAY = day_of(now())
FAR = "410923101201"


@pytest.fixture
def storage(app):
    """Three items: two of one village, opened nine and two times, one of another township, opened five times."""
    with app.extensions["storage"].transaction() as session:
        first, second = publish(session, VILLAGE, ARTICLE), publish(session, VILLAGE, ARTICLE)
        far = publish(session, FAR, ARTICLE)
        for item, title in ((first, "修路的事"), (second, "停水的事"), (far, "别处的事")):
            item.title = title
        count_visits(session, {
            (first.id, TODAY): 5, (first.id, TODAY - timedelta(days=29)): 4, (second.id, TODAY): 2, (far.id, TODAY): 5,
            (second.id, TODAY - timedelta(days=30)): 90,
        })  # fmt: skip
    return app.extensions["storage"]


def table(page, label):
    """A table's rows, cell by cell, as text."""
    rows = page.tree.xpath(f"//div[@aria-label='{label}']//tr[td]")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in rows]


def read(page):
    """How often the most read were opened."""
    return [int(row[1]) for row in table(page, "看得最多的")]


def test_the_most_read_stand_first_and_sums_agree(app, storage):
    page = at_desk(app, "administrator").get("/admin/visits")
    assert read(page) == [9, 5, 2]
    assert "修路的事" in table(page, "看得最多的")[0][0]
    days = [int(each) for each in page.tree.xpath("//details//td[@class='num']/text()")]
    assert (len(days), sum(days), days[0], days[-1]) == (30, 16, 12, 4)
    assert sum(int(row[1]) for row in table(page, "各处的次数")) == 16
    assert "共 106 次" in at_desk(app, "auditor").get("/admin/visits?days=90").text


def test_one_goes_down_to_the_village(app, storage):
    desk = at_desk(app, "auditor")
    places = {row[0]: int(row[1]) for row in table(desk.get("/admin/visits"), "各处的次数")}
    assert places["城关镇"] == 11
    page = desk.get(f"/admin/visits?of={TOWNSHIP}&days=7")
    assert {row[0]: int(row[1]) for row in table(page, "各处的次数")}["御史村"] == 7
    page = desk.get(f"/admin/visits?of={VILLAGE}&days=7")
    assert read(page) == [5, 2]
    assert table(page, "各处的次数") == []
    assert page.links()["回到城关镇"].endswith(f"of={TOWNSHIP}&days=7")


def test_nobody_sees_what_is_read_elsewhere(app, storage):
    desk = at_desk(app, "editor", TOWNSHIP)
    page = desk.get("/admin/visits")
    assert "别处的事" not in page.text
    assert "打开快慢" not in page.text
    for foreign in (COUNTY, "410923101", FAR, "x"):
        assert desk.fetch(f"/admin/visits?of={foreign}").status_code == 404
    for path in ("/admin/visits?days=8", "/admin/vain-searches", "/admin/page-speed"):
        assert desk.fetch(path).status_code == 404, path


def test_a_department_sees_what_is_read_of_its_own(app, storage):
    with storage.transaction() as session:
        add_department(session, unit_by_code(session, COUNTY), code="BM-1", name="示例局", by=TESTER, at=now())
        item = session.scalars(select(Item).where(Item.title == "停水的事")).one()
        item.publisher = publisher_by_code(session, "BM-1")
    desk = at_desk(app, "reviewer", "BM-1")
    page = desk.get("/admin/visits?days=90")
    assert read(page) == [92]
    assert "停水的事" in page.text
    assert "修路的事" not in page.text
    assert desk.fetch("/admin/vain-searches").status_code == 404


def test_what_a_merged_village_published_counts_for_its_heir(app, storage):
    with storage.transaction() as session:
        here = unit_by_code(session, VILLAGE)
        heir = next(each for each in villages_of(session, here.parent) if each.id != here.id)
        merge(session, here, heir, by=TESTER, at=now())
        name = heir.name
    page = at_desk(app, "administrator").get(f"/admin/visits?of={TOWNSHIP}")
    assert {row[0]: int(row[1]) for row in table(page, "各处的次数")}[name] == 11


def test_what_is_no_longer_public_is_told_without_a_link(app, storage):
    with storage.transaction() as session:
        session.scalars(select(Item).where(Item.title == "修路的事")).one().is_public = False
    page = at_desk(app, "administrator").get("/admin/visits")
    assert "已不公开" in table(page, "看得最多的")[0][0]
    assert "修路的事" not in "".join(page.links())


def test_words_in_vain_say_whether_they_find_something_by_now(app, storage):
    with storage.transaction() as session:
        for days in range(3):
            count_vain(session, {("厕所改造", TODAY - timedelta(days=days)): 4, ("王小明", TODAY): 1})
        count_vain(session, {("停水", TODAY): 2})
    page = at_desk(app, "administrator").get("/admin/vain-searches")
    (row,) = table(page, "没查到的词")
    assert row[:4] == ["厕所改造", "12", "还是没有", "3"]
    assert "王小明" not in page.text
    assert "停水" not in page.text
    assert [int(each.text) for each in page.tree.xpath("//ul[@class='tiles']//b")] == [17, 2, 3]


def test_speeds_are_told_by_kind_of_page_and_week(app, storage):
    week = timedelta(days=7)
    with storage.transaction() as session:
        for ms, times, day in ((500, 3, TODAY), (3_500, 1, TODAY), (900, 4, TODAY - week), (900, 9, TODAY - 20 * week)):
            for mark in marks_of(f"item,100,{ms},{ms}"):
                count_speeds(session, {(mark, day): times})
        for mark in marks_of("scan,100,5000,5000"):
            count_speeds(session, {(mark, TODAY): 4})
    desk = at_desk(app, "administrator")
    page = desk.get("/admin/page-speed")
    assert table(page, "各种页面") == [
        ["全部页面", "慢", "5 秒", "3.5 秒", "5 秒", "8"],
        ["扫码打开的村页", "慢", "5 秒", "5 秒", "5 秒", "4"],
        ["一条公开内容", "快", "0.56 秒", "0.56 秒", "3.5 秒", "4"],
    ]
    assert [row[-1] for row in table(page, "一周一周")] == ["8", "4"]
    page = desk.get("/admin/page-speed?page=item&measure=first")
    assert [row[1:] for row in table(page, "一周一周")] == [["快", "0.1 秒", "0.1 秒", "0.1 秒", "4"]] * 2
    before = TODAY - week - timedelta(days=TODAY.weekday())
    assert [row[-1] for row in table(desk.get(f"/admin/page-speed?week={before}"), "各种页面")] == ["4", "4"]
    for wrong in ("measure=x", "page=x", "week=x", f"week={TODAY - 13 * week}", "week=2026-02-30"):
        assert desk.fetch(f"/admin/page-speed?{wrong}").status_code == 404, wrong


def test_empty_pages_say_so(app):
    desk = at_desk(app, "administrator")
    assert "还没有人打开过" in desk.get("/admin/visits").text
    assert "还没有哪个词" in desk.get("/admin/vain-searches").text
    assert "还没有量到" in desk.get("/admin/page-speed").text
