"""Verbs about who handles a case: forward, join, give back, recuse, restrict. Source: 信访工作条例 Arts 23, 28, 30."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.actions import record
from villages.core.refusal import Refusal, needed
from villages.intake.acting import take
from villages.intake.history import Told
from villages.intake.models import Case, CaseStep
from villages.intake.routing import NONE_ABOVE, is_barred, keep_away, office_outside, seat
from villages.intake.seeing import is_seen, own_seats, role_of
from villages.registry.models import Publisher, Unit

LONGEST = 2_000
# Writing down for others what they bring is no handling yet.
RECEIVING = ("receive", "confirm")


def forward(
    session: Session, case: Case, place: Unit | Publisher, reason: str, *, by: Staff, at: datetime
) -> CaseStep:  # fmt: skip
    """Give a case into the hands of another office or department, which leads from then on."""
    told = Told(text=needed(reason, "为什么转办", LONGEST), detail={"place": place.name})
    step = take(session, case, "forward", told, by=by, at=at)
    seat(session, case, place, at=at)
    _refuse_unseen(session, case)
    return step


def join(session: Session, case: Case, place: Unit | Publisher, reason: str, *, by: Staff, at: datetime) -> CaseStep:
    """Ask another office or department to help; whoever leads goes on leading."""
    told = Told(text=needed(reason, "请他们做什么", LONGEST), detail={"place": place.name})
    step = take(session, case, "join", told, by=by, at=at)
    seat(session, case, place, at=at, leads=False)
    return step


def give_back(session: Session, case: Case, reason: str, *, by: Staff, at: datetime) -> CaseStep:
    """Return what is not ours, with reasons, to whoever gave it or the office above; who joined just leaves."""
    told = Told(text=needed(reason, "为什么不归你们办", LONGEST))
    step = take(session, case, "return", told, by=by, at=at)
    own = own_seats(by, case)
    if own and not any(each.leads for each in own):
        for each in own:
            each.until = at
    else:
        seat(session, case, _giver(case), at=at)
    session.flush()
    _refuse_unseen(session, case)
    return step


def recuse(
    session: Session, case: Case, reason: str, *, by: Staff, at: datetime, whom: Staff | None = None
) -> CaseStep:  # fmt: skip
    """Keep a case from a member of staff who has an interest in it: oneself, or, by who leads it, another."""
    whom = whom or by
    told = Told(text=needed(reason, "回避的原因", LONGEST), detail={"whom": whom.name})
    if whom.id != by.id and role_of(by, case) != "handler":
        raise Refusal("您只能自己回避；别人要回避的，请告诉主办的单位")
    step = take(session, case, "recuse", told, by=by, at=at)
    keep_away(session, case, whom, at=at)
    _refuse_unseen(session, case)
    return step


def has_declared(case: Case, staff: Staff) -> bool:
    """Whether somebody has said before that they have no interest in a case: whoever took a step of it has."""
    return any(step.staff_id == staff.id and step.verb not in RECEIVING for step in case.steps)


def declare(session: Session, case: Case, *, by: Staff, at: datetime) -> None:
    """Note that somebody said, before their first step, to have no interest in a case."""
    record(session, "case.declare", f"case:{case.number}", by=by.actor, at=at)


def restrict(
    session: Session, case: Case, reason: str, *, by: Staff, at: datetime, keep_from: tuple[Unit | Publisher, ...] = ()
) -> CaseStep:  # fmt: skip
    """Have a case seen by its seats alone, and never by some places: what looks like a question may be an accusation.

    Where the seat that leads lies in one of the places, the office above them leads from now on.
    """
    told = Told(text=needed(reason, "为什么要限定", LONGEST), detail={"places": [place.name for place in keep_from]})
    step = take(session, case, "restrict", told, by=by, at=at)
    case.is_restricted = True
    keep_away(session, case, *keep_from, at=at)
    session.flush()
    _refuse_unseen(session, case)
    return step


def _giver(case: Case) -> Unit | Publisher:
    """Whoever gave a case to the one who leads now, else the office above; never one that is barred.

    To return, or to forward to who had it before, undoes what came after: two do not return a case to each other.
    """
    way: list[Unit | Publisher] = []
    for each in case.seats:
        if each.leads:
            way = [*way[: way.index(each.place)], each.place] if each.place in way else [*way, each.place]
    found = next((place for place in reversed(way[:-1]) if not is_barred(case, place)), None)
    found = found or office_outside(case, way[-1])
    if found is None:
        raise Refusal(NONE_ABOVE)
    return found


def _refuse_unseen(session: Session, case: Case) -> None:
    """A case that nobody could see any more would lie there for ever."""
    if not is_seen(session, case):
        raise Refusal("这样一来就没有人能看到这件诉求了：请先转给有承办员的单位")
