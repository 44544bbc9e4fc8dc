"""Plain functions that make rows with everything optional and realistic, invented names."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from villages.accounts.actions import add_staff
from villages.accounts.models import Staff
from villages.audit.models import Actor
from villages.calendar.periods import Period, period_of
from villages.disclosures.actions import write
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.plates.actions import issue
from villages.plates.models import Plate
from villages.registry.bodies import make_missing
from villages.registry.listing import Entry
from villages.registry.loading import load
from villages.registry.models import Publisher, Unit
from villages.registry.queries import publishers_of, unit_by_code

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TESTER = Actor("测试员")
PASSWORD = "correct horse battery"
STATEMENT = next(kind for kind in kinds().values() if kind.check == "statement")
SEPTEMBER = Period(date(2026, 9, 1), "month")
_codes = itertools.count(410999100201)


def make_entry(**given: object) -> Entry:
    """One row of a list of villages."""
    values: dict[str, object] = {
        "row": 2, "code": str(next(_codes)), "name": "柳溪村", "committee": "柳溪村委会", "kind": "village",
        "in_scope": True, "township": "清河镇", "county": "示例县", "city": "示例市", "province": "示例省",
    }  # fmt: skip
    return Entry(**(values | given))  # type: ignore[arg-type]


def make_village(session: Session, **given: object) -> Unit:
    """A village, with the divisions above it."""
    entry = make_entry(**given)
    load(session, [entry], by=TESTER, at=NOON)
    unit = unit_by_code(session, entry.code)
    assert unit is not None
    return unit


def make_plate(session: Session, unit: Unit | None = None, place: str = "文化广场") -> Plate:
    """A plate."""
    return issue(session, unit or make_village(session), place=place, by=TESTER, at=NOON)


def make_staff(session: Session, unit: Unit, name: str = "示例员工", role: str = "administrator") -> Staff:
    """An account whose password is PASSWORD."""
    return add_staff(session, name, role=role, unit=unit, password=PASSWORD, by=TESTER, at=NOON)


def make_publisher(session: Session, unit: Unit | None = None, kind: str = "collective") -> Publisher:
    """A body that publishes for a unit, by default a new village's collective."""
    unit = unit or make_village(session)
    make_missing(session, by=TESTER, at=NOON)
    return next(publisher for publisher in publishers_of(session, unit) if publisher.kind == kind)


def statement_given(opening: int = 100, income: int = 50, expenditure: int = 20, **given: object) -> dict[str, object]:
    """What a person types into a month's statement, in yuan; it adds up."""
    lines = [
        {"day": "2026-09-03", "summary": "机动地承包费", "income": str(income)},
        {"day": "2026-09-09", "summary": "修路灯", "expenditure": str(expenditure)},
    ]
    totals = {"opening": opening, "income": income, "expenditure": expenditure}
    values = {name: str(value) for name, value in totals.items()}
    return values | {"closing": str(opening + income - expenditure), "lines": lines} | given


def make_item(
    session: Session, publisher: Publisher, by: Staff, *, kind: Kind = STATEMENT, period: Period | None = None,
    at: datetime = NOON, **given: object,
) -> Item:  # fmt: skip
    """A draft, by default a statement for September."""
    if period is None and kind.cycle in PERIODICAL:
        period = period_of(SEPTEMBER.start, kind.cycle)  # type: ignore[arg-type]
    values = statement_given(**given) if kind is STATEMENT else given  # type: ignore[arg-type]
    return write(session, kind, publisher, values, by=by, at=at, period=period)
