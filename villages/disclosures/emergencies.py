"""What one publisher made public in an emergency, and the second person who looks at it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from villages.accounts.models import Staff
from villages.calendar.arithmetic import add_working_days
from villages.calendar.queries import calendar_of
from villages.core.clock import day_of
from villages.core.refusal import Refusal
from villages.disclosures.actions import note, take
from villages.disclosures.models import Item, Step

CONFIRMED_WITHIN = 1  # working days after the day of publication
# What settles it: somebody confirmed, or an edition went through review.
SETTLING = ("confirm", "publish")


def confirm(session: Session, item: Item, *, by: Staff, at: datetime) -> None:
    """Say, as a second person, that what was published in an emergency may stay."""
    take(item, "confirm", by=by)
    step = unconfirmed_step(item)
    if step is None:
        raise Refusal(f"编号 {item.id} 没有要确认的紧急发布")
    if step.staff_id == by.id:
        raise Refusal("这一条是您紧急发布的，要由另一个人来确认")
    note(session, item, "confirm", by=by, at=at)


def unconfirmed_step(item: Item) -> Step | None:
    """The emergency publication that nobody has confirmed yet."""
    last = next((step for step in reversed(item.steps) if step.verb in ("emergency", *SETTLING)), None)
    return last if last is not None and last.verb == "emergency" else None


def overdue(session: Session, today: date) -> Sequence[Item]:
    """Public items whose emergency publication should have been confirmed before today."""
    query = select(Item).where(Item.is_public, Item.is_emergency).options(selectinload(Item.steps)).order_by(Item.id)
    calendar = calendar_of(session)
    return [
        item
        for item in session.scalars(query)
        if (step := unconfirmed_step(item)) is not None
        and add_working_days(calendar, day_of(step.at), CONFIRMED_WITHIN).on < today
    ]
