"""A text is said as a person would say it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villages.speech.numbers import count
from villages.speech.sentences import LONGEST, MOST, REST, sentences, within
from villages.speech.wording import said

COUNTS = {
    0: "零", 2: "二", 10: "十", 12: "十二", 20: "二十", 110: "一百一十", 101: "一百零一", 200: "二百", 2000: "两千",
    1010: "一千零一十", 10_010: "一万零一十", 12_460: "一万两千四百六十", 20_000: "两万", 120_000: "十二万",
    1_000_500: "一百万零五百", 100_000_000: "一亿", 200_030_000: "两亿零三万", -7: "负七",
}  # fmt: skip
SAID = {
    "12,460.00 元": "一万两千四百六十元",
    "1,234.50 元": "一千二百三十四元五角",
    "100.05元、0.50元": "一百元零五分、五角",
    "-3,200 元": "负三千二百元",
    "￥30.00": "三十元",
    "1.2万元，2 万元": "一点二万元，两万元",
    "2026年9月": "二零二六年九月",
    "2026年9月1日至2026-09-30": "二零二六年九月一日至二零二六年九月三十日",
    "2025—2026年": "二零二五到二零二六年",
    "2026-07": "二零二六年七月",
    "上午9:05—11:30": "上午九点零五分到十一点三十分",
    "0393-6221234": "零三九三，六二二幺二三四",
    "13812345678": "幺三八幺二三四五六七八",
    "拨打12345热线": "拨打幺二三四五热线",
    "某政〔2021〕3号": "某政二零二一年三号",
    "12.5%": "百分之十二点五",
    "30%～50%": "百分之三十到百分之五十",
    "3-5天": "三到五天",
    "2个村，12户，102人": "两个村，十二户，一百零二人",
    "12.34 亩，20元/亩": "十二点三四亩，二十元每亩",
    "20㎡": "二十平方米",
    "1/3": "三分之一",
    "第2次": "第二次",
    "G341": "G三四幺",
    "张**": "张某某",
    "410***********1234": "尾号幺二三四",
    "尾号 1234": "尾号幺二三四",
    "100，200": "一百，二百",
    "007": "零零七",
    "见 https://a.gov.cn/b?c=1。": "见网址请看页面。",
}


@pytest.mark.parametrize(("number", "words"), COUNTS.items())
def test_numbers_are_counted(number, words):
    assert count(number) == words


@pytest.mark.parametrize(("written", "words"), SAID.items())
def test_what_is_written_is_said_as_a_person_would(written, words):
    assert said(written) == words


@given(st.text(alphabet="0123456789,.-/:%*元年月日号 万〔〕()第～AB，。", max_size=40))
def test_no_figure_is_left_whatever_is_written(text):
    assert not re.search(r"\d", said(text))


def test_a_long_sentence_is_cut_at_its_commas():
    found = sentences("路修好了，" * 60 + "大家都高兴。")
    assert len(found) > 1
    assert all(len(each) <= LONGEST for each in found)
    assert "".join(found) == "路修好了，" * 60 + "大家都高兴。"


def test_after_three_minutes_a_listener_is_told_where_the_rest_is():
    found = within(sentences("村里的路修好了。" * 200))
    assert found[-1] == REST
    assert sum(map(len, found[:-1])) <= MOST * 8 / 7
    assert within(sentences("村里的路修好了。")) == ["村里的路修好了。"]
