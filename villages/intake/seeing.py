"""What a member of staff may see: THE condition that every list, count, search, export and notification asks.

A case is seen by the handlers of the seats that hold it and of the places above them; an accusation by those of the
seats alone. Nobody sees one whose area lies in a place that is barred, nor a body that is, nor a person who is.
Source: 信访工作条例 Arts 28, 30.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from villages.accounts.models import Staff
from villages.core.access import Permission
from villages.intake.kinds import kinds
from villages.intake.models import Case, CaseBarred, CaseSeat
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below


def visible_to(staff: Staff, permissions: frozenset[Permission]) -> ColumnElement[bool]:
    """That a case may be seen by somebody, who has these permissions."""
    if Permission.HANDLE_CASES not in permissions:
        return false()
    return and_(_is_held_by(staff), ~_is_barred(staff))


def _is_held_by(staff: Staff) -> ColumnElement[bool]:
    seat = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.until.is_(None))
    if staff.publisher_id is not None:
        return exists(seat.where(CaseSeat.publisher_id == staff.publisher_id))
    own = exists(seat.where(CaseSeat.unit_id == staff.unit_id))
    place = aliased(Unit)
    of_unit = seat.join(place, place.id == CaseSeat.unit_id).where(is_below(staff.unit.division_code, place))
    of_body = (
        seat.join(Publisher, Publisher.id == CaseSeat.publisher_id)
        .join(place, place.id == Publisher.unit_id)
        .where(is_below(staff.unit.division_code, place))
    )
    accusations = [kind.key for kind in kinds().values() if kind.is_accusation]
    return or_(own, and_(Case.kind.not_in(accusations), or_(exists(of_unit), exists(of_body))))


def _is_barred(staff: Staff) -> ColumnElement[bool]:
    """That a case bars somebody: the person, the body, or a place in which their area lies."""
    place = aliased(Unit)
    row = select(CaseBarred.id).where(CaseBarred.case_id == Case.id)
    ways = [exists(row.where(CaseBarred.staff_id == staff.id))]
    if staff.publisher_id is not None:
        ways.append(exists(row.where(CaseBarred.publisher_id == staff.publisher_id)))
    else:
        start = func.substr(literal(staff.unit.division_code), 1, func.length(place.division_code))
        ways.append(exists(row.join(place, place.id == CaseBarred.unit_id).where(start == place.division_code)))
    return or_(*ways)
