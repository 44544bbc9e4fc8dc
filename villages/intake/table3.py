"""Table 3 of the annual report, counted from applications, and the relations that must hold in it. Pure.

Source: 国办公开办函〔2021〕30号; the relations are those printed on the form (一 + 二 = 三(七) + 四) and its sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from villages.intake.results import APPLICANTS, results

RECEIVED, CARRIED_IN, TOTAL, CARRIED_OUT = "received_this_year", "carried_in", "results_total", "carried_out"
SUM = "total"
# The ordinance that the table counts by came into force in that year.
FIRST_YEAR = 2008
BALANCE = "本年新收 + 上年结转 = 办理结果总计 + 结转下年"
COLUMNS = {**APPLICANTS, SUM: "总计"}
LABELS = {
    RECEIVED: "一、本年新收政府信息公开申请数量",
    CARRIED_IN: "二、上年结转政府信息公开申请数量",
    TOTAL: "（七）总计",
    CARRIED_OUT: "四、结转下年度继续办理",
}
Table = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Application:
    """What the table needs of one application. `closed_on` and `result` are both there, or neither."""

    applicant: str
    received_on: date
    closed_on: date | None = None
    result: str = ""


def rows() -> tuple[str, ...]:
    """The keys of the 25 rows, in the order of the form."""
    return (RECEIVED, CARRIED_IN, *results(), TOTAL, CARRIED_OUT)


def table3(applications: Iterable[Application], year: int) -> Table:
    """The 25 rows by 7 columns of a year: row -> column -> how many."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in applications:
        for row in _rows_of(each, year):
            counts[row, each.applicant] += 1
            counts[row, SUM] += 1
    return {row: {column: counts[row, column] for column in COLUMNS} for row in rows()}


def _rows_of(each: Application, year: int) -> Iterator[str]:
    closed_before = each.closed_on is not None and each.closed_on.year < year
    if each.received_on.year > year or closed_before:
        return
    yield RECEIVED if each.received_on.year == year else CARRIED_IN
    if each.closed_on is not None and each.closed_on.year == year:
        yield each.result
        yield TOTAL
    else:
        yield CARRIED_OUT


@dataclass(frozen=True)
class Check:
    """A relation that must hold in a table: in words, and where it does not, a line each, in Chinese."""

    rule: str
    wrong: tuple[str, ...]


def label_of(row: str) -> str:
    """A row's name, as the form has it."""
    result = results().get(row)
    return LABELS[row] if result is None else result.row


def checks(table: Table, before: Table | None = None) -> list[Check]:
    """Every relation, held against a table; `before`: the year before, where it is on file."""
    found = [
        _by_column(BALANCE, table, (RECEIVED, CARRIED_IN), (TOTAL, CARRIED_OUT)),
        _by_column(f"{len(results())} 项办理结果加起来 = 总计", table, tuple(results()), (TOTAL,)),
        _check(
            "六类申请人加起来 = 总计",
            {label_of(row): (sum(table[row][each] for each in APPLICANTS), table[row][SUM]) for row in rows()},
            "行",
        ),
    ]
    if before is not None:
        sides = {COLUMNS[each]: (table[CARRIED_IN][each], before[CARRIED_OUT][each]) for each in COLUMNS}
        found.append(_check("上年结转 = 上一年的结转下年", sides, "列"))
    return found


def problems(table: Table, before: Table | None = None) -> list[str]:
    """What does not hold in a table; `before`: the year before, where it is on file."""
    return [line for check in checks(table, before) for line in check.wrong]


def as_told(year: int, table: Table, found: Sequence[Check]) -> dict[str, object]:
    """A table and what does not hold in it, for programs."""
    return {"year": year, "table3": table, "problems": [line for check in found for line in check.wrong]}


def _by_column(rule: str, table: Table, left: Sequence[str], right: Sequence[str]) -> Check:
    def total(chosen: Sequence[str], column: str) -> int:
        return sum(table[row][column] for row in chosen)

    return _check(rule, {COLUMNS[each]: (total(left, each), total(right, each)) for each in COLUMNS}, "列")


def _check(rule: str, sides: Mapping[str, tuple[int, int]], where: str) -> Check:
    differ = {each: pair for each, pair in sides.items() if pair[0] != pair[1]}
    wrong = (f"“{each}”一{where}：{rule}不成立，是 {left} 和 {right}" for each, (left, right) in differ.items())
    return Check(rule, tuple(wrong))
