"""Into whose hands a case comes, and from whom it is kept.

An accusation never comes to the place or the body that it is about, nor to anybody below: it is received one office
higher, and they are barred. Whoever works here is below the county: a tip-off about the county itself is not taken,
and its writer is told who above takes it. A complaint about the county, and an objection to what it published, are
its own to register and answer. Source: 信访工作条例 Arts 22, 23, 28, 30; 河南省实施办法 (objections).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.refusal import Refusal
from villages.disclosures.models import Item
from villages.intake.kinds import Kind
from villages.intake.models import Case, CaseBarred, CaseSeat
from villages.intake.outbox import tell_seat
from villages.plates.models import Plate
from villages.registry.models import Publisher, Unit
from villages.registry.queries import counties, publishers_of

OFFICES = ("county", "township")
NONE_ABOVE = "没有更上一级可以接手，请转办给别的单位"
NONE_LEFT = "没有更上一级可以接手：本系统里的单位都在它下面。请用“转到别处”交给{}"
NOT_HERE = "举报县里本身的，这里不收：这里办事的人都归县里管。请向{}反映"
# Bodies that answer applications; villages' committees and collectives are no administrative organs.
ANSWERABLE = ("county", "department", "township")


@dataclass(frozen=True)
class About:
    """What a case is about, and to whom it goes where the writer chose: a place, a body, an item, a plate."""

    unit: Unit | None = None
    publisher: Publisher | None = None
    item: Item | None = None
    plate: Plate | None = None

    @property
    def body(self) -> Publisher | None:
        """The body that it is about, where one was named or published the item."""
        return self.publisher or (self.item.publisher if self.item else None)

    @property
    def department(self) -> Publisher | None:
        """That body where it is a department; any other body is its unit's office."""
        body = self.body
        return body if body is not None and body.kind == "department" else None

    @property
    def place(self) -> Unit | None:
        """The place that it is about, as it is today: after mergers, the one that took over."""
        if self.unit is not None:
            return self.unit.successor
        if self.item is not None and self.department is None:
            return self.item.unit.successor
        if self.body is not None and self.department is None:
            return self.body.unit.successor
        return self.plate.unit.successor if self.plate is not None else None


def receiver(session: Session, kind: Kind, about: About) -> Unit | Publisher:
    """The office of a place, or the department, that receives a case. Raises Refusal where it can be none."""
    if kind.receiver == "chosen":
        return _chosen(about)
    county = county_of(session, about)
    if kind.receiver == "county" or (kind.is_accusation and about.department is not None):
        return county
    if about.department is not None:
        return about.department
    place = about.place
    if place is None or place.level not in ("village", "township"):
        return county
    if kind.is_accusation:
        return office_above(place) or county
    return place if place.level == "township" else place.above("township") or county


def _chosen(about: About) -> Unit | Publisher:
    body = about.publisher
    if body is None or body.kind not in ANSWERABLE:
        raise Refusal("请选一个行政机关：县政府、乡镇政府，或者县直单位")
    return body if body.kind == "department" else body.unit


def county_of(session: Session, about: About) -> Unit:
    """The county whose office takes what no other does."""
    place = about.place or (about.body.unit if about.body else None)
    if place is not None and place.level == "county":
        return place
    return (place.above("county") if place is not None else None) or counties(session)[0]


def office_above(place: Unit | Publisher) -> Unit | None:
    """The office next above one: the township's of a village, the county's of a township or department."""
    if isinstance(place, Publisher):
        return place.unit if place.kind == "department" else office_above(place.unit)
    levels = OFFICES[: OFFICES.index(place.level)] if place.level in OFFICES else OFFICES
    return next((found for level in reversed(levels) if (found := place.above(level)) is not None), None)


def office_outside(case: Case, place: Unit | Publisher) -> Unit | None:
    """The nearest office above one from which a case is not kept."""
    office = office_above(place)
    while office is not None and is_barred(case, office):
        office = office_above(office)
    return office


def outside_or_refuse(case: Case, place: Unit | Publisher) -> Unit | Publisher:
    """A place, or the nearest office above it from which the case is not kept. Raises Refusal where there is none."""
    found = office_outside(case, place) if is_barred(case, place) else place
    if found is None:
        raise Refusal(NOT_HERE.format(organs_above(place)))
    return found


def organs_above(place: Unit | Publisher) -> str:
    """Who takes what nobody here may: those of the city that the county lies in, in words."""
    unit = place.unit if isinstance(place, Publisher) else place
    return f"{unit.name_above('city') or '上一级机关'}的信访部门或者纪检监察机关"


def signatory(session: Session, case: Case) -> str:
    """In whose name a case is answered: that of the body whose seat leads."""
    body = answering_body(session, case)
    return body.name if body is not None else case.held_by[0].place.name


def answering_body(session: Session, case: Case) -> Publisher | None:
    """The body whose seat leads a case: a department, or the one of the unit's office; None where it has none."""
    place = case.held_by[0].place
    if isinstance(place, Publisher):
        return place
    return next((body for body in publishers_of(session, place) if body.kind != "department"), None)


def who_hears(case: Case) -> str:
    """The government that hears a reconsideration: the county's, or the city's where the county itself decided.

    Source: 行政复议法 (2023) Art 24.
    """
    place = case.held_by[0].place
    above = place.unit if isinstance(place, Publisher) else place.above("city" if place.level == "county" else "county")
    return f"{above.name}人民政府" if above is not None else "上一级人民政府"


def seat(session: Session, case: Case, place: Unit | Publisher, *, at: datetime, leads: bool = True) -> CaseSeat:
    """Give a case into somebody's hands; who led it before does no more, where the new seat leads. Raises Refusal.

    A body that is no department is its unit's office.
    """
    if isinstance(place, Publisher) and place.kind != "department":
        place = place.unit
    if is_barred(case, place):
        raise Refusal(f"这件事不能给“{place.name}”：它与这件事有关，按规定要回避")
    if any(_same(each, place) and each.leads >= leads for each in case.held_by):
        raise Refusal(f"这件事已经在“{place.name}”手里")
    for each in case.held_by:
        if _same(each, place) or (leads and each.leads):
            each.until = at
    made = CaseSeat(leads=leads, since=at)
    made.unit, made.publisher = (place, None) if isinstance(place, Unit) else (None, place)
    case.seats.append(made)
    session.flush()
    tell_seat(session, case, made, at=at)
    return made


def bar(session: Session, case: Case, *whom: Unit | Publisher | Staff) -> None:
    """Keep a case from places and all below them, departments, members of staff."""
    for each in whom:
        row = CaseBarred()
        if isinstance(each, Staff):
            row.staff = each
        elif isinstance(each, Publisher) and each.kind == "department":
            row.publisher = each
        else:
            row.unit = each if isinstance(each, Unit) else each.unit
        if all(former.whom is not row.whom for former in case.barred):
            case.barred.append(row)
    session.flush()


def keep_away(session: Session, case: Case, *whom: Unit | Publisher | Staff, at: datetime) -> None:
    """Bar whoever may have a case in hand: their seats end, and where they led, the next office above leads.

    Raises Refusal where there is none, as under a county that is barred with all its departments.
    """
    bar(session, case, *whom)
    lead = case.held_by[0]
    for each in case.held_by:
        if is_barred(case, each.place):
            each.until = at
    if lead.until is not None:
        office = office_outside(case, lead.place)
        if office is None:
            raise Refusal(NONE_LEFT.format(organs_above(lead.place)))
        seat(session, case, office, at=at)


def accused(kind: Kind, about: About) -> Iterator[Unit | Publisher]:
    """From whom a case of a kind must be kept: the place it is about, the body, and what they have become."""
    if not kind.is_accusation:
        return
    if about.department is not None:
        yield about.department
    body = about.body.unit if about.body and about.department is None else None
    units = {unit.id: unit for unit in (about.unit, about.place, body) if unit is not None}
    # Beside a department the county is only where that is.
    levels = ("village", *OFFICES) if kind.is_restricted and about.department is None else ("village", "township")
    yield from (unit for unit in units.values() if unit.level in levels)


def is_barred(case: Case, place: Unit | Publisher) -> bool:
    """Whether a case is to be kept from a place or a department: itself, or by what it is below."""
    unit = place.unit if isinstance(place, Publisher) else place
    if isinstance(place, Publisher) and any(row.publisher_id == place.id for row in case.barred):
        return True
    return any(row.unit is not None and unit.division_code.startswith(row.unit.division_code) for row in case.barred)


def _same(seat: CaseSeat, place: Unit | Publisher) -> bool:
    return seat.unit_id == place.id if isinstance(place, Unit) else seat.publisher_id == place.id
