"""Verbs of the calendar. They alone write its table, so that a year with any row is known whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.calendar.models import LONGEST_NAME, SCOPE, CalendarDay
from villages.calendar.notice import NoticeDay
from villages.calendar.queries import forget
from villages.calendar.statutory import MOVING, statutory_days
from villages.core.clock import day_text
from villages.core.freshness import raise_others, raise_versions
from villages.core.refusal import Refusal

PACKAGE = "chinesecalendar"
NOTICE = "放假安排"


@dataclass
class Outcome:
    """What an import changed, as lines that a person reads."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    new_years: list[int] = field(default_factory=list)


def seed(session: Session, *, by: Actor, at: datetime) -> int:
    """Bring every year that the package knows into the table; returns the rows written, 0 when all was there.

    Years in which a person changed anything are left alone, so that this may run at every start.
    """
    kept: dict[int, dict[date, CalendarDay]] = defaultdict(dict)
    for row in session.scalars(select(CalendarDay)):
        kept[row.day.year][row.day] = row
    source, written = f"{PACKAGE} {version(PACKAGE)}", 0
    for year, days in _packaged().items():
        rows = kept[year]
        same = {day: (row.is_workday, row.name) for day, row in rows.items()} == days
        if same or any(not row.source.startswith(PACKAGE) for row in rows.values()):
            continue
        for row in rows.values():
            session.delete(row)
        session.flush()
        session.add_all(CalendarDay(day=day, is_workday=w, name=n, source=source) for day, (w, n) in days.items())
        written += len(days)
    if written:
        _changed(session, "calendar.seed", by=by, at=at, rows=written, source=source)
    return written


@cache
def _packaged() -> dict[int, dict[date, tuple[bool, str]]]:
    """The days of the package that differ from their weekday or have a name, by year."""
    from chinese_calendar import Holiday, constants, get_holiday_detail, is_workday  # noqa: PLC0415 - only to seed

    names = {each.value: each.chinese for each in Holiday}
    day, last = date(min(constants.holidays).year, 1, 1), date(max(constants.holidays).year, 12, 31)
    years: dict[int, dict[date, tuple[bool, str]]] = defaultdict(dict)
    while day <= last:
        works, (_, name) = is_workday(day), get_holiday_detail(day)
        if name or works != (day.weekday() < 5):  # noqa: PLR2004 - Saturday
            years[day.year][day] = (works, names.get(name, name or "")[:LONGEST_NAME])
        day += timedelta(days=1)
    return years


def import_days(session: Session, days: Sequence[NoticeDay], *, by: Actor, at: datetime) -> Outcome:
    """Take over the days of a notice, all or none; raises Refusal with every problem.

    A year that was unknown must come with all its days off by law; single days of a known year may be changed.
    """
    kept = {row.day: row for row in session.scalars(select(CalendarDay))}
    years = {day.year for day in kept}
    problems = _against_law(days) + _incomplete(days, years)
    if problems:
        raise Refusal(*problems)
    outcome = Outcome(new_years=sorted({given.day.year for given in days} - years))
    for given in days:
        _take(session, given, kept, outcome)
    if outcome.added or outcome.changed:
        counts = {"added": len(outcome.added), "changed": len(outcome.changed)}
        _changed(session, "calendar.import", by=by, at=at, **counts, years=outcome.new_years)
    return outcome


def _take(session: Session, given: NoticeDay, kept: Mapping[date, CalendarDay], outcome: Outcome) -> None:
    row, line = kept.get(given.day), f"{given.day} {'上班' if given.is_workday else '放假'} {given.name}"
    if row is None:
        row = CalendarDay(day=given.day)
        session.add(row)
        outcome.added.append(line)
    elif (row.is_workday, row.name) == (given.is_workday, given.name):
        outcome.unchanged.append(line)
        return
    else:
        outcome.changed.append(f"{line}（原为{'上班' if row.is_workday else '放假'} {row.name}）")
    row.is_workday, row.name, row.source = given.is_workday, given.name, NOTICE


def _against_law(days: Sequence[NoticeDay]) -> list[str]:
    return [
        f"第 {given.row} 行“is_workday”列的值“1”不对：{day_text(given.day)}是{name}，法定节假日不能上班"
        for given in days
        if given.is_workday and (name := statutory_days(given.day.year).get(given.day)) and given.day.year in MOVING
    ]


def _incomplete(days: Sequence[NoticeDay], known: set[int]) -> list[str]:
    """Years that are new but lack days off by law: half a year would be worse than an unknown one."""
    listed = {given.day for given in days}
    problems = []
    for year in sorted({day.year for day in listed} - known):
        lacking = [
            f"{day_text(day)}（{name}）" for day, name in sorted(statutory_days(year).items()) if day not in listed
        ]
        if lacking:
            problems.append(f"{year} 年还没有放假安排，文件要包含这一年的全部放假日；缺少 {'、'.join(lacking)}")
    return problems


def _changed(session: Session, act: str, *, by: Actor, at: datetime, **detail: Any) -> None:
    session.flush()
    forget(session)
    record(session, act, SCOPE, by=by, at=at, **detail)
    raise_versions(session, {SCOPE}, at=at)
    raise_others(session, SCOPE)  # due days on any page may be others now
