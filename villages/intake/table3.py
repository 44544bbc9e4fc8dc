"""Table 3 of the annual report, counted from applications, and the relations that must hold in it. Pure.

Source: 国办公开办函〔2021〕30号; the relations are those printed on the form (一 + 二 = 三(七) + 四) and its sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from villages.intake.results import APPLICANTS, results

RECEIVED, CARRIED_IN, TOTAL, CARRIED_OUT = "received_this_year", "carried_in", "results_total", "carried_out"
SUM = "total"
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
    return {row: {column: counts[row, column] for column in (*APPLICANTS, SUM)} for row in rows()}


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


def problems(table: Table, before: Table | None = None) -> list[str]:
    """What does not hold in a table, in Chinese; `before`: the year before, where it is on file."""
    found = []
    for column in (*APPLICANTS, SUM):
        label = APPLICANTS.get(column, "总计")
        value = {row: table[row][column] for row in rows()}
        if value[RECEIVED] + value[CARRIED_IN] != value[TOTAL] + value[CARRIED_OUT]:
            found.append(f"“{label}”一列：本年新收加上年结转，不等于办理结果总计加结转下年")
        if sum(value[code] for code in results()) != value[TOTAL]:
            found.append(f"“{label}”一列：各项办理结果加起来，不等于总计")
        if before is not None and before[CARRIED_OUT][column] != value[CARRIED_IN]:
            found.append(f"“{label}”一列：上年结转不等于上一年报告里的结转下年")
    found += [
        f"“{row}”一行：各类申请人加起来，不等于总计"
        for row in rows()
        if sum(table[row][column] for column in APPLICANTS) != table[row][SUM]
    ]
    return found
