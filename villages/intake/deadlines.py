"""Until when a case must be answered, counted day by day from what happened to it. Pure.

Sources: 政府信息公开条例 (2019) Arts 30 (correction, the period begins anew), 31 (day of receipt), 32 and 34
(consulting others, 15 working days), 33 (20 working days, 20 more, consultation not counted); 信访工作条例 Arts 22, 34
(15, 60 and 30 days). Every number and citation is given by `Terms`, which are data.

Only what is corrected or paid begins the period anew. Where nothing comes, no law names a day: the days that the writer
was given do not count, and what was left of the period runs on after them, the shortest that can be meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from villages.calendar.arithmetic import DAY, MARGIN, SATURDAY, Calendar, Due, add_calendar_days, add_working_days
from villages.calendar.periods import Unit
from villages.core.clock import day_text

# What may happen to a case that moves its clock.
RECEIVED, CONFIRMED = "received", "confirmed"
ASKED_TO_CORRECT, CORRECTED = "asked_to_correct", "corrected"
CONSULTING, CONSULTED = "consulting", "consulted"
EXTENDED = "extended"
FEE_ASKED, FEE_PAID = "fee_asked", "fee_paid"
LAPSED = "lapsed"  # neither corrected nor paid in time
ANSWERED = "answered"
# Why days do not count, by what was asked; and what it is that the writer is waited for.
WAITS = {CONSULTING: "征求意见", ASKED_TO_CORRECT: "等补正", FEE_ASKED: "等缴费"}
OF_THE_WRITER = {ASKED_TO_CORRECT: "correcting", FEE_ASKED: "paying"}
# A count that has not ended by then was given numbers that no law has.
LONGEST_DAYS = 3_660


@dataclass(frozen=True)
class Span:
    """A period: so many working or calendar days, and the article that says so."""

    days: int
    unit: Unit
    article: str

    def after(self, calendar: Calendar, start: date) -> Due:
        """Its last day, counted from the day after `start`."""
        return add_working_days(calendar, start, self.days) if self.unit == "working" else add_calendar_days(
            start, self.days
        )  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """The periods of a kind, those in force when the case came in.

    `by_confirmation`: the clock starts when both sides confirmed the receipt, not when it came in. `pause` says by
    which article consulting others stops the clock, `restart` by which a correction starts it anew.
    """

    answer: Span
    extension: Span | None = None
    by_confirmation: bool = False
    confirm: Span | None = None
    correct: Span | None = None
    pause: str = ""
    restart: str = ""


@dataclass(frozen=True)
class Event:
    """Something that moves the clock. `number` tells consultations apart; `limit`: how long others have, if they do."""

    what: str
    on: date
    number: int = 0
    limit: Span | None = None


@dataclass(frozen=True)
class Day:
    """One day of the count: its number within the period, or why it does not count."""

    on: date
    number: int | None
    why: str = ""


@dataclass(frozen=True)
class Clock:
    """Where a case stands. `state`: unconfirmed, correcting, paying, consulting, running or answered.

    `due` is None until the receipt is confirmed; where the writer is waited for or others are being consulted it is the
    day if they take all the time that they have and say nothing. `waits_until`: how long they may take. `days`: the
    arithmetic.
    """

    state: str
    start: date | None
    due: Due | None
    waits_until: Due | None
    period: int
    days: Sequence[Day]
    answered_on: date | None

    def is_waiting(self, today: date) -> bool:
        """Whether others still have time to answer, and the clock stands still."""
        return self.waits_until is not None and today <= self.waits_until.on

    @property
    def is_late(self) -> bool:
        """Whether it was answered after its last day."""
        return self.answered_on is not None and self.due is not None and self.answered_on > self.due.on

    def is_overdue(self, today: date) -> bool:
        """Whether the last day has passed without an answer."""
        return self.answered_on is None and self.due is not None and today > self.due.on


@dataclass(frozen=True)
class _Run:
    """What the events say: where the count starts, how long it is; who was asked, and when that ended, if it did."""

    start: date | None
    days: int
    asked: Sequence[tuple[Event, date | None]]
    answered_on: date | None

    @property
    def waits(self) -> Sequence[Event]:
        """For whom it waits still."""
        return [event for event, ended in self.asked if ended is None and self.answered_on is None]


@dataclass(frozen=True)
class _Pause:
    """Days that do not count, those after `first` up to `last`, or at least up to `surely`; and why."""

    first: date
    last: date
    surely: date
    why: str


def clock(terms: Terms, events: Iterable[Event], calendar: Calendar) -> Clock:
    """The clock of a case after its events, in the order of their days."""
    run = _read(terms, sorted(events, key=lambda event: event.on))
    if run.start is None:
        return Clock("unconfirmed", None, None, None, run.days, (), run.answered_on)
    pauses = [_pause(terms, event, ended, calendar) for event, ended in run.asked]
    limits = [event.limit.after(calendar, event.on) for event in run.waits if event.limit]
    until = max(limits, key=lambda limit: limit.on, default=None)
    days = tuple(_count(terms, run, pauses, calendar))
    due = _due(terms, run, pauses, days, calendar)
    return Clock(_state(run), run.start, due, until, run.days, days, run.answered_on)


def _state(run: _Run) -> str:
    if run.answered_on is not None:
        return "answered"
    states = [OF_THE_WRITER.get(event.what, "consulting" if event.limit else "running") for event in run.waits]
    return states[-1] if states else "running"


def _pause(terms: Terms, event: Event, ended: date | None, calendar: Calendar) -> _Pause:
    """When the count stands still for somebody: no longer than they have, so who answers later gains nobody any time.

    The day on which a letter goes out still counts; that on which the writer is told does not, so that a day is left.
    """
    last = event.limit.after(calendar, event.on) if event.limit else add_calendar_days(event.on, 0)
    is_writer, article = event.what in OF_THE_WRITER, terms.pause if event.what == CONSULTING else ""
    first, ended = event.on - DAY if is_writer else event.on, ended or date.max
    why = f"{WAITS[event.what]}，不计入" + (f"（{article}）" if article else "")
    return _Pause(first, min(ended, last.on), min(ended, last.target), why)


def _read(terms: Terms, events: Sequence[Event]) -> _Run:
    start: date | None = None
    days, answered = terms.answer.days, None
    asked: dict[object, tuple[Event, date | None]] = {}
    for event in events:
        if answered is not None:
            break  # what comes after an answer moves no clock
        if event.what == (CONFIRMED if terms.by_confirmation else RECEIVED):
            start = event.on
        elif event.what in (CORRECTED, FEE_PAID):
            start, asked = event.on, {}
        elif event.what == EXTENDED and terms.extension is not None:
            days = terms.answer.days + terms.extension.days
        elif event.what == ANSWERED:
            answered = event.on
        elif event.what in OF_THE_WRITER:
            start = start or event.on  # who is asked for something is told by it that the application came
        _ask(asked, event)
    return _Run(start, days, list(asked.values()), answered)


def _ask(asked: dict[object, tuple[Event, date | None]], event: Event) -> None:
    """Note who is asked with an event, or for whom nobody waits any longer."""
    if event.what in OF_THE_WRITER:
        asked[event] = (event, None)
    elif event.what == CONSULTING:
        asked[event.number] = (event, None)
    elif event.what == CONSULTED and event.number in asked:
        asked[event.number] = (asked[event.number][0], event.on)
    elif event.what == LAPSED:
        asked.update({key: (each, event.on) for key, (each, _) in asked.items() if each.what in OF_THE_WRITER})


def _count(terms: Terms, run: _Run, pauses: Sequence[_Pause], calendar: Calendar) -> Iterator[Day]:
    """Every day from the one after the start to the last of the period."""
    on, number = run.start or date.min, 0
    while number < run.days:
        on += DAY
        if (on - (run.start or on)).days > LONGEST_DAYS:
            raise ValueError(terms)
        why = _why_not(terms, on, pauses, calendar)
        number += not why
        yield Day(on, None if why else number, why)


def _why_not(terms: Terms, on: date, pauses: Sequence[_Pause], calendar: Calendar) -> str:
    """Why a day does not count; '' where it does."""
    if pause := next((each for each in pauses if each.first < on <= each.last), None):
        return pause.why
    if terms.answer.unit == "calendar" or calendar.is_workday(on):
        return ""
    return f"{name}放假" if (name := calendar.name_of(on)) else "周末"


def _due(terms: Terms, run: _Run, pauses: Sequence[_Pause], days: Sequence[Day], calendar: Calendar) -> Due:
    on = days[-1].on if days else run.start or date.min
    unknown = terms.answer.unit == "working" and not all(calendar.is_known(day.on) for day in days)
    target = _safe(run, pauses, calendar, on) if unknown else on
    unit = "个工作日" if terms.answer.unit == "working" else "天（自然日）"
    counted = f"从{day_text(run.start or on)}的第二天算起，第{run.days}{unit}"
    stood = {word: sum(1 for day in days if day.why.startswith(word)) for word in WAITS.values()}
    told = "、".join(f"{word} {many} 天" for word, many in stood.items() if many)
    paused = f"，其间{told}不算" if told else ""
    maybe = "；对方还没有回复，这里按用满期限算" if any(event.limit for event in run.waits) else ""
    warned = f"；以后的放假安排还没公布，先按暂定日期，最迟{day_text(target)}办完" if unknown else ""
    return Due(on, unknown, target, counted + paused + maybe + warned)


def _safe(run: _Run, pauses: Sequence[_Pause], calendar: Calendar, provisional: date) -> date:
    """A day that the true date cannot precede: Monday to Friday in unknown years, less the calendar's margin."""
    on, left, border = run.start or provisional, run.days, None
    while left:
        on += DAY
        if any(each.first < on <= each.surely for each in pauses):
            continue
        if calendar.is_known(on):
            left -= calendar.is_workday(on)
        else:
            border = border or on
            left -= on.weekday() < SATURDAY
    return min(max(on - MARGIN, border or on), provisional)
