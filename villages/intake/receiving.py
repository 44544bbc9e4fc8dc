"""Receiving a case: once, however often it is sent; sealed; in the right hands, kept from the wrong ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.clock import day_of
from villages.core.refusal import Refusal
from villages.intake.deadlines import CONFIRMED, RECEIVED
from villages.intake.enclosures import Given, enclose
from villages.intake.history import Told, add_step, last_step
from villages.intake.kinds import Kind
from villages.intake.models import CHANNELS, Case
from villages.intake.numbers import new_code, new_number
from villages.intake.outbox import RECEIPT, tell_writer
from villages.intake.routing import About, accused, bar, outside_or_refuse, receiver, seat
from villages.intake.sealed import NAME, PHONE, TOKEN, closed, closed_values, digest, opened
from villages.registry.models import Publisher, Unit

TRIES = 20
# Whoever sends a form again for want of an answer does so soon; later the page may be before somebody else.
SHOWN_AGAIN = timedelta(days=1)
# Handed over, signed for or talked about, both sides know the day; what comes by a line or without a signature counts
# from the day on which both have confirmed it (政府信息公开条例 Art 31).
AT_ONCE = ("counter", "phone", "post")


@dataclass(frozen=True)
class Came:
    """How a case came: the form's token, and the way.

    `on`: the true day of receipt where staff enter what came before; `is_held`: kept back until somebody has looked,
    `held`: why, and how it was written, as holding.py reads it: nothing that a person typed, nor from where.
    `out_of`: the case out of which this one was made, whose code opens it too.
    """

    channel: str
    token: str = ""
    on: date | None = None
    is_held: bool = False
    held: Mapping[str, Any] = field(default_factory=dict)
    may_publish: bool = False
    out_of: Case | None = None


@dataclass(frozen=True)
class Receipt:
    """What the writer gets: the case, and its code ('' where it is too late); `is_new` where this act made it."""

    case: Case
    code: str
    is_new: bool = True


def receive(
    session: Session, kind: Kind, values: Mapping[str, Any], about: About, came: Came, *, by: Actor, at: datetime,
    files: Sequence[Given] = (),
) -> Receipt:  # fmt: skip
    """Take a case in. A token that was sent before gives the receipt of the same case again, in case it never arrived.

    Files that lie sealed for a number (enclosures.laid_down) give the case that number, unless it is taken.

    Raises Refusal where nobody can receive it, the day cannot be, or the files cannot be stored.
    """
    token = digest(session, TOKEN, came.token)
    place = receiver(session, kind, about)
    _refuse_day(came, at)
    laid_for = next((file.number for file in files if file.number), "")
    for number in (laid_for or new_number(day_of(at).year), *(new_number(day_of(at).year) for _ in range(TRIES - 1))):
        if token and (before := again(session, came.token, at=at)) is not None:
            return before
        code = code_of(session, came.out_of) if came.out_of else new_code()
        try:
            with session.begin_nested():
                case = _new(session, kind, values, about, came, number, code, at)
                case.token_digest = token or None
                session.add(case)
                session.flush()
        except IntegrityError:  # the same form sent twice at the same moment; or the number is taken
            continue
        bar(session, case, *accused(kind, about), *_kept_from(came))
        seat(session, case, outside_or_refuse(case, place), at=at)
        enclose(session, case, files, at=at)
        _note(session, case, kind, came, by=by, at=at)
        tell_writer(session, case, RECEIPT, code=code, at=at)
        return Receipt(case, code)
    raise Refusal("现在给不出编号，请过一分钟再交")


def again(session: Session, token: str, *, at: datetime) -> Receipt | None:
    """The receipt of the case that a form's token made already; None where it made none."""
    before = case_of_token(session, token)
    if before is None:
        return None
    is_shown = at - before.submitted_at < SHOWN_AGAIN and last_step(before, "reissue") is None
    return Receipt(before, code_of(session, before) if is_shown else "", is_new=False)


def case_of_token(session: Session, token: str) -> Case | None:
    """The case that a form's token made."""
    return session.scalar(select(Case).where(Case.token_digest == digest(session, TOKEN, token)))


def code_of(session: Session, case: Case) -> str:
    """A case's code, for a receipt; '' where it was forgotten."""
    return opened(session, case.code, about=case.about("code")).partition(" ")[0]


def _new(
    session: Session, kind: Kind, values: Mapping[str, Any], about: About, came: Came, number: str, code: str,
    at: datetime,
) -> Case:  # fmt: skip
    place, body = about.place, about.body
    case = Case(
        number=number, kind=kind.key, channel=came.channel,
        state="held" if came.is_held else "received", submitted_at=at, received_on=came.on or day_of(at),
        unit_id=place.id if place else None, publisher_id=body.id if body else None,
        item_id=about.item.id if about.item else None, plate_id=about.plate.id if about.plate else None,
        came_from_id=came.out_of.id if came.out_of else None,
        is_restricted=kind.is_restricted or (came.out_of is not None and came.out_of.is_restricted),
        phone_digest=digest(session, PHONE, values.get("phone", "")),
        name_digest=digest(session, NAME, values.get("name", "")),
        may_publish=came.may_publish and kind.offers_publication, applicant=values.get("applicant", ""),
    )  # fmt: skip
    case.code = closed(session, code, about=case.about("code"))
    case.body = closed_values(session, values, about=case.about("body"))
    return case


def _kept_from(came: Came) -> list[Unit | Publisher | Staff]:
    """From whom the case was kept out of which another is made: they learn no more of it under another name."""
    return [row.whom for row in came.out_of.barred] if came.out_of else []


def _note(session: Session, case: Case, kind: Kind, came: Came, *, by: Actor, at: datetime) -> None:
    on = case.received_on
    told = Told(on=on, clock=RECEIVED, is_shown=True, detail=came.held if came.is_held else {})
    add_step(session, case, "receive", told, by=by, at=at)
    if kind.on(on).terms.by_confirmation and came.channel in AT_ONCE:
        add_step(session, case, "confirm", Told(on=on, clock=CONFIRMED, is_shown=True), by=by, at=at)
    record(session, "case.receive", f"case:{case.number}", by=by, at=at, kind=case.kind, channel=case.channel)


def _refuse_day(came: Came, at: datetime) -> None:
    if came.channel not in CHANNELS:
        raise ValueError(came.channel)
    if came.on is not None and came.on > day_of(at):
        raise Refusal("收到的日期不能晚于今天，请改正")
