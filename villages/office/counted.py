"""All duties of the last two years, kept in each process and counted again in part.

Counting a county's 26 000 duties takes a second, those of one village some milliseconds. Every publication raises the
content version of its unit (core/freshness.py); so whoever asks has the bodies of changed units counted again, and all
of them when the day, the calendar, the rules or the publishers changed, or after ten minutes: drafts raise no version,
and what a draft says was formed is owed too.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.calendar.models import SCOPE as CALENDAR
from villages.core.freshness import TABLE
from villages.disclosures.due_queries import duties_of, rules_of
from villages.office.progress import Told, told
from villages.registry.models import Publisher

MONTHS = 24
LONGEST_S = 600
MOST_IN_PART = 60
UNIT = "unit:"


@dataclass(frozen=True)
class Counted:
    """Duties by the id of the body that has them, and when they were counted last."""

    key: Any
    versions: Mapping[str, int]
    began: float
    at: datetime
    duties: Mapping[int, Sequence[Told]]


_KEPT: WeakKeyDictionary[Any, Counted] = WeakKeyDictionary()
_COUNTING = threading.Lock()


def counted(session: Session, *, on: date, at: datetime) -> Counted:
    """The duties of everybody on a day, as the database has them now but for drafts; `at`: this moment."""
    engine = session.get_bind()
    versions = {row.scope: row.version for row in session.execute(select(TABLE.c.scope, TABLE.c.version))}
    bodies = select(
        func.count(), func.max(Publisher.id), func.min(Publisher.duties_from), func.max(Publisher.duties_from)
    )
    key = (on, versions.get(CALENDAR), tuple(rules_of(session)), tuple(session.execute(bodies).one()))
    with _COUNTING:
        last = _KEPT.get(engine)
        if last is None or last.key != key or time.monotonic() - last.began > LONGEST_S:
            found = Counted(key, versions, time.monotonic(), at, _of(session, None, on))
        elif last.versions == versions:
            return last
        else:
            found = _in_part(session, last, versions, on, at)
        _KEPT[engine] = found
        return found


def first_month(today: date) -> date:
    """The first day of the earliest month that is counted."""
    return months_before(today, MONTHS - 1)


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before a day's."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _in_part(session: Session, last: Counted, versions: Mapping[str, int], on: date, at: datetime) -> Counted:
    """As counted last, with the bodies of those units counted again whose content changed since."""
    changed = [scope for scope, version in versions.items() if last.versions.get(scope) != version]
    ids = [int(scope.removeprefix(UNIT)) for scope in changed if scope.startswith(UNIT)]
    if not ids:
        return Counted(last.key, versions, last.began, at, last.duties)
    if len(ids) > MOST_IN_PART:
        return Counted(last.key, versions, time.monotonic(), at, _of(session, None, on))
    bodies = session.scalars(select(Publisher).where(Publisher.unit_id.in_(ids))).all()
    gone = dict.fromkeys((body.id for body in bodies), ())
    again = _of(session, [body for body in bodies if body.id in last.duties], on)
    return Counted(last.key, versions, last.began, at, {**last.duties, **gone, **again})


def _of(session: Session, within: Sequence[Publisher] | None, on: date) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = defaultdict(list)
    for each in duties_of(session, within, on=on, since=first_month(on), reads_only=True):
        found[each.duty.publisher_id].append(told(each))
    return found
