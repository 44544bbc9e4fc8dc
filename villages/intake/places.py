"""What a form offers to be about: villages by township, townships, departments; or the bodies that are applied to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.intake.kinds import Kind
from villages.intake.routing import About
from villages.registry.models import Publisher, Unit
from villages.registry.queries import counties, townships

Choice = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """Some choices under a name: (code, what it is called)."""

    label: str
    choices: list[Choice]


def choices(session: Session, kind: Kind) -> list[Choices]:
    """What a case of a kind may be about, or to whom it may be sent, in the order of the list."""
    found = _bodies(session) if kind.receiver == "chosen" else _places(session)
    return [each for each in found if each.choices]


def code_of(kind: Kind, about: About) -> str:
    """What is chosen in that list where something is known already; '' for nothing."""
    place = about.place
    if kind.receiver == "chosen":
        if about.publisher is not None:
            return about.publisher.code
        office = place.above("township") if place is not None and place.level == "village" else place
        return office.division_code if office is not None else ""
    if about.department is not None:
        return about.department.code
    return place.division_code if place is not None and place.level in ("village", "township") else ""


def _bodies(session: Session) -> Iterator[Choices]:
    for label, kind in (("县政府", "county"), ("乡镇政府", "township"), ("县直单位", "department")):
        query = select(Publisher.code, Publisher.name).where(Publisher.kind == kind).order_by(Publisher.code)
        yield Choices(label, [(row.code, row.name) for row in session.execute(query)])


def _places(session: Session) -> Iterator[Choices]:
    columns = select(Unit.division_code, Unit.name, Unit.parent_id).where(Unit.level == "village", Unit.in_scope)
    rows = session.execute(columns.where(Unit.merged_into_id.is_(None)).order_by(Unit.division_code)).all()
    several = len(counties(session)) > 1
    for township in townships(session):
        label = f"{township.name_above('county')} {township.name}" if several else township.name
        below = [(row.division_code, row.name) for row in rows if row.parent_id == township.id]
        yield Choices(label, [*below, (township.division_code, f"{township.name}（整个乡镇）")])
    departments = select(Publisher.code, Publisher.name).where(Publisher.kind == "department").order_by(Publisher.code)
    yield Choices("县直单位", [(row.code, row.name) for row in session.execute(departments)])
