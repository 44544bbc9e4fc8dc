"""Each field type by table: what people type, what is kept, what is shown, and what is refused in which words."""

from datetime import date, datetime

import pytest

from villages.core.clock import SHANGHAI
from villages.disclosures import blocks
from villages.disclosures.blocks import BlockError
from villages.disclosures.blocks.days import Days
from villages.disclosures.blocks.files import StoredFile
from villages.disclosures.fields import Column

DIGEST = "ab" * 32


def field(block, *, required=False, public=False, mask="none", **options):
    return Column("it", "金额栏", block, required=required, public=public, mask=mask, **options)


OPTIONS = {
    "number": {"unit": "户"},
    "area": {"unit": "亩"},
    "choice": {"choices": ("收入", "支出")},
    "several": {"choices": ("决策公开", "执行公开", "结果公开")},
}


def make(block):
    return field(block, **OPTIONS.get(block, {}))


@pytest.mark.parametrize(
    ("block", "given", "value", "shown"),
    [
        ("money", "1234.5", 123450, "1,234.50 元"),
        ("money", "1,234.5", 123450, "1,234.50 元"),
        ("money", "￥12.00", 1200, "12.00 元"),
        ("money", "¥ 12", 1200, "12.00 元"),
        ("money", "12元", 1200, "12.00 元"),
        ("money", "１，２３４．５６", 123456, "1,234.56 元"),
        ("money", "1.2万元", 1200000, "12,000.00 元"),
        ("money", "0.0001万", 100, "1.00 元"),
        ("money", "-12.3", -1230, "-12.30 元"),
        ("money", "−12.3", -1230, "-12.30 元"),
        ("money", "（12.30）", -1230, "-12.30 元"),
        ("money", "￥-5", -500, "-5.00 元"),
        ("money", "12.500", 1250, "12.50 元"),
        ("money", "0.30000000000000004", 30, "0.30 元"),
        ("money", "1234.5600000000001", 123456, "1,234.56 元"),
        ("money", "0", 0, "0.00 元"),
        ("money", 7, 7, "0.07 元"),
        ("date", "2026-09-01", date(2026, 9, 1), "2026年9月1日"),
        ("date", "2026-9-1", date(2026, 9, 1), "2026年9月1日"),
        ("date", "2026年9月1日", date(2026, 9, 1), "2026年9月1日"),
        ("date", "２０２６年 9 月 1 日", date(2026, 9, 1), "2026年9月1日"),
        ("date", "2026/9/1", date(2026, 9, 1), "2026年9月1日"),
        ("date", "2026.9.1", date(2026, 9, 1), "2026年9月1日"),
        ("date", "20260901", date(2026, 9, 1), "2026年9月1日"),
        ("date", "46266", date(2026, 9, 1), "2026年9月1日"),
        ("date", "46266.0", date(2026, 9, 1), "2026年9月1日"),
        ("date", "2026-09-01 00:00:00", date(2026, 9, 1), "2026年9月1日"),
        ("date", date(2026, 9, 1), date(2026, 9, 1), "2026年9月1日"),
        ("days", "2026-09-01至2026-09-07", Days(date(2026, 9, 1), date(2026, 9, 7)), "2026年9月1日至2026年9月7日"),
        ("days", "2026/9/1 - 2026/9/7", Days(date(2026, 9, 1), date(2026, 9, 7)), "2026年9月1日至2026年9月7日"),
        ("days", "2026年9月1日—2026年9月7日", Days(date(2026, 9, 1), date(2026, 9, 7)), "2026年9月1日至2026年9月7日"),
        ("days", "2026.9.1～2026.9.7", Days(date(2026, 9, 1), date(2026, 9, 7)), "2026年9月1日至2026年9月7日"),
        ("days", "2026-09-01-2026-09-07", Days(date(2026, 9, 1), date(2026, 9, 7)), "2026年9月1日至2026年9月7日"),
        ("days", "2026年9月1日起", Days(date(2026, 9, 1), None), "2026年9月1日起"),
        ("days", "2026年9月1日至今", Days(date(2026, 9, 1), None), "2026年9月1日起"),
        ("text", "  修路\n二组 ", "修路 二组", "修路 二组"),
        ("text", "修\u200b路", "修路", "修路"),
        ("text", "①号", "①号", "①号"),
        ("lines", "一\r\n\r\n\r\n 二 \n", "一\n\n二", "一\n\n二"),
        ("number", "1,234", 1234, "1,234 户"),
        ("number", "１２ 户", 12, "12 户"),
        ("number", "0", 0, "0 户"),
        ("area", "12.34", 1234, "12.34 亩"),
        ("area", "12.3亩", 1230, "12.30 亩"),
        ("area", "12", 1200, "12.00 亩"),
        ("area", "12.500", 1250, "12.50 亩"),
        ("choice", " 收入 ", "收入", "收入"),
        ("several", "结果公开、决策公开", ("决策公开", "结果公开"), "决策公开、结果公开"),
        ("several", "■决策公开 □执行公开 ■ 结果公开", ("决策公开", "结果公开"), "决策公开、结果公开"),
        ("yesno", "是", True, "是"),
        ("yesno", "无", False, "否"),
        ("yesno", "√", True, "是"),
        ("person", "某 某", "某某", "某某"),
        ("person", "某某•某某", "某某·某某", "某某·某某"),
        ("phone", "0000 1234567", "0000-1234567", "0000-1234567"),
        ("phone", "（0000）1234567转8", "0000-1234567-8", "0000-1234567-8"),
        ("phone", "+86 138 0000 0000", "13800000000", "13800000000"),
        ("phone", "４００ ０００ ００００", "400-000-0000", "400-000-0000"),
        ("phone", "12345", "12345", "12345"),
        ("link", "https://www.example.gov.cn/a?b=1", "https://www.example.gov.cn/a?b=1", "https://www.example.gov.cn/a?b=1"),
        ("files", [{"digest": DIGEST, "name": "合同.pdf"}], (StoredFile(DIGEST, "合同.pdf"),), "合同.pdf"),
        ("rich", "第一段\n1 < 2", "<p>第一段</p><p>1 &lt; 2</p>", "第一段\n1 < 2"),
        ("rich", "<p>甲<b>乙</b></p><p>丙</p>", "<p>甲<b>乙</b></p><p>丙</p>", "甲乙\n丙"),
    ],
)  # fmt: skip
def test_what_people_type_is_understood_and_shown(block, given, value, shown):
    it = make(block)
    parsed = blocks.parse(given, it)
    assert parsed == value
    assert blocks.show(parsed, it) == shown
    assert blocks.parse(parsed, it) == parsed
    assert blocks.from_json(blocks.to_json(parsed, it), it) == parsed


@pytest.mark.parametrize(
    ("block", "given", "said"),
    [
        ("money", "12.345", "小数太多，请精确到分"),
        ("money", "0.0000001万元", "小数太多，请精确到分"),
        ("money", "12,34", "不是金额，请填阿拉伯数字"),
        ("money", "1，5", "不是金额"),
        ("money", "一百元", "不是金额"),
        ("money", "1e3", "不是金额"),
        ("money", "--5", "不是金额"),
        ("money", "-￥-5", "不是金额"),
        ("money", "12.", "不是金额"),
        ("money", "99999999999999", "太大，请检查单位是不是元"),
        ("money", True, "不是金额"),
        ("money", 12.0, "不是金额"),
        ("area", 12.0, "不是面积"),
        ("date", "2026-02-30", "不是日期，请写清年月日"),
        ("date", "2026年9月", "不是日期，请写清年月日"),
        ("date", "26-9-1", "不是日期"),
        ("date", "2026-9.1", "不是日期"),
        ("date", "2026-09-01 08:30:00", "不是日期"),
        ("date", datetime(2026, 9, 1, 8, 0, tzinfo=SHANGHAI), "只填日期，不填时刻"),
        ("date", "1026-09-01", "年份是 1026 年"),
        ("date", "90000", "年份是 2146 年"),
        ("days", "2026-09-07至2026-09-01", "结束日期 2026年9月1日 早于开始日期 2026年9月7日"),
        ("days", "2026-09-01", "不是起止日期，请写成 2026-09-01至2026-09-07"),
        ("days", "九月至十月", "不是日期"),
        ("text", "字" * 301, "有 301 个字，最多 300 个"),
        ("text", "\u200b", "只有看不见的字符"),
        ("lines", "字" * 10_001, "最多 10000 个"),
        ("number", "-1", "请只填整数（单位：户），没有就填 0"),
        ("number", "1.5", "请只填整数"),
        ("number", "几户", "请只填整数"),
        ("area", "1.234", "不是面积，请填数字，单位是亩，最多两位小数"),
        ("area", "3公顷", "不是面积"),
        ("area", -1, "太大或是负数"),
        ("choice", "结余", "不在可选范围，请填：收入、支出"),
        ("several", "决策公开、其他", "里的“其他”不在可选范围"),
        ("several", "□决策公开", "一项也没有选"),
        ("yesno", "可能", "看不懂，请填 是 或 否"),
        ("person", "某某13800000000", "不是姓名，请只填一个人的姓名"),
        ("person", "某某、某某", "不是姓名"),
        ("phone", "1", "不是电话号码，请填一个号码"),
        ("phone", "12800000000", "不是电话号码"),
        ("phone", "0000-1234567、0000-1234568", "不是电话号码"),
        ("link", "javascript:alert(1)", "不是网址，请填以 https:// 或 http:// 开头"),
        ("link", "https://user@example.cn/", "不是网址"),
        ("link", "https://example.cn:port/", "不是网址"),
        ("link", "www.example.cn", "不是网址"),
        ("files", "合同.pdf", "要上传文件，不能填文字"),
        ("files", [{"digest": "x", "name": "合同.pdf"}], "没有上传成功，请重新上传"),
        ("files", [{"digest": DIGEST, "name": "../合同.pdf"}], "太长或有特殊符号"),
        ("files", [{"digest": DIGEST, "name": "a"}] * 26, "有 26 个文件，最多 25 个"),
        ("rich", "<p> </p>", "没有内容"),
        ("rich", "字" * 500_001, "太长"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_what_to_do(block, given, said):
    with pytest.raises(BlockError) as caught:
        blocks.parse(given, make(block))
    assert said in str(caught.value)
    assert caught.value.lines[0].startswith("“金额栏”")
