"""Reads a workbook into drafts of a kind: every problem by sheet, row and column, and nothing kept if there is any."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.calendar.periods import Period
from villages.core.refusal import Refusal, refuse_if
from villages.core.spreadsheet import FORMULA, Row, Sheet
from villages.disclosures import blocks
from villages.disclosures.actions import Draft, write_all
from villages.disclosures.checks import problems as sums
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.disclosures.layout import PERIOD, UNIT, Heads, cell, columns_of, find_heads, groups, lacking
from villages.disclosures.models import Item, Publisher
from villages.disclosures.naming import Naming
from villages.disclosures.periods import EXAMPLES, parse_period
from villages.disclosures.queries import all_publishers, living_drafts
from villages.disclosures.template import EXPLANATION
from villages.disclosures.values import values_to_json


@dataclass
class Reading:
    """What a workbook holds: drafts, problems, and the columns that were left out."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Default:
    """Whose the items are, and of when, where the workbook does not say."""

    publisher: Publisher | None = None
    period: Period | None = None


def import_items(
    session: Session, kind: Kind, sheets: Iterable[Sheet], *, by: Staff, at: datetime, default: Publisher | None = None
) -> tuple[list[Item], list[str]]:
    """Write every item of a workbook as a draft, all or none; returns them and the headings that were left out."""
    reading = read_items(kind, sheets, all_publishers(session), Default(default))
    refuse_if(reading.problems or _repeated(session, kind, reading.drafts))
    return write_all(session, kind, reading.drafts, by=by, at=at), reading.ignored


def read_items(
    kind: Kind, sheets: Iterable[Sheet], publishers: Iterable[Publisher], default: Default = Default()
) -> Reading:
    """The items of all sheets of a workbook; the drafts are to be used only when there is no problem."""
    reading, naming = Reading(), Naming(publishers, kind)
    for sheet in sheets:
        if sheet.name != EXPLANATION:
            _SheetReader(sheet, kind, naming, default, reading).read()
    if not reading.drafts and not reading.problems:
        reading.problems.append("文件里只有表头，没有内容，请检查是否选错了工作表")
    _refuse_twice(reading)
    return reading


class _SheetReader:
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
            self.refuse(self.heads.row, None, f"（表头）缺少“{words[0]}”列{other}，请补上")
        for word in self.heads.twice:
            self.refuse(self.heads.row, None, f"（表头）“{word}”列与另一列意思相同，请只留一列")
        if len(self.reading.problems) > before:
            return  # every row would be wrong for the same reason
        for group in groups(self.kind, self.heads, rows):
            self.item(group)

    def refuse(self, row: Row, at: int | None, reason: str) -> None:
        column = f"“{self.heads.word(at)}”列：" if at is not None else ("" if reason.startswith("（") else "：")
        self.reading.problems.append(f"工作表“{self.sheet.name}”第 {row.number} 行{column}{reason}")

    def item(self, group: list[Row]) -> None:
        before, first = len(self.reading.problems), group[0]
        publisher, period = self.publisher(first), self.period(first)
        values: dict[str, Any] = {}
        for each in self.kind.fields:
            given: object = cell(first, self.heads.own.get(each.name))
            if each.name == self.kind.sheet.rows_into:
                given = [self.texts(row) for row in group]
            try:
                value = blocks.parse(given, each)
            except blocks.BlockError as error:
                self.explain(group, each, error.lines)
            else:
                if each.mask != "omit":
                    values[each.name] = value
        if len(self.reading.problems) == before:
            span = (period.start, period.end) if period else None
            for line in sums(self.kind.check, values, period=span):
                self.refuse(first, None, line)
        if publisher is not None and len(self.reading.problems) == before:
            where = f"工作表“{self.sheet.name}”第 {first.number} 行"
            self.reading.drafts.append(Draft(where, publisher, period, values))

    def texts(self, row: Row) -> dict[str, object]:
        return {name: cell(row, at) for name, at in self.heads.below.items()}

    def explain(self, group: list[Row], field: Column, lines: Sequence[str]) -> None:
        """Say where the value of a field is wrong: in which cell, where it is a cell's own fault."""
        at = self.heads.own.get(field.name)
        if field.name != self.kind.sheet.rows_into:
            for line in lines:
                self.refuse(group[0], at, line)
            return
        before = len(self.reading.problems)
        for row in group:
            texts = self.texts(row)
            if not any(texts.values()):
                continue
            for column in self.columns:
                try:
                    blocks.parse(texts.get(column.name), column)
                except blocks.BlockError as error:
                    for line in error.lines:
                        self.refuse(row, self.heads.below.get(column.name), line)
        if len(self.reading.problems) == before:
            for line in lines:
                self.refuse(group[0], None, line)

    def publisher(self, row: Row) -> Publisher | None:
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
            self.refuse(row, at, reason)
        return found

    def period(self, row: Row) -> Period | None:
        words, cycle = self.kind.sheet.period, self.kind.cycle
        if not words:
            return None
        at = self.heads.own.get(PERIOD)
        if at is None and self.default.period is not None:
            return self.default.period
        period = parse_period(cell(row, at), cycle) if at is not None else None  # type: ignore[arg-type]
        if period is None:
            example = EXAMPLES[cycle]  # type: ignore[index]
            text = "" if cell(row, at) == FORMULA else cell(row, at)
            lacks = f"没有“{words[0]}”列" if at is None else f"“{text}”不是这一类的期间"
            self.refuse(row, at, f"{lacks}，请写成 {example}")
        return period


def _refuse_twice(reading: Reading) -> None:
    """The same content of the same publisher for the same period, twice in one workbook."""
    seen: dict[tuple[int, Period | None, str], str] = {}
    for draft in reading.drafts:
        earlier = seen.setdefault((draft.publisher.id, draft.period, repr(draft.values)), draft.where)
        if earlier != draft.where:
            reading.problems.append(f"{draft.where}：与{earlier}完全相同，请删去一处")


def _repeated(session: Session, kind: Kind, drafts: Sequence[Draft]) -> list[str]:
    """What is in the database already, word for word: the same file imported again."""
    kept = living_drafts(session, kind, {draft.publisher.id for draft in drafts})
    known = {_key(publisher_id, start, content): item_id for item_id, publisher_id, start, content in kept}
    problems = []
    for draft in drafts:
        start = draft.period.start if draft.period else None
        found = known.get(_key(draft.publisher.id, start, values_to_json(kind, draft.values)))
        if found is not None:
            name = draft.publisher.name
            problems.append(f"{draft.where}：{name}已有一模一样的内容（编号 {found}），请不要重复导入")
    return problems


def _key(publisher_id: int, start: date | None, content: dict[str, Any]) -> tuple[int, date | None, str]:
    return publisher_id, start, json.dumps(content, sort_keys=True)


def read_one(kind: Kind, sheets: Iterable[Sheet], item: Item, period: Period | None) -> dict[str, Any]:
    """The values of the one item that a workbook holds, as a correction of an item of the same publisher and period."""
    reading = read_items(kind, sheets, [item.publisher], Default(item.publisher, period))
    refuse_if(reading.problems)
    if len(reading.drafts) != 1:
        raise Refusal(f"更正的文件里要正好有一条，现在有 {len(reading.drafts)} 条，请只留要更正的那一条")
    if reading.drafts[0].period != period:
        raise Refusal("更正的文件写的是另一期，期间不能更正；写错了期间的请撤回后另行发布")
    return reading.drafts[0].values
