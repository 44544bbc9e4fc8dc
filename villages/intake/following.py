"""The writer's side: opens a case by number and code, adds, withdraws, rates, says that nothing was solved, forgets."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.keys import derived
from villages.core.refusal import Refusal, needed
from villages.core.sealing import Unreadable
from villages.intake.acting import take
from villages.intake.deadlines import ANSWERED, RECEIVED
from villages.intake.delays import Guess, Waits
from villages.intake.enclosures import Given, drop, enclose
from villages.intake.history import Told, kind_of, last_step, note_of, on_day
from villages.intake.models import Case, CaseStep, about
from villages.intake.nameless import nameless
from villages.intake.numbers import CODE_DIGITS
from villages.intake.outbox import forget_told
from villages.intake.routing import office_outside, seat
from villages.intake.sealed import PASS, closed, closed_values, keys, opened, opened_values

# What is opened where there is no such case, so that it takes as long.
NOBODYS = "-" * CODE_DIGITS
WORST, BEST = 1, 5
LONGEST = 2_000
REPLACED = "这一件补发过回执，请用新的查询码。不是您补的，马上到窗口或者打电话问清"
WITHDRAWN = "other_misc"  # the row of table 3 that counts applications which were taken back


@dataclass(frozen=True)
class Found:
    """What a try came to: the case; or nothing, and until when the next try is not looked at, where it is not.

    `is_replaced`: the code was the case's until a receipt was given again (reissuing.py); to be told by REPLACED.
    """

    case: Case | None
    until: datetime | None = None
    is_replaced: bool = False


def find(
    session: Session, number: str, code: str, *, network: str, at: datetime, is_known: bool = False
) -> Found:  # fmt: skip
    """The case that a number and a code open. To be committed either way: wrong tries are counted (delays.py).

    `network`: the client's address, or what names a hall's screen; `is_known`: the browser holds `pass_for` this
    number. Wrong and unknown cannot be told apart, by what is said or by how long it takes.
    """
    waits = Waits(session, Guess(number, network, is_known=is_known), at=at)
    if waits.until is not None:
        return Found(None, waits.until)
    right, *before = _codes(session, number)
    if not _are_one(right, code):
        waits.wrong()
        return Found(None, waits.until, any(_are_one(each, code) for each in before))
    waits.right()
    return Found(session.scalars(select(Case).where(Case.number == number)).one())


def opens(session: Session, number: str, code: str) -> bool:
    """Whether a code is that of the case with a number: the same work is done where there is no such case."""
    return _are_one(_codes(session, number)[0], code)


def _codes(session: Session, number: str) -> list[str]:
    """The code of a case, and those before it; what no code is where there is none, or it was forgotten."""
    where = about(number, "code")
    dummy = closed(session, NOBODYS, about=where)
    # One row, whether there is such a case or not.
    kept = session.scalar(select(func.coalesce(select(Case.code).where(Case.number == number).scalar_subquery(), "")))
    try:
        told = opened(session, kept or dummy, about=where)
    except Unreadable:
        told = NOBODYS
    return told.split()


def _are_one(kept: str, code: str) -> bool:
    return hmac.compare_digest(kept.encode(), code.encode()) and kept != NOBODYS


def pass_for(session: Session, number: str) -> str:
    """What a browser keeps once it opened a case: it opens nothing, and others' wrong guesses do not count there."""
    return passes_for(session, number)[0]


def passes_for(session: Session, number: str) -> list[str]:
    """The same by every key that is in force, so that a browser stays known while keys are replaced."""
    labelled = (derived(key, f"villages intake {PASS} 1") for key in keys(session))
    return [hmac.digest(key, number.encode(), "sha256").hex() for key in labelled]


def add(
    session: Session, case: Case, text: str, *, at: datetime, files: Sequence[Given] = (), by: Staff | None = None
) -> CaseStep:  # fmt: skip
    """Add something to a case that is open, or have staff add it; photographs are kept with the kind's own."""
    step = take(session, case, "add", Told(text=needed(text, "要补充的话", LONGEST), is_shown=True), by=by, at=at)
    enclose(session, case, files, at=at)
    return step


def withdraw(
    session: Session, case: Case, reason: str, *, at: datetime, by: Staff | None = None, on: date | None = None
) -> CaseStep:  # fmt: skip
    """Take a case back; the reason may be ''. An application that was taken back is one that ended."""
    on = on_day(case, on, at)
    told = Told(on, reason.strip()[:LONGEST], is_shown=True, clock=ANSWERED)
    step = take(session, case, "withdraw", told, by=by, at=at)
    if kind_of(case).is_application:
        case.answered_on, case.result = on, WITHDRAWN
    return step


def rate(session: Session, case: Case, stars: int, text: str, *, at: datetime) -> CaseStep:
    """Say how content one is with an answer, from WORST to BEST; said again, the last counts. `text` may be ''."""
    if not WORST <= stars <= BEST:
        raise Refusal(f"请选 {WORST} 到 {BEST} 颗星")
    told = Told(text=text.strip()[:LONGEST], is_shown=True, detail={"stars": stars})
    step = take(session, case, "rate", told, by=None, at=at)
    case.rating = stars
    return step


def not_solved(session: Session, case: Case, text: str, *, at: datetime) -> CaseStep:
    """Say, once, that an answer helped nothing: back to whoever leads, joined by the office above them."""
    if last_step(case, "not_solved") is not None:
        raise Refusal("已经退回重办过一次。还不满意的，可以打回执上的电话，或者向上一级反映")
    told = Told(on_day(case, None, at), needed(text, "哪里没有解决", LONGEST), is_shown=True, clock=RECEIVED)
    step = take(session, case, "not_solved", told, by=None, at=at)
    case.answered_on = None
    office = None if case.is_restricted else office_outside(case, case.held_by[0].place)
    if office is not None and all(each.unit_id != office.id for each in case.held_by):
        seat(session, case, office, at=at, leads=False)
    return step


def forget(session: Session, case: Case, *, at: datetime) -> CaseStep:
    """Delete who wrote, once a case is closed: name, telephone, addresses, pictures; what it was about stays.

    The name on an application stays with the files that the law has kept. Elsewhere, too, it is taken out where it
    stands as in the form: answers greet people by name.
    """
    step = take(session, case, "forget", Told(is_shown=True), by=None, at=at)
    kind = kind_of(case)
    kept = {field.name for field in kind.fields if not field.is_personal}
    kept |= {"name"} if kind.is_application else set()
    values = opened_values(session, case.body, about=case.about("body"))
    gone = [field for field in kind.fields if field.name not in kept and field.block != "photos"]
    left = {name: nameless(value, gone, values) for name, value in values.items() if name in kept}
    case.body = closed_values(session, left, about=case.about("body"))
    for each in case.steps:
        each.note = closed(session, nameless(note_of(session, each), gone, values), about=each.about)
    reply = opened_values(session, case.reply, about=case.about("reply"))
    if reply:
        reply["text"] = nameless(reply["text"], gone, values)
        case.reply = closed_values(session, reply, about=case.about("reply"))
    case.phone_digest, case.may_publish = "", False
    case.name_digest = case.name_digest if "name" in kept else ""
    forget_told(session, case)
    drop(session, [each for each in case.enclosures if each.field not in kept and kind.field(each.field) is not None])
    return step
