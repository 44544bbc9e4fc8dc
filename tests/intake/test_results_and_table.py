"""Results of applications, fees, and table 3 counted from single applications."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from villages.intake.fees import ITEMS, PAGES, fee
from villages.intake.results import APPLICANTS, results
from villages.intake.table3 import SUM, Application, problems, rows, table3

PUBLISHED = Path(__file__).resolve().parents[2] / "villages" / "disclosures" / "data" / "annual-2021.json"
# Table 3 of the county's report of 2021: what is not there is 0.
COUNTY_2021 = {
    "received_this_year": 14, "granted": 5, "partly_granted": 1, "refused_third_party": 1, "refused_process_info": 5,
    "refused_admin_query": 1, "other_misc": 1, "results_total": 14,
}  # fmt: skip


def test_there_are_the_21_results_and_the_25_rows_of_the_form():
    assert len(results()) == 21
    assert len(rows()) == 25
    assert len(rows()) * (len(APPLICANTS) + 1) == 175


def test_every_refusal_says_that_reconsideration_comes_first_and_where():
    for result in results().values():
        remedy = result.remedy(heard_by="示例县人民政府")
        assert "60日" in remedy
        assert "向示例县人民政府" in remedy
        assert ("应当先申请行政复议" in remedy) is result.refuses
    assert {code for code, result in results().items() if result.refuses} == {
        code for code in results() if code.startswith(("refused_", "partly_"))
    }


def test_the_countys_year_2021_comes_out_of_its_14_applications():
    day = date(2021, 3, 1)
    given = [
        Application("natural_person", day, day + timedelta(days=20), code)
        for code, count in COUNTY_2021.items() if code in results() for _ in range(count)
    ]  # fmt: skip
    table = table3(given, 2021)
    assert {row: table[row][SUM] for row in rows()} == {row: COUNTY_2021.get(row, 0) for row in rows()}
    assert all(table[row]["natural_person"] == table[row][SUM] for row in rows())
    assert problems(table) == []


def test_the_countys_own_published_table_holds_too():
    told = json.loads(PUBLISHED.read_text(encoding="utf-8"))["values"]
    counted = next(value for value in told.values() if isinstance(value, list) and len(value) == len(rows()))
    assert [int(row[SUM]) for row in counted] == [COUNTY_2021.get(row, 0) for row in rows()]


def by_walking(given, year):
    """The same table, by walking through every cell with a question of its own."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    cells = {}
    for column in (*APPLICANTS, SUM):
        mine = [each for each in given if column in (SUM, each.applicant)]
        there = [each for each in mine if each.received_on <= last and (each.closed_on or last) >= first]
        ended = [each for each in there if each.closed_on and first <= each.closed_on <= last]
        cells["received_this_year", column] = len([each for each in there if each.received_on >= first])
        cells["carried_in", column] = len([each for each in there if each.received_on < first])
        for code in results():
            cells[code, column] = len([each for each in ended if each.result == code])
        cells["results_total", column] = len(ended)
        cells["carried_out", column] = len(there) - len(ended)
    return cells


@pytest.mark.parametrize("seed", range(100))
def test_a_hundred_random_years_equal_an_independent_count(seed):
    chance = random.Random(seed)  # noqa: S311 - the same years every time
    given = []
    for _ in range(chance.randrange(0, 120)):
        received = date(2023, 1, 1) + timedelta(days=chance.randrange(1_100))
        is_open = chance.random() < 0.2
        closed = None if is_open else received + timedelta(days=chance.randrange(90))
        result = "" if is_open else chance.choice(list(results()))
        given.append(Application(chance.choice(list(APPLICANTS)), received, closed, result))
    before = table3(given, 2023)
    for year in (2024, 2025):
        table = table3(given, year)
        assert {(row, column): table[row][column] for row in table for column in table[row]} == by_walking(given, year)
        assert problems(table, before) == []
        before = table


def test_a_table_that_does_not_hold_is_told_by_column_and_row():
    table = {row: dict.fromkeys((*APPLICANTS, SUM), 0) for row in rows()}
    table["granted"]["natural_person"] = 1
    told = "\n".join(problems(table))
    assert "“自然人”一列：21 项办理结果加起来 = 总计不成立，是 1 和 0" in told
    assert "“（一）予以公开”一行" in told


@pytest.mark.parametrize(
    ("scale", "count", "yuan"),
    [
        (ITEMS, 0, 0), (ITEMS, 10, 0), (ITEMS, 11, 100), (ITEMS, 30, 2_000), (ITEMS, 31, 2_200), (ITEMS, 40, 4_000),
        (ITEMS, 41, 4_300), (ITEMS, 50, 7_000), (ITEMS, 51, 7_400),
        (PAGES, 30, 0), (PAGES, 31, 10), (PAGES, 100, 700), (PAGES, 101, 720), (PAGES, 200, 2_700), (PAGES, 201, 2_740),
    ],
)  # fmt: skip
def test_a_fee_grows_band_by_band(scale, count, yuan):
    assert fee(scale, count).amount == yuan


def test_a_fee_explains_itself():
    assert fee(PAGES, 120).explain == (
        "30页以内不收费；第31到100页，每页10元，共700元；第101到120页，每页20元，共400元。合计1100元。"
    )
