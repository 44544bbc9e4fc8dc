"""Reads one sheet into drafts of a kind, and names every problem by sheet, row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from villages.calendar.periods import Period
from villages.core.spreadsheet import FORMULA, Row, Sheet
from villages.disclosures import blocks
from villages.disclosures.checks import problems as sums
from villages.disclosures.drafts import Draft, Problem
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.disclosures.layout import PERIOD, UNIT, Heads, cell, columns_of, find_heads, groups, lacking
from villages.disclosures.naming import Naming
from villages.disclosures.periods import EXAMPLES
from villages.disclosures.rules import Rule, read_period, told_as
from villages.disclosures.self_check import Tail, tails_of
from villages.registry.models import Publisher


@dataclass
class Reading:
    """What a workbook holds: drafts, problems, and the columns that were left out."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Default:
    """Whose the items are, and of when, where the workbook does not say; and the dated rules of the kind."""

    publisher: Publisher | None = None
    period: Period | None = None
    rules: Sequence[Rule] = ()


NOTHING = Default()


class SheetReader:
    """Reads one sheet; what it finds goes into the reading of the workbook."""

    def __init__(self, sheet: Sheet, kind: Kind, naming: Naming, default: Default, reading: Reading) -> None:
        self.sheet, self.kind, self.naming, self.default, self.reading = sheet, kind, naming, default, reading
        self.heads: Heads = find_heads(sheet, kind)
        self.columns: Sequence[Column] = columns_of(kind)
        self.units: dict[str, tuple[Publisher | None, str]] = {}

    def read(self) -> None:
        """Read all rows below the headings."""
        rows = [row for row in self.sheet.rows if row.number > self.heads.row.number]
        where = f"工作表“{self.sheet.name}”"
        self.reading.ignored += [f"{where}“{word}”列" for word in self.heads.unknown]
        before = len(self.reading.problems)
        for words in lacking(self.kind, self.heads):
            other = f"（也可写作“{'”“'.join(words[1:])}”）" if words[1:] else ""
            self._refuse(self.heads.row, None, f"（表头）缺少“{words[0]}”列{other}，请补上")
        for word in self.heads.twice:
            self._refuse(self.heads.row, None, f"（表头）“{word}”列与另一列意思相同，请只留一列")
        if len(self.reading.problems) > before:
            return  # every row would be wrong for the same reason
        for group in groups(self.kind, self.heads, rows):
            self._item(group)

    def _refuse(self, row: Row, at: int | None, reason: str) -> None:
        column = f"“{self.heads.word(at)}”列：" if at is not None else ("" if reason.startswith("（") else "：")
        line = f"工作表“{self.sheet.name}”第 {row.number} 行{column}{reason}"
        self.reading.problems.append(Problem(line, reason, self.sheet.name, row.number, at))

    def _item(self, group: list[Row]) -> None:
        before, first = len(self.reading.problems), group[0]
        publisher, period = self._publisher(first), self._period(first)
        values: dict[str, Any] = {}
        for each in self.kind.fields:
            given: object = cell(first, self.heads.own.get(each.name))
            if each.name == self.kind.sheet.rows_into:
                given = [self._texts(row) for row in group]
            try:
                value = blocks.parse(given, each)
            except blocks.BlockError as error:
                self._explain(group, each, error.lines)
            else:
                if each.mask != "omit":
                    values[each.name] = value
        if len(self.reading.problems) == before:
            span = (period.start, period.end) if period else None
            for line in sums(self.kind.check, values, period=span):
                self._refuse(first, None, line)
        if publisher is not None and len(self.reading.problems) == before:
            where = f"工作表“{self.sheet.name}”第 {first.number} 行"
            tails = self._tails(group)
            self.reading.drafts.append(Draft(where, publisher, period, values, self.sheet.name, first.number, tails))

    def _tails(self, group: list[Row]) -> tuple[Tail, ...]:
        check = self.kind.self_check
        return tails_of(check, map(self._texts, group)) if check is not None else ()

    def _texts(self, row: Row) -> dict[str, object]:
        return {name: cell(row, at) for name, at in self.heads.below.items()}

    def _explain(self, group: list[Row], field: Column, lines: Sequence[str]) -> None:
        """Say where the value of a field is wrong: in which cell, where it is a cell's own fault."""
        at = self.heads.own.get(field.name)
        if field.name != self.kind.sheet.rows_into:
            for line in lines:
                self._refuse(group[0], at, line)
            return
        before = len(self.reading.problems)
        for row in group:
            texts = self._texts(row)
            if not any(texts.values()):
                continue
            for column in self.columns:
                try:
                    blocks.parse(texts.get(column.name), column)
                except blocks.BlockError as error:
                    for line in error.lines:
                        self._refuse(row, self.heads.below.get(column.name), line)
        if len(self.reading.problems) == before:
            for line in lines:
                self._refuse(group[0], None, line)

    def _publisher(self, row: Row) -> Publisher | None:
        at = self.heads.own.get(UNIT)
        if at is None and self.default.publisher is not None:
            return self.default.publisher
        text = cell(row, at) if at is not None else self.sheet.name
        if text not in self.units:
            self.units[text] = self.naming.find(text)
        found, reason = self.units[text]
        if text in ("", FORMULA):
            reason = "不能空着，也不能是公式，请填单位名称或代码"
        elif at is None and reason:
            reason = f"没有“{self.kind.sheet.unit[0]}”列，就要用工作表的名称写明单位：{reason}"
        if reason:
            self._refuse(row, at, reason)
        return found

    def _period(self, row: Row) -> Period | None:
        words, rules = self.kind.sheet.period, self.default.rules
        if not words:
            return None
        at = self.heads.own.get(PERIOD)
        if at is None and self.default.period is not None:
            return self.default.period
        given = cell(row, at)
        period = read_period(self.kind, rules, given, self.default.period) if at is not None else None
        if period is None:
            meant = told_as(self.kind, rules, given)
            example = meant.label if meant else EXAMPLES[self.kind.cycle]  # type: ignore[index]
            lacks = f"没有“{words[0]}”列" if at is None else f"“{'' if given == FORMULA else given}”不是这一类的期间"
            self._refuse(row, at, f"{lacks}，请写成 {example}")
        return period
