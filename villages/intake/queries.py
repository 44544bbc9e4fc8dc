"""Questions to the intake; whatever staff ask goes through seeing.visible_to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from villages.accounts.models import Staff
from villages.intake.kinds import kinds
from villages.intake.models import Case, CaseSeat, CaseStep
from villages.intake.sealed import NAME, PHONE, digests
from villages.intake.seeing import is_own, visible_to
from villages.intake.table3 import Application
from villages.intake.workflow import OPEN
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below

# A case whose safe day is no further away wants to be looked at.
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Wanted:
    """Which cases: by number, kind, states, the place they are about or below it, days of receipt, a writer.

    `body`: a department that it is about or was sent to. `is_own`: held by somebody's own office, not by one below.
    `due_by`: whose safe day is no later; `due_from`: whose last day is not over; `overdue_on`: whose last day is over
    on a day. Phone and name are looked for whole, by their keyed digests.
    """

    number: str = ""
    kind: str = ""
    states: Sequence[str] = ()
    unit: Unit | None = None
    body: Publisher | None = None
    first: date | None = None
    last: date | None = None
    phone: str = ""
    name: str = ""
    is_own: bool = False
    due_by: date | None = None
    due_from: date | None = None
    overdue_on: date | None = None


def cases(session: Session, staff: Staff, wanted: Wanted, *, most: int = 50, skip: int = 0) -> Sequence[Case]:
    """The cases that somebody may see, those due first on top, those that ended last."""
    seats = selectinload(Case.seats).options(joinedload(CaseSeat.unit), joinedload(CaseSeat.publisher))
    query = _seen(session, staff, wanted).options(joinedload(Case.unit), joinedload(Case.publisher), seats)
    order = (Case.state.not_in(OPEN), Case.target_on.is_(None), Case.target_on, Case.id)
    return session.scalars(query.order_by(*order).limit(most).offset(skip)).all()


def step_counts(session: Session, cases: Sequence[Case]) -> Mapping[int, int]:
    """How many steps some cases have, by the case's id: which state of them somebody looks at."""
    found = select(CaseStep.case_id, func.count()).where(CaseStep.case_id.in_([case.id for case in cases]))
    return {row[0]: row[1] for row in session.execute(found.group_by(CaseStep.case_id))}


def count(session: Session, staff: Staff, wanted: Wanted) -> int:
    """How many those are."""
    return counts(session, staff, {"": wanted})[""]


def counts(session: Session, staff: Staff, wanted: Mapping[str, Wanted]) -> dict[str, int]:
    """How many there are of several, by their names: one look at all."""
    columns = [func.count().filter(true(), *_conditions(session, staff, each)) for each in wanted.values()]
    row = session.execute(select(*columns).select_from(Case).where(visible_to(staff))).one()
    return dict(zip(wanted, row, strict=True))


def pressing(session: Session, staff: Staff, day: date) -> int:
    """How many cases of somebody's own office are new, overdue or due soon."""
    is_pressing = or_(Case.state == "received", Case.target_on <= day + SOON)
    query = _seen(session, staff, Wanted(is_own=True, states=OPEN)).where(is_pressing)
    return session.scalar(query.with_only_columns(func.count())) or 0


def numbers_that_nobody_sees(session: Session) -> Sequence[str]:
    """The numbers of open cases that no member of staff can see: somebody has to get an account."""
    seen: set[str] = set()
    is_open = select(Case.number).where(Case.state.in_(OPEN))
    for staff in session.scalars(select(Staff).where(Staff.disabled_at.is_(None))):
        seen |= set(session.scalars(is_open.where(visible_to(staff))))
    return [number for number in session.scalars(is_open.order_by(Case.number)) if number not in seen]


def count_overdue(session: Session, on: date) -> int:
    """How many there are in all whose last day for an answer is over on a day."""
    query = select(func.count()).select_from(Case).where(Case.state.in_(OPEN), Case.due_on < on)
    return session.scalar(query) or 0


def applications_of(session: Session, year: int, *, seen_by: Staff | None = None) -> Iterator[Application]:
    """What table 3 of a year counts: whatever came by its end, but what had ended before it began.

    What is held back still, or was not taken in, is no application. What its writer took back while it was held is
    one: it had arrived, its receipt says so, and nobody found that it was none (政府信息公开条例 Arts 31, 45).
    `seen_by`: only those that somebody may see.
    """
    asked = [kind.key for kind in kinds().values() if kind.is_application]
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = select(Case.applicant, Case.received_on, Case.answered_on, Case.result)
    query = query.where(Case.kind.in_(asked), Case.received_on <= last, Case.state.not_in(("held", "discarded")))
    query = query.where(or_(Case.answered_on.is_(None), Case.answered_on >= first))
    for row in session.execute(query if seen_by is None else query.where(visible_to(seen_by))):
        yield Application(row.applicant, row.received_on, row.answered_on, row.result)


def _seen(session: Session, staff: Staff, wanted: Wanted) -> Select[Case]:
    return select(Case).where(visible_to(staff), *_conditions(session, staff, wanted))


def _conditions(session: Session, staff: Staff, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.is_own:
        yield is_own(staff)
    among = {"number": [wanted.number], "kind": [wanted.kind], "phone_digest": digests(session, PHONE, wanted.phone),
             "name_digest": digests(session, NAME, wanted.name)}  # fmt: skip
    yield from (getattr(Case, column).in_(values) for column, values in among.items() if any(values))
    if wanted.states:
        yield Case.state.in_(wanted.states)
    if wanted.unit is not None:
        yield Case.unit.has(is_below(wanted.unit.division_code))
    if wanted.body is not None:
        yield Case.publisher_id == wanted.body.id
    if wanted.first is not None:
        yield Case.received_on >= wanted.first
    if wanted.last is not None:
        yield Case.received_on <= wanted.last
    if wanted.due_by is not None:
        yield Case.state.in_(OPEN) & (Case.target_on <= wanted.due_by)
    if wanted.due_from is not None:
        yield Case.due_on >= wanted.due_from
    if wanted.overdue_on is not None:
        yield Case.state.in_(OPEN) & (Case.due_on < wanted.overdue_on)
