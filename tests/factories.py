"""Plain functions that make rows with everything optional and realistic, invented names."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from villages.accounts.actions import add_staff
from villages.accounts.models import Staff
from villages.audit.models import Actor
from villages.plates.actions import issue
from villages.plates.models import Plate
from villages.registry.listing import Entry
from villages.registry.loading import load
from villages.registry.models import Unit
from villages.registry.queries import unit_by_code

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TESTER = Actor("测试员")
PASSWORD = "correct horse battery"
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
