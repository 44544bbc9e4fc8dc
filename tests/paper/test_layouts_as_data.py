"""A layout is a few lines of data; a wrong number is named with its table and key."""

import pytest

from tests.paper.sheet_samples import LAYOUTS
from villages.paper.errors import PaperError
from villages.paper.layout import parse_layouts

GOOD = {
    "title": '"试用"',
    "template": '"sticker"',
    "paper_width_mm": "210",
    "paper_height_mm": "297",
    "margin_top_mm": "10",
    "margin_left_mm": "10",
    "columns": "2",
    "rows": "5",
    "pitch_x_mm": "95",
    "pitch_y_mm": "55",
    "label_width_mm": "90",
    "label_height_mm": "50",
    "code_mm": "38",
}


def toml(**changes):
    lines = [f"{key} = {value}" for key, value in (GOOD | changes).items() if value is not None]
    return "\n".join(["[new-label]", *lines])


def test_a_new_label_product_is_a_few_lines():
    layout = parse_layouts(toml())["new-label"]
    assert layout.labels_per_page == 10
    assert layout.place(3) == (105, 65)


@pytest.mark.parametrize("name", ["door-a4", "sticker-a4-3x7", "sticker-a4-2x4", "wall-a3"])
def test_the_promised_layouts_are_there(name):
    assert LAYOUTS[name].name == name


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("columns", "3", "超出 210 毫米的纸"),
        ("rows", "6", "超出 297 毫米的纸"),
        ("rows", "0", "应在 1 到 50 之间"),
        ("rows", "2.5", "应是整数"),
        ("columns", "true", "应是整数"),
        ("code_mm", "45", "请改成不超过"),
        ("code_mm", '"大"', "应是以毫米计的数"),
        ("code_mm", "nan", "应在 1 到 1500 之间"),
        ("pitch_x_mm", "80", "标签会重叠"),
        ("pitch_y_mm", "49", "标签会重叠"),
        ("margin_left_mm", "-1", "应在 0 到"),
        ("template", '"poster"', "应是 door、sticker、wall 之一"),
        ("cut_lines", "1", "应是 true 或 false"),
        ("colour", '"red"', "不是版式的项目"),
        ("title", None, "没有写"),
    ],
)
def test_a_wrong_value_is_named_with_table_and_key(key, value, says):
    expected_key = {"columns": r"(columns|label_width_mm)", "rows": r"(rows|label_height_mm)"}.get(key, key)
    with pytest.raises(PaperError, match=rf"版式 \[new-label\] 的 {expected_key} .*{says}"):
        parse_layouts(toml(**{key: value}))


def test_broken_toml_is_refused_in_words():
    with pytest.raises(PaperError, match="不是有效的 TOML"):
        parse_layouts("[door-a4\n")


def test_a_value_outside_any_table_is_refused():
    with pytest.raises(PaperError, match="不属于任何版式"):
        parse_layouts("rows = 3")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"template": '"door"', "columns": "1", "rows": "1"}, "label_height_mm"),
        ({"template": '"wall"', "code_mm": "30"}, "margin_top_mm"),
        ({"template": '"wall"', "code_mm": "30", "margin_top_mm": "30", "rows": "5", "pitch_y_mm": "51"}, "rows"),
    ],
)
def test_a_template_gets_the_room_it_needs(changes, key):
    with pytest.raises(PaperError, match=key):
        parse_layouts(toml(**changes))
