"""Reads a workbook into drafts of a kind: every problem by sheet, row and column, and nothing kept if there is any."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.calendar.periods import Period
from villages.core.refusal import Refusal, refuse_if
from villages.core.spreadsheet import Sheet
from villages.disclosures.actions import misplaced, write_all
from villages.disclosures.attaching import keep_files
from villages.disclosures.drafts import Draft, Problem
from villages.disclosures.due_queries import rules_of
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item
from villages.disclosures.naming import Naming
from villages.disclosures.queries import living_drafts
from villages.disclosures.rules import Rule
from villages.disclosures.sheet_reader import NOTHING, Default, Reading, SheetReader
from villages.disclosures.template import EXPLANATION
from villages.disclosures.values import values_to_json
from villages.registry.models import Publisher
from villages.registry.queries import all_publishers


def import_items(
    session: Session, kind: Kind, sheets: Iterable[Sheet], *, by: Staff, at: datetime, default: Publisher | None = None
) -> tuple[list[Item], list[str]]:
    """Write every item of a workbook as a draft, all or none; returns them and the headings that were left out."""
    reading = examine(session, kind, sheets, by=by, default=default)
    refuse_if(problem.line for problem in reading.problems)
    return write_all(session, kind, reading.drafts, by=by, at=at), reading.ignored


def examine(
    session: Session, kind: Kind, sheets: Iterable[Sheet], *, by: Staff, default: Publisher | None = None
) -> Reading:
    """What a workbook holds and all that keeps somebody from importing it; changes nothing."""
    reading = read_items(kind, sheets, all_publishers(session), Default(default, rules=rules_of(session, kind)))
    reading.problems += hindrances(session, kind, reading.drafts, by=by)
    return reading


def hindrances(session: Session, kind: Kind, drafts: Sequence[Draft], *, by: Staff) -> list[Problem]:
    """Why somebody may not write some of many drafts, or need not, as they are there already.

    Content that is there already is told only of publishers in their area.
    """
    own = [draft for draft in drafts if by.speaks_for(draft.publisher)]
    return misplaced(session, kind, drafts, by=by) + _repeated(session, kind, own)


def write_examined(session: Session, kind: Kind, drafts: Sequence[Draft], *, by: Staff, at: datetime) -> list[Item]:
    """Write drafts that were examined in another session; asks again what may have changed meanwhile."""
    bodies = {each.id: each for each in all_publishers(session)}
    here = [replace(draft, publisher=bodies[draft.publisher.id]) for draft in drafts]
    refuse_if(problem.line for problem in hindrances(session, kind, here, by=by))
    return write_all(session, kind, here, by=by, at=at)


def read_items(
    kind: Kind, sheets: Iterable[Sheet], publishers: Iterable[Publisher], default: Default = NOTHING
) -> Reading:
    """The items of all sheets of a workbook; the drafts are to be used only when there is no problem."""
    reading, naming = Reading(), Naming(publishers, kind)
    for sheet in sheets:
        if sheet.name != EXPLANATION:
            SheetReader(sheet, kind, naming, default, reading).read()
    if not reading.drafts and not reading.problems:
        line = "文件里只有表头，没有内容，请检查是否选错了工作表"
        reading.problems.append(Problem(line, line))
    _refuse_twice(reading)
    return reading


def _refuse_twice(reading: Reading) -> None:
    """The same content of the same publisher for the same period, twice in one workbook."""
    seen: dict[tuple[int, Period | None, str], str] = {}
    for draft in reading.drafts:
        earlier = seen.setdefault((draft.publisher.id, draft.period, repr(draft.values)), draft.where)
        if earlier != draft.where:
            reading.problems.append(_at(draft, f"与{earlier}完全相同，请删去一处"))


def _repeated(session: Session, kind: Kind, drafts: Sequence[Draft]) -> list[Problem]:
    """What is in the database already, word for word: the same file imported again."""
    kept = living_drafts(session, kind, {draft.publisher.id for draft in drafts})
    known = {_key(publisher_id, start, content): item_id for item_id, publisher_id, start, content in kept}
    problems = []
    for draft in drafts:
        start = draft.period.start if draft.period else None
        found = known.get(_key(draft.publisher.id, start, values_to_json(kind, draft.values)))
        if found is not None:
            name = draft.publisher.name
            problems.append(_at(draft, f"{name}已有一模一样的内容（编号 {found}），请不要重复导入"))
    return problems


def _at(draft: Draft, reason: str) -> Problem:
    return Problem(f"{draft.where}：{reason}", reason, draft.sheet, draft.row)


def _key(publisher_id: int, start: date | None, content: dict[str, Any]) -> tuple[int, date | None, str]:
    return publisher_id, start, json.dumps(content, sort_keys=True)


def read_one(
    kind: Kind, sheets: Iterable[Sheet], item: Item, period: Period | None, *, rules: Sequence[Rule] = ()
) -> Draft:
    """The one item that a workbook holds, as a correction of an item of the same publisher and period."""
    reading = read_items(kind, sheets, [item.publisher], Default(item.publisher, period, rules))
    refuse_if(problem.line for problem in reading.problems)
    if len(reading.drafts) != 1:
        raise Refusal(f"更正的文件里要正好有一条，现在有 {len(reading.drafts)} 条，请只留要更正的那一条")
    if reading.drafts[0].period != period:
        raise Refusal("更正的文件写的是另一期，期间不能更正；写错了期间的请撤回后另行发布")
    return replace(reading.drafts[0], values=keep_files(kind, item.draft, reading.drafts[0].values))
