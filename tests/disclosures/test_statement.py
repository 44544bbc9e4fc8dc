"""A finance statement adds up to the fen, or says where it does not."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from villages.disclosures.checks import problems as check
from villages.disclosures.statement import Line, Statement, compared, problems

few = settings(deadline=None, max_examples=50)
AUGUST = (date(2026, 8, 1), date(2026, 8, 31))


def income(number, amount, summary="租金", day=5):
    return Line(number, date(2026, 8, day), summary, amount, None)


def expenditure(number, amount, summary="修路", day=6):
    return Line(number, date(2026, 8, day), summary, None, amount)


def statement(opening, lines, **changed):
    earned = sum(line.income or 0 for line in lines)
    spent = sum(line.expenditure or 0 for line in lines)
    return replace(Statement(opening, earned, spent, opening + earned - spent, tuple(lines)), **changed)


amounts = st.integers(-(10**9), 10**9).filter(bool)
entries = st.lists(
    st.builds(lambda amount, earned: (amount, None) if earned else (None, amount), amounts, st.booleans()), max_size=12
)
statements = st.builds(
    lambda opening, pairs: statement(opening, [Line(at, None, "摘要", *pair) for at, pair in enumerate(pairs, 1)]),
    st.integers(-(10**12), 10**12),
    entries,
)
off = st.integers(-(10**9), 10**9).filter(bool)


@few
@given(statements)
def test_a_statement_that_adds_up_has_no_problem(right):
    assert problems(right) == []
    assert problems(right, before=right) == [] or right.opening != right.closing


@few
@given(statements, off, st.sampled_from(["opening", "income", "expenditure", "closing"]))
def test_one_wrong_figure_is_always_noticed(right, wrong_by, figure):
    assert problems(replace(right, **{figure: getattr(right, figure) + wrong_by}))


@few
@given(statements, st.data(), off)
def test_one_wrong_line_is_always_noticed(right, data, wrong_by):
    assume(right.lines)
    at = data.draw(st.integers(0, len(right.lines) - 1))
    line = right.lines[at]
    side = "income" if line.income is not None else "expenditure"
    wrong = replace(line, **{side: getattr(line, side) + wrong_by})
    assert problems(replace(right, lines=(*right.lines[:at], wrong, *right.lines[at + 1 :])))


@few
@given(statements, st.data())
def test_a_line_left_out_is_always_noticed(right, data):
    assume(right.lines)
    at = data.draw(st.integers(0, len(right.lines) - 1))
    assert problems(replace(right, lines=right.lines[:at] + right.lines[at + 1 :]))


@few
@given(statements, off)
def test_a_gap_to_the_period_before_is_always_noticed(right, wrong_by):
    before = statement(right.opening + wrong_by, [])
    assert "期初余额" in problems(right, before=before)[-1]


@few
@given(statements, statements)
def test_the_comparison_adds_up_as_the_statements_do(now, before):
    earned, spent, left = (change.difference for change in compared(now, before))
    assert left == (now.opening - before.opening) + earned - spent


def test_a_quiet_month_adds_up():
    assert problems(statement(100, [])) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            statement(100, [income(1, 5000)], closing=5000),
            "期末余额应是 51.00 元，现在是 50.00 元，相差 1.00 元",
        ),
        (
            statement(0, [income(1, 5000), expenditure(2, 120)], expenditure=100, closing=4900),
            "支出各行合计 1.20 元，与本期支出 1.00 元不一致，相差 0.20 元",
        ),
        (
            statement(0, [income(1, 5000), income(2, 300, "利息")], income=5000, closing=5000),
            "第 2 行“利息”的金额 3.00 元正好等于相差数，看看是不是多记了",
        ),
        (
            statement(0, [income(1, 5000), income(2, 300, "退款")], income=4700, closing=4700),
            "第 2 行“退款”的金额 3.00 元正好是相差数的一半，看看正负号是不是反了",
        ),
        (
            statement(0, [Line(1, None, "租金", 100, 200)]),
            "第 1 行“租金”同时填了收入 1.00 元和支出 2.00 元，一行只能填一个",
        ),
        (statement(0, [Line(1, None, "租金", None, None)]), "第 1 行“租金”没有金额"),
        (
            statement(0, [income(1, 100), replace(income(2, 250), day=date(2026, 9, 1))]),
            "第 2 行“租金”的日期 2026年9月1日 不在本期内（2026年8月1日至2026年8月31日），请核对日期（金额 2.50 元）",
        ),
    ],
)
def test_what_does_not_add_up_is_said_with_line_and_amount(wrong, said):
    assert any(said in line for line in problems(wrong, period=AUGUST)), problems(wrong, period=AUGUST)


def test_what_was_left_last_month_is_where_this_month_begins():
    july, august = statement(0, [income(1, 500)]), statement(400, [income(1, 100)])
    assert problems(august, before=july) == ["期初余额 4.00 元与上期期末余额 5.00 元不一致，相差 1.00 元，请核对"]


def test_the_comparison_is_said_in_plain_words():
    july = statement(0, [income(1, 100000), expenditure(2, 20000)])
    august = statement(80000, [income(1, 120000), expenditure(2, 20000)])
    assert [change.spoken() for change in compared(august, july)] == [
        "收入 1,200.00 元，比上期多 200.00 元",
        "支出 200.00 元，与上期相同",
        "期末余额 1,800.00 元，比上期多 1,000.00 元",
    ]


def test_a_kind_asks_for_its_check_by_name():
    values = {"opening": 0, "income": 100, "expenditure": 0, "closing": 100, "lines": None}
    assert check("none", values) == []
    assert "收入各行合计 0.00 元" in check("statement", values)[0]
    values["lines"] = ({"day": date(2026, 8, 5), "summary": "租金", "income": 100},)
    assert check("statement", values, period=AUGUST, before=values | {"closing": 0}) == []
