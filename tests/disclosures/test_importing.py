"""Workbooks into drafts: statements, rosters, catalogues; every error at its place, and nothing changed by any."""

import io
import json
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from tests.factories import NOON, PASSWORD, STATEMENT, TESTER, make_staff
from villages.calendar.periods import CYCLES, Period, period_of
from villages.core.refusal import Refusal
from villages.core.spreadsheet import Row, Sheet, read_workbook
from villages.disclosures.importing import import_items
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.disclosures.periods import parse_period
from villages.disclosures.template import EXPLANATION, explained, write_template
from villages.registry.actions import rename
from villages.registry.bodies import add_department, make_missing
from villages.registry.queries import counties, publishers_of, unit_by_code, villages_of

ROSTER = next(kind for kind in kinds().values() if kind.cycle == "batch" and kind.sheet.rows_into)
CATALOGUE = next(kind for kind in kinds().values() if any(field.block == "several" for field in kind.fields)
                 and kind.publishers == ("department", "township"))  # fmt: skip
HEADS = ["村名", "月份", "期初余额", "本期收入", "本期支出", "期末余额", "日期", "摘要", "收入", "支出"]
ROSTER_HEADS = [
    "村", "补贴项目", "政策依据", "批次", "主管部门", "发放日期", "发放方式", "举报电话", "村民小组", "姓名",
    "补贴标准", "补贴金额（元）", "身份证号",
]  # fmt: skip
BATCH = ["种粮补贴", "财农〔2026〕1号", "第1批", "县农业农村局", "2026-09-01", "一卡通", "0393-6221234"]
ID_NUMBER = "410923199001011234"


@pytest.fixture
def county(nanle):
    with nanle.transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        area = counties(session)[0]
        add_department(session, area, code="JTJ", name="县交通运输局", by=TESTER, at=NOON)
        by = make_staff(session, area, role="editor")
        codes = [unit.division_code for unit in villages_of(session)]
    nanle.by, nanle.codes = by, codes
    return nanle


def sheet(rows, name="表"):
    return Sheet(name, tuple(Row(at, tuple(cells)) for at, cells in enumerate(rows, start=1) if any(cells)))


def statement_rows(code, month="2026年9月", opening=100):
    """Two rows of one village; what holds for both stands in the first, as under merged cells."""
    first = [code, month, str(opening), "50", "20", str(opening + 30)]
    return [[*first, "2026-09-03", "承包费", "50", ""], ["", "", "", "", "", "", "2026-09-09", "修路灯", "", "20"]]


def load_into(storage, kind, sheets, **given):
    with storage.transaction() as session:
        by = session.merge(storage.by, load=True)
        return import_items(session, kind, sheets, by=by, at=NOON, **given)


def count(storage):
    with storage.reading() as session:
        return session.scalar(select(func.count(Item.id)))


def refusal_of(storage, kind, sheets, **given):
    """The lines of a refusal; nothing must have been written."""
    before = count(storage)
    with pytest.raises(Refusal) as refusal:
        load_into(storage, kind, sheets, **given)
    assert count(storage) == before
    return list(refusal.value.lines)


def test_41_statements_from_one_sheet(county):
    rows = [HEADS] + [row for code in county.codes[:41] for row in statement_rows(code)]
    items, ignored = load_into(county, STATEMENT, [sheet(rows)])
    assert (len(items), ignored, count(county)) == (41, [], 41)
    assert {item.publisher.kind for item in items} == {"collective"}
    assert {(item.state, item.period_start) for item in items} == {("draft", date(2026, 9, 1))}
    assert [line["summary"] for line in items[0].draft["lines"]] == ["承包费", "修路灯"]


def test_41_statements_on_sheets_named_after_their_villages(county, tmp_path):
    book = Workbook(write_only=True)
    with county.reading() as session:
        names = [(unit.parent.name + unit.name) for unit in villages_of(session)][:41]
    for name in names:
        page = book.create_sheet(name)
        page.append(["2026年9月收支表"])
        for row in [HEADS, *statement_rows("")]:
            page.append(row[1:])
    book.save(tmp_path / "九月.xlsx")
    items, _ = load_into(county, STATEMENT, read_workbook(tmp_path / "九月.xlsx"))
    assert [item.publisher.unit.parent.name + item.publisher.unit.name for item in items] == names


def test_15_000_roster_rows_are_read_at_once_and_keep_no_identity_number(county, tmp_path):
    book = Workbook(write_only=True)
    page = book.create_sheet("名单")
    page.append(ROSTER_HEADS)
    for at in range(15_000):
        page.append([county.codes[at // 50], *BATCH, "1组", "王小明", "每亩100元", "350.5", ID_NUMBER])
    book.save(tmp_path / "名单.xlsx")
    items, _ = load_into(county, ROSTER, read_workbook(tmp_path / "名单.xlsx"))
    assert (len(items), {len(item.draft["people"]) for item in items}) == (300, {50})
    assert ID_NUMBER not in json.dumps([item.draft for item in items])


def test_3_598_catalogue_rows_are_read_at_once(county, tmp_path):
    book = Workbook(write_only=True)
    page = book.create_sheet("一本通")
    heads = ["单位", "事项名称", "设立依据", "内容要求", "公开主体", "公开方式", "公开时限", "五公开类别", "事项性质"]
    page.append(heads)
    for at in range(3_598):
        page.append(["JTJ", f"事项{at}", "《公路法》第十条", "条件、程序", "县交通运输局", "网站", "20个工作日内",
                     "决策公开、结果公开", "行政许可"])  # fmt: skip
    book.save(tmp_path / "一本通.xlsx")
    items, _ = load_into(county, CATALOGUE, read_workbook(tmp_path / "一本通.xlsx"))
    assert (len(items), items[-1].title) == (3_598, "事项3597")


def test_every_error_is_named_by_sheet_row_and_column_and_nothing_changes(county):
    good, other = county.codes[0], county.codes[1]
    first = [HEADS, *statement_rows(good), *statement_rows("没有的村"), *statement_rows(other, month="九月")]
    first[2][6], first[2][9] = "昨天", "二十"
    second = [HEADS, *statement_rows(county.codes[2])]
    second[1][5] = "999"
    third = [HEADS, *statement_rows(county.codes[3])]
    third[1][3] = ""
    lines = refusal_of(county, STATEMENT, [sheet(first, "甲"), sheet(second, "乙"), sheet(third, "丙")])
    places = [
        "工作表“甲”第 3 行“日期”列：", "工作表“甲”第 3 行“支出”列：", "工作表“甲”第 4 行“村名”列：",
        "工作表“甲”第 6 行“月份”列：", "工作表“乙”第 2 行：", "工作表“丙”第 2 行“本期收入”列：",
    ]  # fmt: skip
    for place in places:
        assert any(line.startswith(place) for line in lines), (place, lines)
    assert all(any(line.startswith(place) for place in places) for line in lines), lines


def test_a_formula_is_an_error(county):
    rows = [HEADS, *statement_rows(county.codes[0])]
    rows[1][5] = "\x00formula"
    (line,) = refusal_of(county, STATEMENT, [sheet(rows)])
    assert line.startswith("工作表“表”第 2 行“期末余额”列：")
    assert "公式" in line


def test_headings_that_lack_or_come_twice_are_named_once(county):
    lines = refusal_of(county, STATEMENT, [sheet([["村", "月份", "期初余额", "上期余额", "本期收入", "本期支出",
                                                    "日期", "用途"], *[["x"] * 8] * 50])])  # fmt: skip
    assert len(lines) == 2
    assert "缺少“期末余额”列（也可写作“本期余额”“期末结余”）" in lines[0]
    assert "“上期余额”列与另一列意思相同" in lines[1]


def test_what_the_kind_does_not_know_is_left_out_and_said(county):
    rows = [["序号", *HEADS], *[["1", *row] for row in statement_rows(county.codes[0])]]
    assert load_into(county, STATEMENT, [sheet(rows)])[1] == ["工作表“表”“序号”列"]


def test_an_empty_sheet_is_refused(county):
    assert refusal_of(county, STATEMENT, [sheet([HEADS])]) == ["文件里只有表头，没有内容，请检查是否选错了工作表"]


def test_a_name_that_several_bear_lists_them_and_the_township_before_it_decides(county):
    with county.transaction() as session:
        one, two = (unit_by_code(session, code) for code in (county.codes[0], county.codes[-1]))
        rename(session, two, one.name, by=TESTER, at=NOON)
        full, codes = one.parent.name + one.name, (one.division_code, two.division_code)
    (line,) = refusal_of(county, STATEMENT, [sheet([HEADS, *statement_rows(one.name)])])
    assert line.startswith("工作表“表”第 2 行“村名”列：")
    assert all(f"{code}-J" in line for code in codes)
    (item,), _ = load_into(county, STATEMENT, [sheet([HEADS, *statement_rows(full)])])
    assert item.unit.division_code == codes[0]


def test_a_body_that_does_not_owe_the_kind_is_an_error(county):
    (line,) = refusal_of(county, STATEMENT, [sheet([HEADS, *statement_rows("县交通运输局")])])
    assert "这一类由农村集体经济组织公开" in line


def test_without_a_unit_column_the_default_publisher_is_meant(county):
    rows = [row[1:] for row in [HEADS, *statement_rows("")]]
    assert "就要用工作表的名称写明单位" in refusal_of(county, STATEMENT, [sheet(rows)])[0]
    with county.reading() as session:
        publisher = load_publisher(session, county.codes[5])
    with county.transaction() as session:
        items, _ = import_items(
            session, STATEMENT, [sheet(rows)], by=session.merge(county.by), at=NOON, default=session.merge(publisher)
        )
        assert items[0].unit.division_code == county.codes[5]


def load_publisher(session, code):
    return next(each for each in publishers_of(session, unit_by_code(session, code)) if each.kind == "collective")


def test_the_same_twice_is_an_error_within_a_workbook_and_with_the_database(county):
    code = county.codes[0]
    lines = refusal_of(county, STATEMENT, [sheet([HEADS, *statement_rows(code)], name) for name in ("甲", "乙")])
    assert lines == ["工作表“乙”第 2 行：与工作表“甲”第 2 行完全相同，请删去一处"]
    load_into(county, STATEMENT, [sheet([HEADS, *statement_rows(code)])])
    (line,) = refusal_of(county, STATEMENT, [sheet([HEADS, *statement_rows(code)])])
    assert "已有一模一样的内容（编号 1）" in line


def test_rows_outside_the_writers_area_are_named(county):
    with county.transaction() as session:
        area = unit_by_code(session, county.codes[0]).parent
        county.by = make_staff(session, area, "乡里的", "editor")
        outside = next(code for code in county.codes if not code.startswith(area.division_code))
    rows = [HEADS, *statement_rows(county.codes[0]), *statement_rows(outside)]
    (line,) = refusal_of(county, STATEMENT, [sheet(rows)])
    assert line.startswith("工作表“表”第 4 行：")
    assert "管辖范围" in line


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.key)
def test_every_template_names_what_its_kind_reads_and_is_text(kind, tmp_path):
    path = tmp_path / "模板.xlsx"
    write_template(kind, path)
    book = load_workbook(path)
    table, about = book.worksheets
    heads = [cell.value for cell in table[1]]
    assert heads == [row[0] for row in explained(kind)]
    assert [row[0].value for row in about.iter_rows(min_row=2)] == heads
    assert about.title == EXPLANATION
    assert {table.column_dimensions[cell.column_letter].number_format for cell in table[1]} == {"@"}


def test_a_filled_template_is_imported(county, tmp_path):
    path = tmp_path / "模板.xlsx"
    write_template(STATEMENT, path)
    book = load_workbook(path)
    page = book.worksheets[0]
    at = {cell.value: cell.column for cell in page[1]}
    for number, row in enumerate(statement_rows(county.codes[7]), start=2):
        for head, value in zip(HEADS, row, strict=True):
            page.cell(number, at[head]).value = value or None
    book.save(path)
    (item,), ignored = load_into(county, STATEMENT, read_workbook(path))
    assert (item.unit.division_code, item.draft["closing"], ignored) == (county.codes[7], 130_00, [])


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_periods_own_label_is_understood(cycle):
    period = period_of(date(2026, 1, 1), cycle)
    for _ in range(12):
        assert parse_period(period.label, cycle) == period
        period = period.next


@pytest.mark.parametrize(("text", "cycle", "start"), [
    ("2026-09", "month", (2026, 9)), ("2026/9", "month", (2026, 9)), ("202609", "month", (2026, 9)),
    ("2026年09月份", "month", (2026, 9)), ("2026-09-01 00:00:00", "month", (2026, 9)),
    ("２０２６年９月", "month", (2026, 9)),
    ("2026年三季度", "quarter", (2026, 7)), ("2026Q3", "quarter", (2026, 7)), ("2026年第3季度", "quarter", (2026, 7)),
    ("2026年7—9月", "quarter", (2026, 7)), ("2026年度", "year", (2026, 1)), ("2026", "year", (2026, 1)),
    ("2026 年 下半年", "half_year", (2026, 7)),
])  # fmt: skip
def test_periods_as_people_write_them(text, cycle, start):
    assert parse_period(text, cycle) == Period(date(*start, 1), cycle)


@pytest.mark.parametrize(("text", "cycle"), [
    ("", "month"), ("2026年13月", "month"), ("2026-00", "month"), ("2026-09-15", "month"), ("九月", "month"),
    ("2026年5季度", "quarter"), ("2026年8—10月", "quarter"), ("2026年9月", "quarter"), ("1800", "year"),
    ("2026年中", "half_year"), ("0000年1月", "month"),
])  # fmt: skip
def test_what_is_no_period_is_not_guessed(text, cycle):
    assert parse_period(text, cycle) is None


def write_csv(path, rows):
    path.write_text("\n".join(",".join(row) for row in rows), encoding="gb18030")
    return path


@pytest.fixture
def office(villages, monkeypatch):
    """The command line with staff of the county."""
    villages("init")
    for name, role in (("录入", "editor"), ("甲审", "reviewer"), ("乙审", "reviewer"), ("发布", "publisher")):
        monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
        assert villages("accounts", "add", name, "--role", role, "--scope", "410923", "--password-stdin")[0] == 0
    return villages


def first_code(office):
    rows = json.loads(office("registry", "list", "--format", "json")[1])
    return next(row["code"] for row in rows if row["in_scope"])


def test_the_commands_walk_an_item_through_its_life(office, tmp_path):
    code = first_code(office)
    file = write_csv(tmp_path / "九月.csv", [HEADS, *statement_rows(code)])
    here = ("disclosures",)
    status, out, _ = office(*here, "import", STATEMENT.key, file, "--as", "录入", "--dry-run")
    assert (status, "数据库没有改动" in out) == (0, True)
    assert json.loads(office(*here, "list", "--format", "json")[1]) == []
    assert office(*here, "import", STATEMENT.key, file, "--as", "录入")[0] == 0
    (row,) = json.loads(office(*here, "list", "--unit", code, "--state", "draft", "--format", "json")[1])
    number = row["id"]
    assert (row["period"], row["unit_code"]) == ("2026年9月", code)
    status, _, err = office(*here, "publish", number, "--as", "发布")
    assert (status, len(err.splitlines())) == (1, 1)
    for verb, name in (("submit", "录入"), ("approve", "甲审"), ("approve", "乙审"), ("approve", "发布"),
                       ("publish", "发布")):  # fmt: skip
        assert office(*here, verb, number, "--as", name)[0] == 0
    better = write_csv(tmp_path / "更正.csv", [row[2:] for row in [HEADS, *statement_rows(code, opening=200)]])
    assert office(*here, "correct", number, better, "--note", "期初写错了", "--as", "录入")[0] == 0
    assert office(*here, "send-back", number, "--as", "甲审", "--reason", "再看")[0] == 1
    document = json.loads(office(*here, "show", number, "--format", "json")[1])
    assert (document["state"], document["is_public"], len(document["editions"])) == ("draft", True, 1)
    assert [step["verb"] for step in document["steps"]][-2:] == ["correct", "write"]
    assert "期初余额：200.00 元" in office(*here, "show", number)[1]


def test_schedule_takes_chinas_time_and_wrong_usage_is_2(office, tmp_path):
    code = first_code(office)
    office("disclosures", "import", STATEMENT.key, write_csv(tmp_path / "a.csv", [HEADS, *statement_rows(code)]),
           "--as", "录入")  # fmt: skip
    for verb, name in (("submit", "录入"), ("approve", "甲审"), ("approve", "乙审"), ("approve", "发布")):
        office("disclosures", verb, 1, "--as", name)
    assert office("disclosures", "schedule", 1, "--as", "发布", "--at", "明天")[0] == 2
    assert office("disclosures", "schedule", 1, "--as", "发布", "--at", "2020-01-01 08:00")[0] == 1
    status, out, _ = office("disclosures", "schedule", 1, "--as", "发布", "--at", "2099-01-01 08:30")
    assert (status, "2099年1月1日 8:30发布" in out) == (0, True)
    assert office("disclosures", "submit", 1)[0] == 2
    assert office("disclosures", "show", 99)[0] == 1


def test_kinds_templates_and_departments(office, tmp_path):
    keys = [row["key"] for row in json.loads(office("disclosures", "kinds", "--format", "json")[1])]
    assert keys == list(kinds())
    path = tmp_path / "t.xlsx"
    assert office("disclosures", "template", STATEMENT.key, "--output", path)[0] == 0
    assert office("disclosures", "template", STATEMENT.key, "--output", path)[0] == 1
    add = ("disclosures", "departments", "add", "JTJ", "县交通运输局", "--county", "410923")
    assert [office(*add)[0], office(*add)[0]] == [0, 1]
    status, _, err = office("disclosures", "import", "没有的类", path, "--as", "录入")
    assert (status, "没有“没有的类”这一类" in err) == (1, True)
