"""Table 3 of a year out of the records: the county's 2021 through the pages, and a century of random applications."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from tests.factories import NOON
from tests.intake.cases import COUNTY, HERE, county_in, handler, make_case
from tests.staff import at_desk
from villages.intake import answering, following, handling
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.intake.queries import applications_of
from villages.intake.receiving import Came
from villages.intake.results import APPLICANTS, results
from villages.intake.table3 import SUM, problems, rows, table3

PUBLISHED = Path(__file__).resolve().parents[2] / "villages" / "disclosures" / "data" / "annual-2021.json"
COLUMNS = (*APPLICANTS, SUM)
SENTENCE = "示例：经检索，本机关答复如下。如不服，可以自知道之日起60日内申请行政复议。"


def published():
    """Table 3 of the county's own report of 2021: row -> column -> how many."""
    told = json.loads(PUBLISHED.read_text(encoding="utf-8"))["values"]["applications"]
    return {row: {column: int(cells[column]) for column in COLUMNS} for row, cells in zip(rows(), told, strict=True)}


def test_the_countys_2021_year_comes_out_of_14_applications_entered_and_answered_through_the_pages(cases_app):
    storage = cases_app.extensions["storage"]
    one, other = (at_desk(cases_app, "handler", COUNTY) for _ in range(2))
    with storage.reading() as session:
        county = county_in(session)
        body = county.publisher(session, county.county).code
    table = published()
    wanted = [(column, code) for code in results() for column in APPLICANTS for _ in range(table[code][column])]
    assert len(wanted) == 14
    for number, (applicant, result) in enumerate(wanted):
        received = date(2021, 1, 18) + timedelta(days=23 * number)
        _answered(one, other, _entered(one, body, applicant, received), result, received + timedelta(days=16))
    with storage.reading() as session:
        assert table3(applications_of(session, 2021), 2021) == table
        before = table3(applications_of(session, 2020), 2020)
    assert sum(len(cells) for cells in table.values()) == 175
    assert problems(table, before) == []
    assert one.fetch("/admin/cases/year?year=2021&form=json").json == {"year": 2021, "table3": table, "problems": []}
    page = one.get("/admin/cases/year?year=2021")
    shown = [[cell.text_content() for cell in row] for row in page.tree.xpath("//tbody//tr/td/..")]
    assert [[int(cell) for cell in cells[1:]] for cells in shown] == [list(table[row].values()) for row in rows()]
    assert page.text.count("对得上") == 4
    away = at_desk(cases_app, "handler", HERE).get("/admin/cases/year?year=2021")
    assert {cell.text for cell in away.tree.xpath("//tbody//td")} == {"0"}


def test_there_is_no_table_of_a_year_that_cannot_be(cases_app):
    desk = at_desk(cases_app, "handler", COUNTY)
    for year in ("", "2007", "2999", "x", "²"):
        assert desk.fetch(f"/admin/cases/year?year={year}").status_code == 404, year


def _entered(desk, body, applicant, on):
    """The number of an application that was written down at the counter, as of a day long ago."""
    page = desk.get("/admin/cases/new?kind=foi_request")
    token = page.tree.xpath("//input[@name='token']/@value")[0]
    sent = desk.post(
        "/admin/cases/new", kind="foi_request", token=token, channel="counter", on=on.isoformat(), about=body,
        applicant=applicant, name="示例申请人", phone="13812345678", subject="示例文件", form="纸质", way="网上",
    )  # fmt: skip
    assert sent.status_code == 200, sent.text
    assert "补录" in sent.text
    return re.search(r"\d{4} \d{4} \d{4}", sent.text)[0].replace(" ", "")


def _answered(one, other, number, result, on):
    """Taken, answered with a result, agreed to by the other and sent, each as its page sends it."""
    at = f"/admin/cases/{number}"

    def send(desk, path, **form):
        response = desk.post(path, no_interest="yes", **form)
        assert response.status_code == 303, response.text

    send(one, at, verb="accept", seen=2)
    send(one, f"{at}/answer", verb="save", seen=3, result=result, text=SENTENCE)
    send(other, at, verb="approve", seen=4)
    send(one, at, verb="answer", seen=5, on=on.isoformat())


FIRST, YEARS, A_YEAR = 1926, 100, (5, 45)
# What ends an application in the records: an answer, or its withdrawal.
WITHDRAWN = "other_misc"


def test_a_hundred_random_years_of_records_equal_a_count_by_stock(begun):
    session, county = begun
    chance = random.Random(2021)  # noqa: S311 - the same years every time
    history = []
    one, other = handler(session, county.here), handler(session, county.here)
    for year in range(FIRST, FIRST + YEARS):
        history += [_by_row(session, county, chance, year) for _ in range(chance.randrange(*A_YEAR))]
        if year % 10 == FIRST % 10:
            history += [_by_verbs(session, county, chance, year, one, other) for _ in range(3)]
    _what_counts_for_nothing(session, county)
    session.flush()
    assert {result for *_, result in history if result} == set(results())
    assert {applicant for applicant, *_ in history} == set(APPLICANTS)
    before = None
    for year, counted in by_stock(history):
        table = table3(applications_of(session, year), year)
        assert {(row, column): table[row][column] for row in table for column in table[row] if table[row][column]} == (
            counted
        ), year
        assert problems(table, before) == []
        before = table
    assert before is not None


def by_stock(history):
    """Year by year, what is not 0: a stock of open applications that what comes in swells and what ends empties."""
    stock: Counter[str] = Counter()
    for year in range(FIRST, FIRST + YEARS):
        cells: Counter[tuple[str, str]] = Counter()
        for column, many in stock.items():
            cells["carried_in", column] = many
        for applicant, received, ended, result in history:
            if received.year == year:
                cells["received_this_year", applicant] += 1
                stock[applicant] += 1
            if ended is not None and ended.year == year:
                cells[result, applicant] += 1
                cells["results_total", applicant] += 1
                stock[applicant] -= 1
        for column, many in stock.items():
            cells["carried_out", column] = many
        for (row, _), many in list(cells.items()):
            cells[row, SUM] += many
        yield year, {cell: many for cell, many in cells.items() if many}


def _fate(chance, year):
    """A day of receipt in a year, and the end: (day, result), or neither."""
    received = date(year, 1, 1) + timedelta(days=chance.randrange(365))
    if chance.random() < 0.1:
        return received, None, ""
    return received, received + timedelta(days=chance.randrange(150)), chance.choice(list(results()))


def _by_row(session, county, chance, year):
    received, ended, result = _fate(chance, year)
    applicant = chance.choice(list(APPLICANTS))
    session.add(
        Case(
            number=f"{chance.randrange(10**12):012}", code="", body="", kind="foi_request", channel="counter",
            state="answered" if result else "in_hand", unit_id=county.here.id, submitted_at=NOON, received_on=received,
            applicant=applicant, answered_on=ended, result=result,
        )
    )  # fmt: skip
    return applicant, received, ended, result


def _by_verbs(session, county, chance, year, one, other):
    received, ended, result = _fate(chance, year)
    applicant = chance.choice(list(APPLICANTS))
    values = {"applicant": applicant, "name": "示例申请人", "subject": "示例", "form": "纸质", "way": "网上"}
    body = county.publisher(session, county.here)
    case = make_case(session, "foi_request", came=Came("counter", on=received), values=values, publisher=body)
    handling.accept(session, case, by=one, at=NOON)
    if result == WITHDRAWN:
        following.withdraw(session, case, "", by=one, at=NOON, on=ended)
    elif result:
        answering.draft(session, case, SENTENCE, result=result, by=one, at=NOON)
        answering.approve(session, case, by=other, at=NOON)
        answering.answer(session, case, by=one, at=NOON, on=ended)
    return applicant, received, ended, result


def _what_counts_for_nothing(session, county):
    """A question, and an application that is held back: no row of the table counts them."""
    year = FIRST + YEARS // 2
    make_case(session, "question", unit=county.village, came=Came("counter", on=date(year, 3, 1)))
    body = county.publisher(session, county.here)
    came = Came("counter", on=date(year, 3, 1), is_held=True)
    held = make_case(session, "foi_request", came=came, publisher=body)
    assert kinds()[held.kind].is_application
