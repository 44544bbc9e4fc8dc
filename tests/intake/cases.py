"""A county with two townships, their villages and a department, everybody who handles there, and cases about them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests.factories import NOON, TESTER, make_village
from villages.accounts.models import Staff
from villages.calendar.actions import seed
from villages.intake import answering, handling
from villages.intake.enclosures import Given
from villages.intake.history import WRITER
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.intake.receiving import Came, Receipt, receive
from villages.intake.routing import About
from villages.registry.bodies import add_department, make_missing
from villages.registry.models import Publisher, Unit
from villages.registry.queries import publisher_by_code, publishers_of, unit_by_code

NAME, PHONE, TEXT = "钱多多", "13812345678", "村口的路灯三个月没有亮过了"
COUNTY, HERE, THERE, DEPARTMENT = "410999", "410999100", "410999101", "MZ"
VILLAGES = (
    ("410999100201", "柳溪村", "清河镇"), ("410999100202", "桃园村", "清河镇"), ("410999101201", "石桥村", "安平乡"),
)  # fmt: skip
_names = itertools.count(1)
QUESTION, COMPLAINT, TIPOFF, OBJECTION, APPLICATION = (
    kinds()[key] for key in ("question", "complaint", "tipoff", "objection", "foi_request")
)


@dataclass(frozen=True)
class County:
    """One county: two townships (here, there), a village of each and one more here, a department."""

    county: Unit
    here: Unit
    village: Unit
    other_village: Unit
    there: Unit
    far_village: Unit
    department: Publisher

    def publisher(self, session: Session, unit: Unit) -> Publisher:
        """The body that governs a unit."""
        return publishers_of(session, unit)[0]


def make_county(session: Session) -> None:
    """The county, with its bodies and its calendar."""
    for code, name, township in VILLAGES:
        make_village(session, code=code, name=name, township=township)
    make_missing(session, by=TESTER, at=NOON)
    seed(session, by=TESTER, at=NOON)
    add_department(session, unit(session, COUNTY), code=DEPARTMENT, name="示例民政局", by=TESTER, at=NOON)


def county_in(session: Session) -> County:
    """The county, once it was made."""
    village, other, far = (unit(session, code) for code, *_ in VILLAGES)
    department = publisher_by_code(session, DEPARTMENT)
    assert department is not None
    here, there = unit(session, HERE), unit(session, THERE)
    return County(unit(session, COUNTY), here, village, other, there, far, department)


def unit(session: Session, code: str) -> Unit:
    """The unit with a code."""
    found = unit_by_code(session, code)
    assert found is not None, code
    return found


def handler(session: Session, place: Unit | Publisher, role: str = "handler") -> Staff:
    """Somebody who handles cases for a place or a department; they cannot sign in."""
    unit, department = (place, None) if isinstance(place, Unit) else (place.unit, place)
    staff = Staff(
        name=f"承办{next(_names)}", role=role, unit=unit, department=department, password_hash="", created_at=NOON
    )
    session.add(staff)
    session.flush()
    return staff


def values_of(key: str = "question", **given: str) -> dict[str, str]:
    """What somebody wrote."""
    if kinds()[key].is_application:
        asked = {"applicant": "natural_person", "subject": TEXT, "form": "纸质", "way": "网上"}
        return {"name": NAME, "phone": PHONE, **asked, **given}
    return {"name": NAME, "phone": PHONE, "text": TEXT, **given}


def make_case(
    session: Session, kind: str = "question", *, at: datetime = NOON, came: Came | None = None,
    files: tuple[Given, ...] = (), values: dict[str, str] | None = None, **about: object,
) -> Case:  # fmt: skip
    """A case as it comes in by telephone, about whatever is given."""
    return make_receipt(session, kind, at=at, came=came, files=files, values=values, **about).case


def make_receipt(
    session: Session, kind: str = "question", *, at: datetime = NOON, came: Came | None = None,
    files: tuple[Given, ...] = (), values: dict[str, str] | None = None, **about: object,
) -> Receipt:  # fmt: skip
    """The same, with what the writer got."""
    found = About(**about)  # type: ignore[arg-type]
    written = values_of(kind) if values is None else values
    return receive(session, kinds()[kind], written, found, came or Came("online"), by=WRITER, at=at, files=files)


def later(days: float) -> datetime:
    """So many days after noon of the first."""
    return NOON + timedelta(days=days)


def answered(
    session: Session, case: Case, *, at: datetime = NOON, text: str = "灯泡明天就换", result: str = ""
) -> Case:  # fmt: skip
    """A case that two of those who hold it have accepted, answered and sent."""
    one, other = handler(session, case.held_by[0].place), handler(session, case.held_by[0].place)
    handling.accept(session, case, by=one, at=at)
    answering.draft(session, case, text, result=result, by=one, at=at)
    answering.approve(session, case, by=other, at=at)
    answering.answer(session, case, by=one, at=at)
    return case
