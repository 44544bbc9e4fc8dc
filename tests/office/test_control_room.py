"""The control room: figures that are the duties', in one's own area, down to the item, right after a publication."""

import io
from collections import Counter
from datetime import date

import pytest
from openpyxl import load_workbook

from tests.factories import STATEMENT, TESTER
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from villages.core.clock import day_of, now
from villages.core.freshness import raise_versions
from villages.disclosures.due_queries import duties_of
from villages.disclosures.models import Edition, Item
from villages.office.counted import counted, first_month, months_before
from villages.office.progress import Cell, month_of, state_of
from villages.registry.bodies import add_department, make_missing
from villages.registry.queries import publisher_by_code, unit_by_code

OTHER = "410923101"
MONTH = months_before(day_of(now()), 3)


@pytest.fixture
def storage(app):
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=now())
    return app.extensions["storage"]


@pytest.fixture
def publish(storage):
    """Puts a statement of a month of a village's collective into the database, published now."""

    def publish(code=VILLAGE, month=MONTH):
        with storage.transaction() as session:
            body = publisher_by_code(session, f"{code}-J")
            item = Item(
                kind=STATEMENT.key, publisher=body, unit=body.unit, state="published", title="示例", draft={},
                period_start=month, period_cycle="month", created_at=now(), published_at=now(), is_public=True,
            )  # fmt: skip
            item.editions = [Edition(number=1, title="示例", content={}, published_at=now())]
            session.add(item)
            session.flush()
            raise_versions(session, {body.unit.scope}, at=now())
            return item.id

    return publish


def expected(storage, code):
    today = day_of(now())
    with storage.reading() as session:
        found = duties_of(session, unit_by_code(session, code), on=today, since=first_month(today))
    shown = (months_before(today, 11), today.replace(day=1))
    return Counter(state_of(each) for each in found if shown[0] <= month_of(each) <= shown[1])


def sums(page):
    """The last line of the table of figures."""
    return [int(each) for each in page.tree.xpath("//table[not(@class)]//tr[last()]/td[position() < 6]/text()")]


@pytest.mark.parametrize("code", [COUNTY, TOWNSHIP, VILLAGE])
@pytest.mark.parametrize("by", ["place", "kind"])
def test_the_figures_are_those_of_the_duties(app, storage, publish, code, by):
    publish()
    of = expected(storage, code)
    page = at_desk(app, "administrator").get(f"/admin/control?of={code}&by={by}")
    due = of["on_time"] + of["late"] + of["missing"]
    assert sums(page) == [due, of["on_time"], of["late"], of["missing"], of["coming"]]
    assert of["missing"] > 0


def test_a_publication_shows_on_the_next_look(app, storage, publish):
    desk = at_desk(app, "auditor")
    before = sums(desk.get("/admin/control"))
    publish()
    after = sums(desk.get("/admin/control"))
    assert (after[2], after[3]) == (before[2] + 1, before[3] - 1)


def test_counting_in_part_and_from_the_start_is_the_same(storage, publish):
    day = day_of(now())
    with storage.reading() as session:
        counted(session, on=day, at=now())
    publish()
    publish("410923101201", months_before(MONTH, 1))
    with storage.reading() as session:
        in_part = counted(session, on=day, at=now())
        whole = duties_of(session, on=day, since=first_month(day))
    assert Counter(each.standing for of in in_part.duties.values() for each in of) == Counter(whole)


def test_a_figure_leads_down_to_the_item(app, publish):
    number = publish()
    desk = at_desk(app, "reviewer")
    page = desk.get("/admin/control")
    for words in ("城关镇", "御史村"):
        links = page.tree.xpath(f"//table[@class='heat']//th/a[text()='{words}']/@href")
        page = desk.get(links[0].removeprefix("/msgk"))
    links = page.tree.xpath(f"//table[@class='heat']//th/a[text()='{STATEMENT.label}']/@href")
    page = desk.get(links[0].removeprefix("/msgk"))
    ways = page.tree.xpath("//td[@class='ways']/a/@href")
    assert f"/msgk/items/{number}" in ways
    assert f"/msgk/admin/reviews/{number}" in ways


def test_a_way_is_shown_to_whoever_may_go_it_whoever_opened_the_page_first(app, publish):
    number = publish()
    path = f"/admin/control?of={VILLAGE}"
    shown = {}
    for role in ("administrator", "reviewer", "auditor"):
        desk = at_desk(app, role)
        links = desk.get(path).tree.xpath(f"//table[@class='heat']//th/a[text()='{STATEMENT.label}']/@href")
        page = desk.get(links[0].removeprefix("/msgk"))
        shown[role] = f"/msgk/admin/reviews/{number}" in page.tree.xpath("//td[@class='ways']/a/@href")
    assert shown == {"administrator": False, "reviewer": True, "auditor": False}


def test_a_months_figure_leads_to_just_these_duties(app, storage):
    desk = at_desk(app, "administrator")
    page = desk.get(f"/admin/control?of={VILLAGE}")
    cell = page.tree.xpath("//table[@class='heat']//tr[not(@class)]/td/a[span[contains(text(), '缺')]]")[0]
    count = int(cell.xpath("span/text()")[0].removeprefix("缺"))
    shown = desk.get(cell.get("href").removeprefix("/msgk") + "&state=missing")
    assert len(shown.tree.xpath("//td[@class='ways']")) == count


@pytest.mark.parametrize("path", ["/admin/control", "/admin/control/duties", "/admin/control/progress.xlsx"])
@pytest.mark.parametrize(
    "foreign", [f"of={COUNTY}", f"of={OTHER}", f"body={OTHER}", f"body={COUNTY}", "of=410923101201", "of=x", "body=x"]
)
def test_nobody_sees_beyond_their_area(app, storage, path, foreign):
    desk = at_desk(app, "reviewer", TOWNSHIP)
    assert desk.fetch(f"{path}?of={VILLAGE}").status_code == 200
    assert desk.fetch(f"{path}?{foreign}").status_code == 404


def test_a_department_sees_itself_alone(app, storage):
    with storage.transaction() as session:
        county = unit_by_code(session, COUNTY)
        add_department(session, county, code="BM-1", name="示例局", by=TESTER, at=now())
        add_department(session, county, code="BM-2", name="示例二局", by=TESTER, at=now())
    desk = at_desk(app, "editor", "BM-1")
    assert "示例局的公开进度" in desk.get("/admin/control").text
    for foreign in ("body=BM-2", f"of={COUNTY}", f"of={VILLAGE}", "of=BM-2"):
        assert desk.fetch(f"/admin/control?{foreign}").status_code == 404


@pytest.mark.parametrize("role", ["security", "handler"])
def test_roles_without_the_permission_are_refused(app, storage, role):
    for path in ("/admin/control", "/admin/control/duties", "/admin/control/progress.xlsx"):
        assert at_desk(app, role).fetch(path).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "months=5",
        "kind=x",
        "to=2026-13",
        "to=1999-01",
        "to=9999-12",
        "to=0000-01",
        "month=２０２６-01",
        "page=0",
        "page=99999",
        "state=x",
    ],
)
def test_what_makes_no_sense_is_not_found(app, storage, query):
    desk = at_desk(app, "administrator")
    assert desk.fetch(f"/admin/control/duties?{query}").status_code == 404


def test_the_workbook_holds_the_same_figures_and_no_formula(app, storage, publish):
    publish()
    with storage.transaction() as session:
        publisher_by_code(session, f"{VILLAGE}-J").name = "=1+1"
    answer = at_desk(app, "administrator").fetch(f"/admin/control/progress.xlsx?of={TOWNSHIP}")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=2))
    of = expected(storage, TOWNSHIP)
    assert [sum(row[at].value for row in rows) for at in (6, 7, 8, 9)] == [
        of[key] for key in ("on_time", "late", "missing", "coming")
    ]
    assert {row[0].data_type for row in rows if row[0].value == "=1+1"} == {"s"}


def test_a_heat_is_hot_only_where_something_is_wrong():
    assert [Cell(10, 0, 0).heat, Cell(99, 0, 1).heat, Cell(0, 1, 9).heat, Cell(0, 0, 0, 4).heat] == [0, 1, 9, None]
    assert [Cell(999, 1, 0).percent, Cell(1, 0, 0).percent] == [99, 100]


def test_months_are_counted_across_years():
    assert months_before(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert months_before(date(2026, 12, 5), -1) == date(2027, 1, 1)
