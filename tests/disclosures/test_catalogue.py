"""The bundled kinds: all load, all of the 三务公开 template is covered, and no code knows one by name."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from villages.disclosures.blocks import blocks
from villages.disclosures.kinds import CATALOGUE, kinds

ROOT = Path(__file__).resolve().parents[2]
# facts §3.2, written out by hand.
ITEM_CODES = [
    *("D1", "D2", "D3", "D4", "D5", "D6"),
    *("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10"),
    *("C11", "C12", "C13", "C14", "C15", "C16", "C17", "C18", "C19", "C20"),
    *("F1", "F2", "F3", "F4", "F5", "F6", "F7"),
    *("A1", "A2", "A3"),
    *("S1", "S2", "S3"),
]
ARTICLES = [
    *("政务要闻", "综合新闻", "公告公示", "政府文件", "重点领域信息", "政策解读", "双随机一公开结果"),
    *("人大建议答复", "政协提案答复", "政府公报", "政策汇编"),
]
PERSONAL = {"id_number", "bank_card", "mobile", "address"}


def all_columns(columns):
    for column in columns:
        yield column
        yield from all_columns(column.columns)


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_of_the_catalogue_loads(path):
    assert kinds()[path.stem].key == path.stem


def test_every_item_of_the_template_belongs_to_exactly_one_kind():
    assert Counter(code for kind in kinds().values() for code in kind.items) == Counter(ITEM_CODES)


@pytest.mark.parametrize("label", ARTICLES)
def test_every_sort_of_article_has_a_kind(label):
    assert label in {kind.label for kind in kinds().values()}


def test_a_list_of_names_that_goes_to_the_archive_is_neither_listed_nor_exported():
    archived = [kind for kind in kinds().values() if kind.after_notice == "archive"]
    assert len(archived) > 5
    assert not [kind.key for kind in archived if kind.listed or kind.exported]


def test_personal_numbers_and_addresses_are_never_kept():
    columns = [column for kind in kinds().values() for column in all_columns(kind.fields)]
    assert {column.mask for column in columns if column.name in PERSONAL} == {"omit"}


def test_only_phones_are_exempt_from_the_privacy_scan():
    columns = [column for kind in kinds().values() for column in all_columns(kind.fields)]
    assert {column.block for column in columns if column.public} == {"phone"}


def test_the_public_money_of_a_village_is_checked_to_the_fen():
    assert [kind.items for kind in kinds().values() if kind.check == "statement"] == [("F2", "F3", "F4")]


def test_exactly_one_kind_settles_the_duty_of_others():
    assert len([kind for kind in kinds().values() if kind.settles == "another"]) == 1


def test_the_handbook_of_rights_and_duties_has_the_eight_columns_of_the_county():
    headings = {word for kind in kinds().values() if kind.column == "权责清单" for word in kind.sheet.headings.values()}
    first = {words[0] for words in headings}
    eight = {"事项名称", "设立依据", "内容要求", "公开主体", "公开方式", "公开时限", "“五公开”类别", "事项性质"}
    assert first >= eight


def test_a_line_for_villagers_is_short_and_ends_like_a_sentence():
    for kind in kinds().values():
        assert kind.words.endswith("。"), kind.key
        assert len(kind.words) <= 30, kind.key


def test_every_block_is_named_by_some_kind():
    used = {column.block for kind in kinds().values() for column in all_columns(kind.fields)}
    assert used == set(blocks())


def test_no_code_names_a_kind():
    for path in ROOT.glob("villages/disclosures/**/*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not words & set(kinds()), path
