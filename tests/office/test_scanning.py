"""Scans in the browser: the same sum by day and by place, down to the plate, within one's own area."""

from datetime import timedelta

import pytest

from tests.factories import TESTER
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from villages.core.clock import day_of, now
from villages.plates.actions import count_scans, issue
from villages.plates.queries import plates_of
from villages.registry.bodies import add_department
from villages.registry.queries import unit_by_code


@pytest.fixture
def storage(app):
    """Twelve scans at two plates of one village, five in another township; four of them long ago."""
    today = day_of(now())
    with app.extensions["storage"].transaction() as session:
        village, other = unit_by_code(session, VILLAGE), unit_by_code(session, "410923101201")
        first = plates_of(session, village)[0].id
        second = issue(session, village, place="文化广场", by=TESTER, at=now()).id
        far = plates_of(session, other)[0].id
        count_scans(session, {
            (first, today): 5, (first, today - timedelta(days=29)): 2, (second, today): 1, (far, today): 5,
            (first, today - timedelta(days=30)): 4,
        })  # fmt: skip
    return app.extensions["storage"]


def counted(page):
    rows = page.tree.xpath("//div[@aria-label='各处的次数']//tbody/tr | //div[@aria-label='各处的次数']//table/tr")
    return {"".join(row.xpath("th//text()")): int(row.xpath("td[@class='num'][last()]/text()")[0]) for row in rows}


def test_the_sum_is_the_same_by_day_and_by_place(app, storage):
    page = at_desk(app, "administrator").get("/admin/scans")
    days = [int(each) for each in page.tree.xpath("//details//td[@class='num']/text()")]
    assert (len(days), sum(days), days[0], days[-1]) == (30, 13, 11, 2)
    assert sum(counted(page).values()) == 13
    assert len(page.tree.xpath("//svg[@class='bars']/rect")) == 2


def test_one_goes_down_to_the_plate(app, storage):
    desk = at_desk(app, "auditor")
    assert counted(desk.get("/admin/scans"))["城关镇"] == 8
    assert counted(desk.get(f"/admin/scans?of={TOWNSHIP}"))["御史村"] == 8
    places = counted(desk.get(f"/admin/scans?of={VILLAGE}&days=90"))
    assert sorted(places.values()) == [1, 11]
    assert any(name.startswith("文化广场") for name in places)


def test_nobody_sees_the_scans_of_others(app, storage):
    desk = at_desk(app, "editor", TOWNSHIP)
    assert sum(counted(desk.get("/admin/scans")).values()) == 8
    for foreign in (COUNTY, "410923101", "410923101201", "x"):
        assert desk.fetch(f"/admin/scans?of={foreign}").status_code == 404
    assert desk.fetch("/admin/scans?days=8").status_code == 404


def test_a_department_has_no_plates(app, storage):
    with storage.transaction() as session:
        add_department(session, unit_by_code(session, COUNTY), code="BM-1", name="示例局", by=TESTER, at=now())
    page = at_desk(app, "reviewer", "BM-1").get(f"/admin/scans?of={VILLAGE}")
    assert "没有码牌" in page.text
    assert "御史村" not in page.text
