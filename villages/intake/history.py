"""What happened to a case: its steps, only ever added to, and the day that is reckoned from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.audit.models import Actor
from villages.calendar.arithmetic import Calendar
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of, day_text
from villages.core.refusal import Refusal
from villages.disclosures.models import Item
from villages.intake.deadlines import (
    ASKED_TO_CORRECT,
    CONSULTED,
    CONSULTING,
    CORRECTED,
    FEE_ASKED,
    FEE_PAID,
    RECEIVED,
    Clock,
    Event,
    Span,
    clock,
)
from villages.intake.kinds import Dated, Kind, kinds
from villages.intake.models import Case, CaseStep
from villages.intake.sealed import closed, opened

# Where the writer came from is not kept: it would say who sent what came without a name.
WRITER = Actor("写信人", address="不记来处")
SYSTEM = Actor("系统")


@dataclass(frozen=True)
class Told:
    """What a step says. `on`: the day that counts by law, where it is not that of the moment.

    `text`: what was written; `is_shown` to the writer; `clock`, `number` and `days` as in models.CaseStep.
    """

    on: date | None = None
    text: str = ""
    is_shown: bool = False
    clock: str = ""
    number: int = 0
    days: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)


def add_step(session: Session, case: Case, verb: str, told: Told, *, by: Actor, at: datetime) -> CaseStep:
    """Add a step to a case, as it stands now, and reckon its days anew."""
    step = CaseStep(
        ordinal=len(case.steps) + 1, verb=verb, by=by.name, staff_id=by.staff_id, at=at, on=told.on or day_of(at),
        state=case.state, clock=told.clock, number=told.number, days=told.days, is_shown=told.is_shown,
        detail=dict(told.detail),
    )  # fmt: skip
    case.steps.append(step)
    step.note = closed(session, told.text, about=step.about)
    reckon(session, case)
    session.flush()
    return step


def note_of(session: Session, step: CaseStep) -> str:
    """What was written with a step; '' where nothing was, or it was forgotten."""
    return opened(session, step.note, about=step.about)


def last_step(case: Case, *verbs: str) -> CaseStep | None:
    """The last step of some verbs."""
    return next((step for step in reversed(case.steps) if step.verb in verbs), None)


def is_overtaken(case: Case, opened_at: datetime) -> bool:
    """Whether a receipt was given again since a page was opened with the code before; `opened_at` in whole seconds."""
    step = last_step(case, "reissue")
    return step is not None and step.at.replace(microsecond=0) > opened_at


def kind_of(case: Case) -> Kind:
    """The kind of a case."""
    return kinds()[case.kind]


def terms_of(case: Case) -> Dated:
    """The periods that hold for a case: those in force on the day of its receipt."""
    return kind_of(case).on(case.received_on)


def on_day(case: Case, on: date | None, at: datetime) -> date:
    """The day that counts for what is done: today, or one that staff give; raises Refusal where it cannot be."""
    today = day_of(at)
    last = max((step.on for step in case.steps if step.clock), default=case.received_on)
    if on is not None and not last <= on <= today:
        raise Refusal(f"日期要在{day_text(last)}（上一步）和{day_text(today)}（今天）之间")
    return on or max(today, last)


def clock_of(session: Session, case: Case) -> Clock:
    """Where a case stands, with the arithmetic day by day."""
    kind, calendar = kind_of(case), calendar_of(session)
    found = clock(kind.on(case.received_on).terms, _events(case), calendar)
    if kind.within_notice and case.item_id is not None and found.due is not None:
        item = session.get_one(Item, case.item_id)
        if item.notice_until is not None and case.received_on <= item.notice_until < found.due.on:
            due = found.due
            told = f"{due.explain}；这一条公示到{day_text(item.notice_until)}为止，要在这以前答复"
            found = replace(found, due=replace(due, on=item.notice_until, target=item.notice_until, explain=told))
    return found


def reckon(session: Session, case: Case) -> None:
    """Work out anew until when a case must be answered, and keep it with the calendar that it was counted by."""
    found, calendar = clock_of(session, case), calendar_of(session)
    due = found.due
    case.due_on, case.target_on = (due.on, due.target) if due else (None, None)
    case.is_provisional = bool(due and due.provisional)
    case.waits_until = found.waits_until.on if found.waits_until else None
    case.acknowledge_on = _acknowledge_on(case, calendar)
    case.calendar_version = calendar.version


def _acknowledge_on(case: Case, calendar: Calendar) -> date | None:
    """By when the writer must hear from us; None once they have."""
    dated = terms_of(case)
    span = dated.acknowledge or dated.terms.confirm
    has_heard = case.state not in ("held", "received") or last_step(case, "confirm") is not None
    return None if span is None or has_heard else span.after(calendar, case.received_on).on


def _events(case: Case) -> list[Event]:
    """What moved the clock; a case that was opened again counts from then."""
    steps = case.steps
    again = max((n for n, step in enumerate(steps) if step.verb == "not_solved"), default=0)
    return [Event(step.clock, step.on, step.number, _limit(case, step)) for step in steps[again:] if step.clock]


def _limit(case: Case, step: CaseStep) -> Span | None:
    """How long others have: what they were told, else what the law gives them."""
    dated = terms_of(case)
    legal = {CONSULTING: dated.consult, FEE_ASKED: dated.fee, ASKED_TO_CORRECT: dated.terms.correct}.get(step.clock)
    return replace(legal, days=step.days) if legal is not None and step.days else legal


def open_consultations(case: Case) -> list[int]:
    """The numbers of consultations that nobody has answered yet."""
    asked: list[int] = []
    for step in case.steps:
        if step.clock == CONSULTING:
            asked.append(step.number)
        elif step.clock == CONSULTED and step.number in asked:
            asked.remove(step.number)
        elif step.clock in (CORRECTED, FEE_PAID, RECEIVED):
            asked.clear()
    return asked
