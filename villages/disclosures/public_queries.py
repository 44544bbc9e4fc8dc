"""What is public on a day: the one answer that pages, feeds, lists and exports share."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_

from villages.calendar.periods import Period
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.models import Item
from villages.disclosures.periods import stored_period


def is_public_on(today: date) -> ColumnElement[bool]:
    """A notice that has ended is hidden at midnight, also where what is due was not run yet."""
    return Item.is_public & or_(Item.notice_until.is_(None), Item.notice_until >= today)


def period_told(kind: Kind, item: Item) -> Period | None:
    """The period that an item tells of, in the cycle it was written under; None where it tells of none."""
    return stored_period(item.period_start, item.period_cycle, kind.cycle)


def period_from(kind: Kind, start: date | None) -> Period | None:
    """The period of a kind's own cycle that begins on a day; None for a kind without periods."""
    return Period(start, kind.cycle) if start and kind.cycle in PERIODICAL else None  # type: ignore[arg-type]


def label_of(period: Period | None) -> str:
    """A period as people say it; empty for none."""
    return period.label if period else ""
