"""An item's values, read as its kind demands, whatever the kind."""

import json

import pytest

from villages.core.refusal import Refusal
from villages.disclosures.kinds import kinds
from villages.disclosures.values import (
    read_values,
    summary_of,
    texts_of,
    title_of,
    values_from_json,
    values_to_json,
)

ROSTER = next(kind for kind in kinds().values() if "C12" in kind.items)
ACCOUNTS = next(kind for kind in kinds().values() if "F4" in kind.items)
ROW = {
    "group": "一组",
    "name": "某某",
    "standard": "每亩 100 元",
    "quantity": "3.5亩",
    "amount": "350",
    "id_number": "someone's number",
}
GIVEN = {
    "benefit": "种粮补贴",
    "basis": "某文〔2026〕1号",
    "batch": "2026年第1批",
    "department": "农业农村局",
    "paid_on": "2026年9月1日",
    "method": "一卡通",
    "phone": "12345",
    "people": [ROW, {}],
}


def test_values_are_read_kept_and_come_back():
    values = read_values(ROSTER, GIVEN)
    assert values["people"][0]["amount"] == 35000
    assert values_from_json(ROSTER, json.loads(json.dumps(values_to_json(ROSTER, values)))) == values


def test_what_is_masked_as_omitted_is_nowhere_in_what_is_kept():
    values = read_values(ROSTER, GIVEN)
    assert "someone" not in json.dumps(values_to_json(ROSTER, values))
    assert not [passage for passage in texts_of(ROSTER, values) if "someone" in passage.text]


def test_every_problem_of_an_item_is_named_at_once():
    with pytest.raises(Refusal) as caught:
        read_values(ROSTER, GIVEN | {"batch": "", "paid_on": "九月", "people": [ROW | {"amount": "x", "name": "1"}]})
    said = "\n".join(caught.value.lines)
    for words in (
        "“批次”不能空着",
        "“发放日期”的值“九月”不是日期",
        "“名单”第 1 行：“补贴金额”",
        "“名单”第 1 行：“姓名”",
    ):
        assert words in said


def test_a_field_that_the_kind_does_not_have_is_refused():
    with pytest.raises(Refusal, match="没有“colour”这一列"):
        read_values(ROSTER, GIVEN | {"colour": "red"})


def test_the_privacy_scan_is_told_row_by_row_and_what_is_public():
    passages = list(texts_of(ROSTER, read_values(ROSTER, GIVEN)))
    assert [passage.where for passage in passages if passage.public] == ["举报电话"]
    rows = [passage for passage in passages if passage.row == "名单第 1 行"]
    assert [passage.text for passage in rows] == ["一组", "某某", "每亩 100 元", "3.5亩", "350.00 元"]
    assert rows[1].where == "名单第 1 行“姓名”"


def test_an_item_has_a_title_and_one_line():
    values = {"opening": 100, "income": 0, "expenditure": 0, "closing": 100}
    assert title_of(ACCOUNTS, values) == ACCOUNTS.label
    assert summary_of(ACCOUNTS, values).startswith("期初余额 1.00 元，本期收入 0.00 元，")
    article = next(kind for kind in kinds().values() if kind.label == "政务要闻")
    assert title_of(article, {"title": "秋收"}) == "秋收"


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.key)
def test_an_empty_form_of_any_kind_is_refused_field_by_field(kind):
    with pytest.raises(Refusal) as caught:
        read_values(kind, {})
    assert len(caught.value.lines) == len([field for field in kind.fields if field.required])
