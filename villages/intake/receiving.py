"""Receiving a case: once, however often it is sent; sealed; in the right hands; barred from the wrong ones."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of
from villages.disclosures.models import Item
from villages.intake.deadlines import CONFIRMED, RECEIVED, Event, clock
from villages.intake.kinds import Kind
from villages.intake.models import Case, CaseBarred, CaseSeat, CaseStep
from villages.intake.numbers import new_code, new_number
from villages.intake.sealed import CODE, NAME, PHONE, closed_values, digest
from villages.plates.models import Plate
from villages.registry.models import Publisher, Unit

TRIES = 20
WRITER, SYSTEM = "写信人", "系统"
# On paper or by word of mouth the office has it in hand; what comes by a line counts from when both sides know.
IN_HAND = ("counter", "post")


@dataclass(frozen=True)
class About:
    """What a case is about, and to whom it goes where the writer chose: a place, a body, an item, a plate."""

    unit: Unit | None = None
    publisher: Publisher | None = None
    item: Item | None = None
    plate: Plate | None = None


@dataclass(frozen=True)
class Came:
    """How a case came: the form's token, the way, the county whose office takes what no other does.

    `on`: the true day of receipt where staff enter what came before; `held`: kept back until somebody has looked.
    """

    token: str | None
    channel: str
    county: Unit
    on: date | None = None
    held: bool = False
    may_publish: bool = False


@dataclass(frozen=True)
class Receipt:
    """What the writer gets. `code` is known now and never again; '' where the case had been received before."""

    case: Case
    code: str


def receive(
    session: Session, kind: Kind, values: Mapping[str, Any], about: About, came: Came, *, by: Actor, at: datetime
) -> Receipt:  # fmt: skip
    """Take a case in. A token that was sent before gives the same case, and no code: the first answer had it."""
    if came.token is not None and (before := case_of_token(session, came.token)) is not None:
        return Receipt(before, "")
    number, code = _free_number(session, at), new_code()
    received = came.on or day_of(at)
    case = Case(
        number=number, code_digest=digest(session, CODE, number + code), token=came.token, kind=kind.key, channel=came.channel,
        state="held" if came.held else "received", submitted_at=at, received_on=received,
        unit_id=about.unit.id if about.unit else None, publisher_id=about.publisher.id if about.publisher else None,
        item_id=about.item.id if about.item else None, plate_id=about.plate.id if about.plate else None,
        phone_digest=digest(session, PHONE, values.get("phone", "")),
        name_digest=digest(session, NAME, values.get("name", "")),
        may_publish=came.may_publish and kind.offers_publication, applicant=values.get("applicant", ""), body="",
    )  # fmt: skip
    case.body = closed_values(session, values, about=case.about("body"))
    session.add(case)
    session.flush()
    _bar(session, case, kind, about)
    _seat(session, case, kind, about, came.county, at)
    note(session, case, "receive", by=by.name, at=at, on=received, clock=RECEIVED, is_shown=True)
    if kind.on(received).terms.by_confirmation and came.channel in IN_HAND:
        note(session, case, "confirm", by=by.name, at=at, on=received, clock=CONFIRMED, is_shown=True)
    reckon(session, case, kind)
    record(session, "case.receive", f"case:{case.id}", by=by, at=at, channel=came.channel)
    return Receipt(case, code)


def case_of_token(session: Session, token: str) -> Case | None:
    """The case that a form's token made."""
    return session.scalar(select(Case).where(Case.token == token))


def opens(session: Session, case: Case | None, number: str, code: str) -> bool:
    """Whether a code is a case's own; the same work is done, and the same said, where there is no such case."""
    told = digest(session, CODE, number + code)
    return hmac.compare_digest(told, case.code_digest if case is not None else "0" * len(told)) and case is not None


def note(
    session: Session, case: Case, verb: str, *, by: str, at: datetime, on: date | None = None, clock: str = "",
    **more: Any,
) -> CaseStep:  # fmt: skip
    """Add a step to a case's history."""
    step = CaseStep(verb=verb, by=by, at=at, on=on or day_of(at), state=case.state, clock=clock, **more)
    case.steps.append(step)
    session.flush()
    return step


def reckon(session: Session, case: Case, kind: Kind) -> None:
    """Work out anew until when a case must be answered, and keep it with the calendar that it was counted by."""
    calendar, dated = calendar_of(session), kind.on(case.received_on)
    events = [Event(s.clock, s.on, s.number, dated.consult if s.clock == "consulting" else None)
              for s in case.steps if s.clock]  # fmt: skip
    due = clock(dated.terms, events, calendar).due
    case.due_on = due.on if due else None
    case.due_is_provisional = bool(due and due.provisional)
    case.calendar_version = calendar.version


def _free_number(session: Session, at: datetime) -> str:
    for _ in range(TRIES):
        number = new_number(day_of(at).year)
        if session.scalar(select(Case.id).where(Case.number == number)) is None:
            return number
    raise RuntimeError("no free number")


def _bar(session: Session, case: Case, kind: Kind, about: About) -> None:
    """Keep an accusation from the place and the body that it is about."""
    if not kind.is_accusation:
        return
    unit = about.unit or (about.item.unit if about.item else None)
    if unit is not None and unit.level in ("village", "township"):
        session.add(CaseBarred(case_id=case.id, unit_id=unit.id))
    if about.publisher is not None:
        session.add(CaseBarred(case_id=case.id, publisher_id=about.publisher.id))


def _seat(session: Session, case: Case, kind: Kind, about: About, county: Unit, at: datetime) -> None:
    """Put a case into the hands of whoever receives its kind; never of whoever it is about."""
    publisher = about.publisher if kind.receiver == "chosen" else None
    unit = None if publisher is not None and publisher.unit_id is None else _office(kind, about, county)
    is_body = publisher is not None and publisher.kind == "department"
    session.add(
        CaseSeat(
            case_id=case.id, since=at, publisher_id=publisher.id if is_body and publisher else None,
            unit_id=None if is_body or unit is None else unit.id,
        )
    )  # fmt: skip
    session.flush()


def _office(kind: Kind, about: About, county: Unit) -> Unit:
    if kind.receiver == "county":
        return county
    unit = about.unit or (about.item.unit if about.item else None)
    if unit is None:
        return county
    township = unit.above("township") if unit.level == "village" else unit
    if township is None or (kind.is_accusation and unit.level == "township"):
        return county
    return township
