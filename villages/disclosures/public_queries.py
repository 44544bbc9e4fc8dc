"""What is public on a day: the one answer that pages, feeds, lists and exports share."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_

from villages.calendar.periods import Period
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.models import Item


def is_public_on(today: date) -> ColumnElement[bool]:
    """A notice that has ended is hidden at midnight, also where what is due was not run yet."""
    return Item.is_public & or_(Item.notice_until.is_(None), Item.notice_until >= today)


def period_from(kind: Kind, start: date | None) -> Period | None:
    """The period that an item of a kind tells of, by its first day; None where it tells of none."""
    return Period(start, kind.cycle) if start and kind.cycle in PERIODICAL else None  # type: ignore[arg-type]


def label_of(period: Period | None) -> str:
    """A period as people say it; empty for none."""
    return period.label if period else ""
