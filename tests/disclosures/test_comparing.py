"""What a correction changed, field by field."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.portal.published import ARTICLE, STATEMENT, statement_given
from villages.disclosures.comparing import SAME_WORDS, compared
from villages.disclosures.values import read_values

BODY = next(field.name for field in ARTICLE.fields if field.block == "rich")
FILES = next(field.name for field in ARTICLE.fields if field.block == "files")


def lines(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def test_the_words_that_differ_are_marked():
    (change,) = compared(ARTICLE, {BODY: lines("路长两里。", "九月完工。")}, {BODY: lines("路长三里。", "九月完工。")})
    (pair,) = change.pairs
    assert pair.before == (("路长", True), ("两", False), ("里。", True))
    assert pair.after == (("路长", True), ("三", False), ("里。", True))


def test_a_figure_is_marked_whole():
    (change,) = compared(ARTICLE, {BODY: lines("支出 1,850.00 元")}, {BODY: lines("支出 1,900.00 元")})
    assert change.pairs[0].after == (("支出 ", True), ("1,900.00", False), (" 元", True))


def test_a_line_put_in_has_nothing_before_it():
    (change,) = compared(ARTICLE, {BODY: lines("一段")}, {BODY: lines("新的一段话", "一段")})
    assert [(pair.before, pair.after) for pair in change.pairs] == [((), (("新的一段话", False),))]


def test_tables_are_compared_row_by_row():
    before = read_values(STATEMENT, statement_given())
    more = {**before["lines"][1], "summary": "修水井"}
    after = before | {"lines": (*before["lines"], more)}
    (change,) = compared(STATEMENT, before, after)
    assert [pair.where for pair in change.pairs] == ["第 3 行"]
    assert "修水井" in change.pairs[0].after_text


def test_a_file_replaced_under_its_name_is_a_change():
    given = [{"digest": "0" * 64, "name": "通知.pdf"}], [{"digest": "1" * 64, "name": "通知.pdf"}]
    before, after = ({FILES: read_values_of(each)} for each in given)
    (change,) = compared(ARTICLE, before, after)
    assert change.pairs[0].where == SAME_WORDS


def read_values_of(files):
    from villages.disclosures.blocks import parse  # noqa: PLC0415

    return parse(files, ARTICLE.field(FILES))


TEXT = st.lists(st.text("路长两里。村修，\n", min_size=1, max_size=12), max_size=6).map("".join)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(TEXT, TEXT)
def test_what_is_not_named_is_the_same(before, after):
    field = next(f.name for f in ARTICLE.fields if f.block == "rich")
    old, new = lines(*before.split("\n")), lines(*after.split("\n"))
    changes = compared(ARTICLE, {field: old}, {field: new})
    assert bool(changes) == (old != new)
    for change in changes:
        for pair in change.pairs:
            shared = ["".join(text for text, is_same in side if is_same) for side in (pair.before, pair.after)]
            assert shared[0] == shared[1]
