"""Making public, and what becomes due by itself: scheduled publications, ends of notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.models import Actor
from villages.calendar.arithmetic import add_calendar_days, add_working_days
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of
from villages.core.refusal import Refusal, needed, refuse_if
from villages.disclosures.actions import note, refuse_at_gate, settle, show_anew, take
from villages.disclosures.checks import problems
from villages.disclosures.due_queries import terms_of
from villages.disclosures.kind import Kind
from villages.disclosures.models import Edition, Item
from villages.disclosures.periods import stored_period
from villages.disclosures.queries import (
    kind_named,
    notices_over,
    published_after,
    published_before,
    published_for,
    scheduled_by,
)
from villages.disclosures.values import refuse_incomplete, values_from_json
from villages.registry.models import Publisher

DUE = Actor("到期任务")
# What begins a correction; its step holds the public note.
CORRECTIONS = ("correct", "restore_edition")


def publish(session: Session, item: Item, *, by: Staff, at: datetime) -> Edition:
    """Make an approved item public. The date is set here and never edited afterwards."""
    item.state = take(item, "publish", by=by)
    return _make_public(session, item, "publish", by=by, at=at)


def publish_in_emergency(session: Session, item: Item, *, reason: str, by: Staff, at: datetime) -> Edition:
    """Make a draft public without review, marked as such; the gate's stops still hold."""
    to, text = take(item, "emergency", by=by), needed(reason, "紧急发布的原因")
    refuse_incomplete(kind_named(item.kind), item.draft)
    item.state, item.is_emergency = to, True
    return _make_public(session, item, "emergency", by=by, at=at, reason=text)


def publish_scheduled(session: Session, at: datetime) -> int:
    """Make public what was scheduled until now; returns how many. What no longer passes goes back to its writer."""
    done = 0
    for item in scheduled_by(session, at):
        try:
            with session.begin_nested():
                item.state = "published"
                _make_public(session, item, "publish", by=DUE, at=at)
            done += 1
        except Refusal as refusal:
            item.state, item.step, item.publish_at = "draft", 0, None
            note(session, item, "send_back", by=DUE, at=at, text=str(refusal)[:300])
    return done


def end_notices(session: Session, at: datetime) -> int:
    """Take out of public view what was only shown for its notice period; returns how many."""
    over = notices_over(session, day_of(at))
    for item in over:
        item.is_public, item.state, item.publish_at = False, "archived", None
        note(session, item, "archive", by=DUE, at=at)
        show_anew(session, item, at=at)
    return len(over)


def _make_public(
    session: Session, item: Item, verb: str, *, by: Staff | Actor, at: datetime, reason: str = ""
) -> Edition:
    kind = kind_named(item.kind)
    values = values_from_json(kind, item.draft)
    refuse_at_gate(item, looked=True)
    refuse_sums(session, kind, item, values)
    first = not item.editions
    settle(item, kind, values)
    corrections = [step.note for step in item.steps if step.verb in CORRECTIONS]
    edition = Edition(
        number=len(item.editions) + 1, title=item.title, content=item.draft, published_at=at,
        note="" if first else corrections[-1],
    )  # fmt: skip
    item.editions.append(edition)
    item.is_public, item.publish_at = True, None
    if first:
        item.published_at = at
        item.notice_until = _notice_until(session, kind, day_of(at))
    note(session, item, verb, by=by, at=at, text=reason)
    show_anew(session, item, at=at)
    return edition


def refuse_sums(session: Session, kind: Kind, item: Item, values: Mapping[str, Any]) -> None:
    """What is published adds up, by itself and with what stands published for the periods around it."""
    if kind.check == "none":
        return
    session.get(Publisher, item.publisher_id, with_for_update=True)  # one at a time: neighbours see each other
    period = stored_period(item.period_start, item.period_cycle, kind.cycle)
    if period is None:
        refuse_if(problems(kind.check, values))
        return
    twin = published_for(session, item, period)
    if twin is not None and twin.id != item.id:
        raise Refusal(f"{period.label}的“{kind.label}”已经发布过（编号 {twin.id}），请更正那一条，或先撤回")
    earlier, later = published_before(session, item, period), published_after(session, item, period)
    before = _shown(kind, earlier[0]) if earlier else None
    refuse_if(problems(kind.check, values, period=(period.start, period.end), before=before))
    after = _shown(kind, later[0]) if later else None
    if later and after is not None and problems(kind.check, after, before=values):
        raise Refusal(f"改了以后，与已经发布的{later[1].label}接不上，请先撤回{later[1].label}的那一条")


def _shown(kind: Kind, item: Item) -> dict[str, Any] | None:
    """What an item shows to the public."""
    return values_from_json(kind, item.edition.content) if item.edition is not None else None


def _notice_until(session: Session, kind: Kind, today: date) -> date | None:
    """The last day of the notice period, by the terms in force today; None where the item stays."""
    terms = terms_of(session, kind, today)
    if not terms.notice_days or kind.after_notice != "archive":
        return None
    if terms.notice_unit == "working":
        return add_working_days(calendar_of(session), today, terms.notice_days).on
    return add_calendar_days(today, terms.notice_days).on
