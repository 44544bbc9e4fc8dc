"""What holds for all field types: empty values, masks, and what the privacy scan is told."""

import pytest

from villages.core.spreadsheet import FORMULA
from villages.disclosures import blocks
from villages.disclosures.blocks import Block, BlockError, Passage
from villages.disclosures.fields import Column


def field(block, *, required=False, public=False, mask="none"):
    return Column("it", "金额栏", block, required=required, public=public, mask=mask)


@pytest.mark.parametrize("name", list(blocks.blocks()))
def test_every_block_says_what_it_is(name):
    block = blocks.blocks()[name]
    assert isinstance(block, Block)
    assert block.label
    assert isinstance(block.cell, bool)


def test_nothing_given_is_no_value_or_a_refusal():
    assert blocks.parse("  ", field("money")) is None
    assert blocks.show(None, field("money")) == ""
    assert blocks.to_json(None, field("money")) is None
    assert list(blocks.texts(None, field("money"))) == []
    with pytest.raises(BlockError, match="“金额栏”不能空着，请填写"):
        blocks.parse("", field("money", required=True))


@pytest.mark.parametrize(
    ("mask", "given", "kept"),
    [
        ("omit", "甲乙丙丁戊己庚辛", None),
        ("last4", "甲乙丙丁戊己庚辛", "尾号戊己庚辛"),
        ("last4", "尾号戊己庚辛", "尾号戊己庚辛"),
        ("last4", "甲乙丙丁", "尾号丙丁"),
        ("phone", "13800001234", "138****1234"),
        ("phone", "138****1234", "138****1234"),
        ("phone", "0000-1234567", "****4567"),
        ("phone", "****4567", "****4567"),
    ],
)
def test_a_mask_leaves_nothing_to_be_found_in_the_value(mask, given, kept):
    assert blocks.parse(given, field("text", mask=mask)) == kept
    if given[0] in "1*0":
        assert blocks.parse(given, field("phone", mask=mask)) == kept


def test_an_omitted_field_is_dropped_whatever_stands_in_it():
    assert blocks.parse("not even a number", field("money", mask="omit")) is None


def test_the_privacy_scan_sees_what_a_body_hides():
    html = '<p title="甲">一<b>1</b>2<!-- 乙 --><a href="tel:5">打</a></p><table><tr><td>3</td><td>4</td></tr></table>'
    seen = [passage.text for passage in blocks.texts(html, field("rich"))]
    assert seen[:2] == ["一12打\n3\t4", "tel:5"], "what the cleaning takes away is neither kept nor shown"
    assert not {"甲", " 乙 "} & set(seen)


def test_the_privacy_scan_is_told_what_is_declared_public():
    assert list(blocks.texts("12345", field("phone", public=True))) == [Passage("金额栏", "12345", public=True)]


def test_a_formula_is_never_taken_for_its_text():
    with pytest.raises(BlockError, match="是公式，请复制后用“粘贴为数值”"):
        blocks.parse(FORMULA, field("text"))
