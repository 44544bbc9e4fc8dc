"""What a member of staff may see: THE condition that every list, count, search, export and notification asks.

A case is seen by the handlers of the seats that hold it and of the places above them; a restricted one by those of the
seats alone. Nobody sees one whose area or department lies in a place that is barred, nor a department that is, nor a
person who is. Source: 信访工作条例 Arts 28, 30.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload

from villages.accounts.models import Staff
from villages.core.access import Permission
from villages.intake.models import Case, CaseBarred, CaseSeat
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below

# Made once: they cost more than the questions in which they stand.
PLACE, BODY, HELD = aliased(Unit), aliased(Publisher), aliased(Case)
CASE_ID: ColumnElement[int] = Case.__table__.c.id


def visible_to(staff: Staff) -> ColumnElement[bool]:
    """That a case may be seen by somebody."""
    return and_(_is_held_by(staff, CASE_ID), ~is_kept_from(staff)) if _is_handler(staff) else false()


def case_numbered(session: Session, staff: Staff, number: str) -> Case | None:
    """The case with a number, where somebody may see it; None where there is none, too.

    All that decides is worked out to its end, for a number that nobody has as well, and counted, since a search that
    finds is over sooner: else the time of an answer would tell which numbers are cases.
    """
    known = func.coalesce(select(Case.id).where(Case.number == number).scalar_subquery(), 0)
    asked = select(known.label("id")).subquery()
    bars = [each.with_only_columns(func.count()).scalar_subquery() for each in _bars(staff, asked.c.id)]
    case_id, is_held, *barred = session.execute(select(asked.c.id, _is_held_by(staff, asked.c.id), *bars)).one()
    return session.get(Case, case_id) if is_held and not any(barred) and _is_handler(staff) else None


def is_own(staff: Staff) -> ColumnElement[bool]:
    """That a case is held by a seat of somebody's own office or department, not by one below it."""
    return CASE_ID.in_(_own_cases(staff))


def visible_case(session: Session, staff: Staff, case_id: int) -> Case | None:
    """A case, where somebody may see it; None where there is none, too."""
    return session.scalar(select(Case).where(Case.id == case_id, visible_to(staff)))


def who_sees(session: Session, case: Case) -> Sequence[Staff]:
    """Everybody who may see a case, by name."""
    return [staff for staff in _handlers(session) if visible_case(session, staff, case.id) is not None]


def is_seen(session: Session, case: Case) -> bool:
    """Whether anybody may see a case: of a county's many handlers mostly the first who sits where it is held does."""
    likely = sorted(_handlers(session), key=lambda staff: not own_seats(staff, case))
    return any(visible_case(session, staff, case.id) is not None for staff in likely)


def _handlers(session: Session) -> list[Staff]:
    query = select(Staff).where(Staff.disabled_at.is_(None)).options(joinedload(Staff.unit))
    everybody = session.scalars(query.order_by(Staff.name)).all()
    return [staff for staff in everybody if _is_handler(staff)]


def _is_handler(staff: Staff) -> bool:
    return staff.disabled_at is None and Permission.HANDLE_CASES in staff.permissions(is_separated=True)


def role_of(staff: Staff, case: Case) -> str:
    """As what somebody who sees a case acts on it: handler of the seat that leads, or above it; else joined."""
    lead = case.held_by[0]
    place = lead.place if isinstance(lead.place, Unit) else lead.place.unit
    is_above = not case.is_restricted and staff.covers(place)
    return "handler" if is_above or lead in own_seats(staff, case) else "joined"


def own_seats(staff: Staff, case: Case) -> list[CaseSeat]:
    """The seats of somebody's own office or department that hold a case."""
    if staff.publisher_id is not None:
        return [seat for seat in case.held_by if seat.publisher_id == staff.publisher_id]
    return [seat for seat in case.held_by if seat.unit_id == staff.unit_id]


def _own_cases(staff: Staff) -> Select[int]:
    seat = select(CaseSeat.case_id).where(CaseSeat.until.is_(None))
    if staff.publisher_id is not None:
        return seat.where(CaseSeat.publisher_id == staff.publisher_id)
    return seat.where(CaseSeat.unit_id == staff.unit_id)


def _is_held_by(staff: Staff, case_id: ColumnElement[int]) -> ColumnElement[bool]:
    """By way of the seats, so that a case which is not theirs costs nothing: else the time of an answer would tell."""
    if staff.publisher_id is not None:
        return case_id.in_(_own_cases(staff))
    seat = select(CaseSeat.case_id).join(HELD, HELD.id == CaseSeat.case_id)
    seat = seat.where(CaseSeat.until.is_(None), HELD.is_restricted.is_(False))
    seat = seat.where(is_below(staff.unit.division_code, PLACE))
    of_unit = seat.join(PLACE, PLACE.id == CaseSeat.unit_id)
    of_body = seat.join(BODY, BODY.id == CaseSeat.publisher_id).join(PLACE, PLACE.id == BODY.unit_id)
    return case_id.in_(union_all(_own_cases(staff), of_unit, of_body))


def is_kept_from(staff: Staff) -> ColumnElement[bool]:
    """That a case bars somebody, whatever their role: the person, the department, or a place around their area."""
    return or_(*map(exists, _bars(staff, CASE_ID)))


def _bars(staff: Staff, case_id: ColumnElement[int]) -> Iterator[Select[int]]:
    """The rows that keep a case from somebody, by what they name: a person, a place, a department."""
    row = select(CaseBarred.id).where(CaseBarred.case_id == case_id)
    start = func.substr(literal(staff.unit.division_code), 1, func.length(PLACE.division_code))
    yield row.where(CaseBarred.staff_id == staff.id)
    yield row.join(PLACE, PLACE.id == CaseBarred.unit_id).where(start == PLACE.division_code)
    if staff.publisher_id is not None:
        yield row.where(CaseBarred.publisher_id == staff.publisher_id)
