"""The places and bodies that a form offers, in groups, and what was chosen of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from villages.accounts.queries import area_with, departments_of
from villages.intake.kinds import Kind
from villages.intake.routing import ANSWERABLE, About
from villages.registry.models import Publisher, Unit
from villages.registry.queries import all_publishers, counties, publisher_by_code, townships, units_below

# A heading, and what stands under it: code and name.
Group = tuple[str, Sequence[tuple[str, str]]]


def offices(session: Session) -> list[Group]:
    """Who may be given a case: counties, their departments, townships."""
    found: list[Group] = []
    for county in counties(session):
        departments = [(body.code, body.name) for body in departments_of(session, county)]
        found.append(("县、县直单位", [(county.division_code, county.name), *departments]))
        found.append(("乡镇、街道", [(each.division_code, each.name) for each in townships(session, county)]))
    return found


def places(session: Session) -> list[Group]:
    """What a case may be about: those, and every village under its township."""
    villages: dict[int | None, list[tuple[str, str]]] = {}
    for county in counties(session):
        for unit in units_below(session, county):
            if unit.level == "village" and unit.merged_into_id is None:
                villages.setdefault(unit.parent_id, []).append((unit.division_code, unit.name))
    below = [(each.name, villages[each.id]) for each in townships(session) if each.id in villages]
    return [*offices(session), *below]


def bodies(session: Session) -> list[Group]:
    """The administrative organs that answer applications."""
    found = [body for body in all_publishers(session) if body.kind in ANSWERABLE]
    order = {kind: place for place, kind in enumerate(ANSWERABLE)}
    return [("行政机关", [(body.code, body.name) for body in sorted(found, key=lambda body: order[body.kind])])]


def chosen(session: Session, code: str) -> Unit | Publisher | None:
    """The place or department with a code; None where there is none."""
    found = area_with(session, code) if code else None
    return found and (found[1] or found[0])


def about(session: Session, kind: Kind, code: str) -> About | None:
    """What a case is about, or to whom it goes, as chosen; None where the code is nobody's. '' is nothing."""
    if not code:
        return About()
    if kind.receiver == "chosen":
        body = publisher_by_code(session, code)
        return About(publisher=body) if body is not None else None
    place = chosen(session, code)
    if place is None:
        return None
    return About(unit=place) if isinstance(place, Unit) else About(publisher=place)
