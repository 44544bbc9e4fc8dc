"""Tables to download: typed, harmless, named in Chinese, and never whole in memory."""

import csv
import io
import tracemalloc
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from tests.data.conftest import BASE, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.portal.published import ARTICLE, ROSTER, STATEMENT, statement_given
from villages.core.sheets import as_csv, as_xlsx
from villages.data.tables import headings
from villages.disclosures.kinds import kinds


def rows_of(answer):
    text = answer.data.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def sheet_of(data):
    return list(load_workbook(io.BytesIO(data), read_only=True).active.iter_rows(values_only=True))


def test_a_statement_is_told_line_by_line_with_its_item(visit, put):
    number = put(STATEMENT, statement_given(opening=100, rows=3), period_start=date(2026, 9, 1))
    rows = rows_of(visit.fetch(f"/data/{STATEMENT.key}.csv"))
    assert len(rows) == 3
    assert {(row["事项编号"], row["期间"], row["网址"]) for row in rows} == {
        (str(number), "2026年9月", f"{BASE}items/{number}")
    }
    assert (rows[0]["逐笔账目·收入（元）"], rows[1]["逐笔账目·支出（元）"]) == ("3200.00", "1850.00")
    assert rows[0]["逐笔账目·日期"] == "2026-09-03"


def test_a_workbook_has_days_and_numbers_that_a_spreadsheet_counts_with(visit, put):
    put(STATEMENT, statement_given(), period_start=date(2026, 9, 1))
    heads, first, *_ = sheet_of(visit.fetch(f"/data/{STATEMENT.key}.xlsx").data)
    row = dict(zip(heads, first, strict=True))
    assert row["逐笔账目·日期"] == datetime(2026, 9, 3)  # noqa: DTZ001 - a cell has no zone
    assert row["逐笔账目·收入（元）"] == 3200
    assert row["区划代码"] == VILLAGE


def test_an_items_table_is_linked_from_its_page_and_is_the_same_in_both_forms(visit, put):
    number = put(STATEMENT, statement_given(rows=4), period_start=date(2026, 9, 1))
    page = visit.get(f"/items/{number}")
    for form in ("CSV表格", "Excel表格"):
        assert page.links()[form].startswith(f"/msgk/items/{number}/lines.")
    plain = rows_of(visit.fetch(f"/items/{number}/lines.csv"))
    heads, *rows = sheet_of(visit.fetch(f"/items/{number}/lines.xlsx").data)
    assert [row["摘要"] for row in plain] == [dict(zip(heads, row, strict=True))["摘要"] for row in rows]


def test_a_list_of_names_is_in_no_table(visit, put):
    number = put(ROSTER)
    field = next(each.name for each in ROSTER.fields if each.block == "table")
    for path in (f"/data/{ROSTER.key}.csv", f"/items/{number}/{field}.csv", f"/items/{number}/{field}.xlsx"):
        page = visit.get(path, status=404)
        assert "名单" in page.text
    assert "下载" not in visit.get(f"/items/{number}").text


def test_a_place_has_a_table_of_its_own(visit, put):
    here, there = put(ARTICLE), put(ARTICLE, code=NEIGHBOUR)
    of = lambda code: {row["事项编号"] for row in rows_of(visit.fetch(f"/data/{ARTICLE.key}.csv?within={code}"))}  # noqa: E731
    assert (of(VILLAGE), of(TOWNSHIP)) == ({str(here)}, {str(here), str(there)})
    assert "没有区划代码为 410999 的地方" in visit.get(f"/data/{ARTICLE.key}.csv?within=410999", status=400).text


@pytest.mark.parametrize("text", ["=1+1", "+86 1", "-x", "@a", "\t=1", "\r=1", "＝1", "  =1"])
def test_no_text_is_a_formula_and_no_amount_a_text(text):
    row = [text, Decimal("-12.50"), -3, date(2026, 9, 1), None]
    told = b"".join(as_csv(["甲", "乙", "丙", "丁", "戊"], [row])).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(told.partition("\r\n")[2], newline=""))) == [
        f"'{text}", "-12.50", "-3", "2026-09-01", ""
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(b"".join(as_xlsx(["甲", "乙", "丙", "丁", "戊"], [row]))))
    first, *others = book.active[2]
    assert (first.data_type, first.value.strip()) == ("s", text.strip())
    assert [cell.value for cell in others[:2]] == [-12.5, -3]


def test_a_name_in_chinese_travels_with_one_in_ascii(visit, put):
    put(ARTICLE)
    told = visit.fetch(f"/data/{ARTICLE.key}.csv").headers["Content-Disposition"]
    assert told.startswith(f'attachment; filename="{ARTICLE.key}-2')
    assert "; filename*=UTF-8''%" in told
    assert told.isascii()


def test_who_has_the_table_is_told_so(visit, put):
    put(ARTICLE)
    path = f"/data/{ARTICLE.key}.xlsx"
    tag = visit.fetch(path).headers["ETag"]
    assert visit.fetch(path, **{"If-None-Match": tag}).status_code == 304
    put(ARTICLE)
    assert visit.fetch(path, **{"If-None-Match": tag}).status_code == 200
    assert visit.client.head(path, base_url=visit.base).data == b""


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_long_table_is_never_whole_in_memory(write):
    def rows(count):
        return ([at, "修村东水泥路" * 4, Decimal(at)] for at in range(count))

    def most(count):
        tracemalloc.start()
        size = sum(len(piece) for piece in write(["甲", "乙", "丙"], rows(count)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size, peak

    (few, before), (many, after) = most(3_000), most(30_000)
    assert many > 8 * few
    assert after < before + 400_000


def test_control_characters_spoil_no_workbook():
    assert sheet_of(b"".join(as_xlsx(["甲"], [["a\x00b\x1f<&"]])))[1] == ("ab<&",)


def test_no_two_columns_have_the_same_heading():
    for kind in kinds().values():
        found = headings(kind)
        assert len(found) == len(set(found)), kind.key
