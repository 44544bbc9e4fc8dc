"""The list of villages as people make it: every cell checked, everything said at once."""

import codecs
from pathlib import Path

import openpyxl
import pytest

from villages.core.refusal import Refusal
from villages.core.spreadsheet import read_table
from villages.registry.listing import read_listing
from villages.service.commands import BUNDLED

HEADER = "code,name,committee,kind,township_code,township,county,city,province,in_scope"
GOOD = "410999100201,柳溪村,柳溪村委会,village,410999100,清河镇,示例县,示例市,示例省,1"


def listing(tmp_path: Path, *lines: str, encoding: str = "utf-8", header: str = HEADER):
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join([header, *lines]).encode(encoding))
    return read_listing(read_table(path))


def changed(**cells: str) -> str:
    values = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | cells
    return ",".join(values.values())


def test_the_bundled_county_has_329_units_of_which_322_are_in_scope():
    entries, problems = read_listing(read_table(BUNDLED))
    assert not problems
    assert len(entries) == 329
    assert sum(entry.in_scope for entry in entries) == 322
    assert len({entry.township for entry in entries}) == 12


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_list_is_read_in_every_encoding_that_excel_writes(tmp_path, encoding):
    entries, problems = listing(tmp_path, GOOD, encoding=encoding)
    assert not problems
    assert entries[0].name == "柳溪村"


def test_a_list_with_chinese_headings_separated_by_tabs_is_read(tmp_path):
    header = "区划代码\t村名\t乡镇\t县\t市\t省\t是否制码"
    entries, problems = listing(tmp_path, "410999100201\t柳溪社区\t清河镇\t示例县\t示例市\t示例省\t否", header=header)
    assert not problems
    assert (entries[0].kind, entries[0].in_scope, entries[0].township) == ("community", False, "清河镇")


def workbook(tmp_path: Path, *rows: tuple) -> Path:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    for row in rows:
        book.active.append(row)
    path = tmp_path / "名单.xlsx"
    book.save(path)
    return path


def test_a_workbook_with_codes_as_numbers_is_read(tmp_path):
    row = (410999100201, "柳溪村", "柳溪村委会", "village", 410999100, "清河镇", "示例县", "示例市", "示例省", 1)
    entries, problems = read_listing(read_table(workbook(tmp_path, row)))
    assert not problems
    assert entries[0].code == "410999100201"


def test_a_formula_in_a_workbook_is_named_with_its_cell(tmp_path):
    row = ('=CONCATENATE("4109","99100201")', "柳溪村", "", "village", "", "清河镇", "示例县", "示例市", "示例省", 1)
    _, problems = read_listing(read_table(workbook(tmp_path, row)))
    assert "第 2 行“code”列的值“（公式）”不对：请复制后用“粘贴为数值”，不要留公式" in problems


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"code": "4109991002011", "township_code": ""}, "现在是 13 位"),
        ({"code": "4.10999E+11", "township_code": ""}, "科学计数"),
        ({"code": "柳溪村", "name": "410999100201", "township_code": ""}, "列可能放错了"),
        ({"code": ""}, "不能空着，请填 12 位"),
        ({"code": "４１０９９９１００２０１"}, "列可能放错了"),
        ({"name": ""}, "“name”列的值“”不对：不能空着"),
        ({"name": "柳\u200b溪村"}, "看不见的字符"),
        ({"name": "村" * 61}, "不能超过 60 个字"),
        ({"kind": "hamlet"}, "只能填 village、村"),
        ({"in_scope": "2"}, "只能填 1、是"),
        ({"township_code": "410999101"}, "应与村代码的前 9 位 410999100 一致"),
        ({"township": "410999100"}, "这里应是名称，现在是数字"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_value_and_remedy(tmp_path, cells, says):
    entries, problems = listing(tmp_path, changed(**cells))
    assert not entries
    assert any(says in problem and problem.startswith("第 2 行“") for problem in problems), problems


def test_all_problems_are_told_at_once(tmp_path):
    bad = [changed(code=f"41099910020{n}", name="", in_scope="也许") for n in range(1, 6)]
    _, problems = listing(tmp_path, *bad)
    assert len(problems) == 10


def test_a_code_used_twice_names_both_rows(tmp_path):
    _, problems = listing(tmp_path, GOOD, changed(name="另一村"))
    assert problems == ["第 3 行“code”列的值“410999100201”不对：与第 2 行重复，一个代码只能有一行"]


def test_a_township_with_two_names_is_noticed(tmp_path):
    _, problems = listing(tmp_path, GOOD, changed(code="410999100202", township="青河镇"))
    assert "代码 410999100 在第 2 行叫“清河镇”" in problems[0]


def test_missing_columns_are_named_together(tmp_path):
    _, problems = listing(tmp_path, "410999100201,柳溪村", header="code,name")
    assert len(problems) == 4
    assert "缺少“township”列（也可写作“乡镇”）" in problems[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "是空的"),
        (b"\r\n \r\n", "是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为 .xlsx"),
        (b"PK\x03\x04 not really", "不是完整的 Excel 工作簿"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff", "不是能识别的表格"),
        (codecs.BOM_UTF8 + b'code,name\r\n"1,2', "引号可能没有配对"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_line(tmp_path, content, says):
    path = tmp_path / "名单.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        read_listing(read_table(path))
    assert len(refusal.value.lines) == 1
    assert says in str(refusal.value)


def test_a_list_of_100_000_rows_is_read(tmp_path):
    rows = [changed(code=f"{410999000000 + n}", township_code="", township=f"第{n // 1000}镇") for n in range(100_000)]
    entries, problems = listing(tmp_path, *rows)
    assert not problems
    assert len(entries) == 100_000
