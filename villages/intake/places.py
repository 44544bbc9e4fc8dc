"""What a form offers to be about, or to be given to, in groups; and what was chosen of it.

Writers choose among villages by township, townships and departments, or among the bodies that are applied to; staff
also among offices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from villages.accounts.queries import area_with, departments_of
from villages.intake.kinds import Kind
from villages.intake.routing import About, accused, county_of, organs_above
from villages.registry.models import Publisher, Unit
from villages.registry.queries import counties, publisher_by_code, townships

Choice = tuple[str, str]


class Choices(NamedTuple):
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


def offices(session: Session) -> list[Choices]:
    """Who may be given a case: counties, their departments, townships."""
    found: list[Choices] = []
    for county in counties(session):
        departments = [(body.code, body.name) for body in departments_of(session, county)]
        found.append(Choices("县、县直单位", [(county.division_code, county.name), *departments]))
        below = [(each.division_code, each.name) for each in townships(session, county)]
        found.append(Choices("乡镇、街道", below))
    return found


def places(session: Session) -> list[Choices]:
    """What staff may say that a case is about: those, and every village under its township."""
    villages = _villages(session)
    below = [Choices(each.name, villages[each.id]) for each in townships(session) if each.id in villages]
    return [*offices(session), *below]


def chosen(session: Session, code: str) -> Unit | Publisher | None:
    """The place or department with a code; None where there is none."""
    found = area_with(session, code) if code else None
    return found and (found[1] or found[0])


def is_of_county(kind: Kind, about: About) -> bool:
    """Whether it is a tip-off about a county itself, so that nobody here may take it."""
    return any(isinstance(each, Unit) and each.level == "county" for each in accused(kind, about))


def organs(session: Session, about: About) -> str:
    """Who takes what the county is not to know, in words."""
    return organs_above(county_of(session, about))


def kept_from(session: Session, kind: Kind, about: About) -> str:
    """What a form says of who will not see what is written; '' for kinds that accuse nobody.

    Where it is known to be about a place below the county, nothing is said of the county.
    """
    if not kind.is_accusation:
        return ""
    others = organs(session, about)
    barred = any(accused(kind, about))
    if kind.is_restricted:
        away = "" if barred else f"举报县里本身的，这里不收，请向{others}反映。"
        return f"被举报的村、单位和人看不到。{away}"
    above, own = "由上一级来办，被说的村、单位看不到。", f"由县里登记、办理；不想让县里知道，请向{others}反映。"
    if barred:
        return above
    return own if kind.receiver == "owner" else f"{above}说县里本身的，{own}"


def about(session: Session, kind: Kind, code: str) -> About | None:
    """What a case is about, or to whom it goes, as staff chose; None where the code is nobody's. '' is nothing."""
    if not code:
        return About()
    if kind.receiver == "chosen":
        body = publisher_by_code(session, code)
        return About(publisher=body) if body is not None else None
    place = chosen(session, code)
    if place is None:
        return None
    return About(unit=place) if isinstance(place, Unit) else About(publisher=place)


def _bodies(session: Session) -> Iterator[Choices]:
    for label, kind in (("县政府", "county"), ("乡镇政府", "township"), ("县直单位", "department")):
        query = select(Publisher.code, Publisher.name).where(Publisher.kind == kind).order_by(Publisher.code)
        yield Choices(label, [(row.code, row.name) for row in session.execute(query)])


def _places(session: Session) -> Iterator[Choices]:
    villages, several = _villages(session, Unit.in_scope.is_(True)), len(counties(session)) > 1
    for township in townships(session):
        label = f"{township.name_above('county')} {township.name}" if several else township.name
        below = villages.get(township.id, [])
        yield Choices(label, [*below, (township.division_code, f"{township.name}（整个乡镇）")])
    departments = select(Publisher.code, Publisher.name).where(Publisher.kind == "department").order_by(Publisher.code)
    yield Choices("县直单位", [(row.code, row.name) for row in session.execute(departments)])


def _villages(session: Session, *which: ColumnElement[bool]) -> Mapping[int | None, list[Choice]]:
    """The villages of today by the township above them."""
    columns = select(Unit.division_code, Unit.name, Unit.parent_id).where(Unit.level == "village", *which)
    found: dict[int | None, list[Choice]] = defaultdict(list)
    for row in session.execute(columns.where(Unit.merged_into_id.is_(None)).order_by(Unit.division_code)):
        found[row.parent_id].append((row.division_code, row.name))
    return found
