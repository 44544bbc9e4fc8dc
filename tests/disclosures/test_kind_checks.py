"""A catalogue file is checked strictly, and everything that is wrong with it is said at once, in Chinese."""

from pathlib import Path

import pytest

from villages.core.refusal import Refusal
from villages.disclosures.kinds import load_kinds

GOOD = Path(__file__).with_name("flood_watch.toml").read_text(encoding="utf-8")
STEP = """
[[fields]]
name = "steps"
label = "步骤记录"
block = "steps"
least = 1
required = false
help = ""
public = false
mask = "none"
short = false

[[fields.steps]]
name = "propose"
label = "提议"
shown_days = 0

[[fields.steps.meetings]]
label = "支部会"
quorum = "at least 2/3"
majority = "more than 1/2"

[short]
title = "title"
"""


def load(folder, text, name="flood_watch.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_kinds(folder)


def refused(folder, text, name="flood_watch.toml"):
    with pytest.raises(Refusal) as caught:
        load(folder, text, name)
    return caught.value.lines


def test_a_new_kind_is_one_new_file(tmp_path):
    kind = load(tmp_path, GOOD)["flood_watch"]
    assert (kind.label, kind.field("rows").columns[1].public) == ("防汛值班", True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('label = "防汛值班"', "", "“label”没有写，请补上"),
        ('label = "防汛值班"', 'label = " "', "“label”不能空着"),
        ('label = "防汛值班"', "label = 7", "“label”应是加引号的文字，现在是 7"),
        ('section = "affairs"', 'section = "money"', "“section”是“money”，只能是 information、affairs"),
        ('["committee"]', '["village"]', "“publishers”里的“village”不认识，只能是 county"),
        ('["committee"]', "[]", "“publishers”是空的"),
        ('["committee"]', '["committee", "committee"]', "“publishers”里的“committee”写了两次"),
        ('["reviewer", "publisher"]', '["boss"]', "“review”里的“boss”不认识，只能是 reviewer、publisher"),
        ('["reviewer", "publisher"]', '["publisher", "reviewer"]', "“review”最后一步要是 publisher"),
        ('cycle = "month"', 'cycle = "weekly"', "“cycle”是“weekly”，只能是 none"),
        ('cycle = "month"', 'cycle = "none"', "“due_days”与“cycle”不符"),
        ('cycle = "month"', 'cycle = "at_once"', "“formed_field”没有写"),
        ('cycle = "month"', 'cycle = "long_term"', "“import.period”与“cycle”不符"),
        ("due_days = 20", "due_days = true", "“due_days”应是整数，现在是 True"),
        ("due_days = 20", "due_days = -1", "“due_days”不能是负数"),
        ("due_days = 20", "due_days = 5", "“warn_days”要小于“due_days”（5）"),
        ('due_unit = "working"', 'due_unit = "weeks"', "“due_unit”是“weeks”，只能是 working、calendar"),
        ('formed_field = ""', 'formed_field = "title"', "“formed_field”是“title”，应是一个 date 字段的名字"),
        ("may_be_nothing = true", 'may_be_nothing = "yes"', "“may_be_nothing”应是 true 或 false"),
        ('after_notice = "keep"', 'after_notice = "archive"', "“after_notice”没有公示期"),
        ('check = "none"', 'check = "luck"', "“check”是“luck”，只能是 none、statement"),
        ('check = "none"', 'check = "statement"', "“check”是“statement”，要有必填的 money 字段“opening”"),
        ("valid_from = 2026-01-01", 'valid_from = "2026"', "“valid_from”应是日期"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T08:00:00", "“valid_from”应是日期"),
        ("listed = true", "listed = true\nlist = true", "“list”不认识，请删去或检查拼写"),
        ('block = "date"', 'block = "day"', "“fields.rows.columns.day.block”是“day”，只能是 area"),
        ('block = "date"', 'block = "files"', "“fields.rows.columns.day.block”是“files”，放不进表格的一格"),
        ('block = "date"', 'block = "number"', "“fields.rows.columns.day.unit”没有写"),
        ('name = "day"', 'name = "Day"', "“fields.rows.columns.Day.name”是“Day”，只能用小写英文字母"),
        ('name = "day"', 'name = "phone"', "“fields.rows.columns”里有两个“name”都是“phone”"),
        ('label = "日期"', 'label = "电话"', "“fields.rows.columns”里有两个“label”都是“电话”"),
        ('block = "phone"', 'block = "text"', "“fields.rows.columns.phone.public”只能用于不打码的 phone 字段"),
        ('public = true\nmask = "none"', 'public = false\nmask = "blur"', "“fields.rows.columns.phone.mask”是“blur”"),
        ('public = false\nmask = "none"\n\n[[fields.columns]]', 'public = false\nmask = "last4"\n\n[[fields.columns]]',
         "“fields.rows.columns.day.mask”只能用于 text 和 phone 字段"),
        ('public = false\nmask = "none"\n\n[[fields.columns]]', 'public = false\nmask = "omit"\n\n[[fields.columns]]',
         "“fields.rows.columns.day.required”不能是 true：omit 的内容不保存"),
        ('title = "title"', 'title = "rows"', "“short.title”是“rows”，应是一个 text 字段的名字"),
        ("filters = []", 'filters = ["rows"]', "“filters”里的“rows”应是一个不打码的 choice、several"),
        ("filters = []", 'filters = ["phone"]', "人名不能用来查找"),
        ("filters = []", 'filters = ["title", "title"]', "“filters”里的“title”写了两次"),
        ("filters = []", "", "“filters”没有写，请补上"),
        ("fields = []", 'fields = ["rows"]', "“short.fields”里的“rows”应是一个 short = true"),
        ('layout = "rows_of_item"', 'layout = "free"', "“import.layout”是“free”，只能是 row_per_item"),
        ('layout = "rows_of_item"', 'layout = "row_per_item"', "“import.rows_into”只用于 rows_of_item"),
        ('rows_into = "rows"', 'rows_into = "title"', "“import.rows_into”是“title”，应是一个表格字段的名字"),
        ('title = ["标题", "题目"]', "", "“import.headings.title”没有写，请补上它的表头"),
        ('title = ["标题", "题目"]', 'title = ["题目"]', "“import.headings.title”的第一个表头应与标签“标题”一致"),
        ('title = ["标题", "题目"]', 'title = ["标题"]\nrows = ["值班表"]', "headings.rows”不是能从表格导入的字段"),
        ('phone = ["电话"]', 'phone = ["电话", "题目"]', "“import”里的表头“题目”指了两处"),
        ('phone = ["电话"]', 'phone = "电话"', "“import.columns.phone”应是方括号里的列表"),
        ("[short]\n", "[shorts]\n", "“short”没有写，请补上"),
    ],
)  # fmt: skip
def test_each_mistake_is_refused_with_its_file_its_key_and_what_to_do(tmp_path, old, new, said):
    assert old in GOOD
    lines = refused(tmp_path, GOOD.replace(old, new, 1))
    assert any(line.startswith("flood_watch.toml：") and said in line for line in lines), lines


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'quorum = "at least 2/3"',
            'quorum = "2/3"',
            "propose.meetings.1.quorum”是“2/3”，应写成 any",
        ),
        ('quorum = "at least 2/3"', 'quorum = "at least 3/2"', "应写成 any"),
        ("least = 1", "least = 2", "“fields.steps.steps”有重名，或“least”多于步骤数"),
        ("shown_days = 0", "", "“fields.steps.steps.propose.shown_days”没有写"),
    ],
)
def test_each_mistake_in_a_procedure_is_refused(tmp_path, old, new, said):
    text = GOOD.replace('\n[short]\ntitle = "title"\n', STEP)
    assert load(tmp_path, text)
    assert any(said in line for line in refused(tmp_path, text.replace(old, new, 1)))


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    (tmp_path / "second.toml").write_text("label = ", encoding="utf-8")
    lines = refused(
        tmp_path, GOOD.replace('cycle = "month"', 'cycle = "weekly"').replace("listed = true", "listed = 1")
    )
    assert [line.split("：")[0] for line in lines] == ["flood_watch.toml", "flood_watch.toml", "second.toml"]
    assert "不是有效的 TOML 文件" in lines[2]


def test_an_unknown_field_type_brings_one_message_and_not_those_that_follow_from_it(tmp_path):
    assert len(refused(tmp_path, GOOD.replace('block = "table"', 'block = "grid"'))) == 1


def test_two_kinds_may_not_have_the_same_label(tmp_path):
    load(tmp_path, GOOD)
    assert "flood_watch2.toml：“label”与 flood_watch.toml 相同" in refused(tmp_path, GOOD, "flood_watch2.toml")[0]


def test_a_file_is_named_in_small_english_letters(tmp_path):
    assert refused(tmp_path, GOOD, "防汛.toml")[0].startswith("防汛.toml：文件名只能用小写英文字母")


def test_a_folder_without_kinds_is_refused(tmp_path):
    assert "没有类别文件" in refused(tmp_path, "", "readme.txt")[0]
