"""Questions to the disclosures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from villages.calendar.periods import CYCLES, Period
from villages.core.refusal import Refusal
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.disclosures.periods import stored_period
from villages.registry.models import Unit


def kind_named(key: str) -> Kind:
    """The kind with a key; raises Refusal that lists them when there is none."""
    if key not in kinds():
        raise Refusal(f"没有“{key}”这一类，可用的有：{'、'.join(f'{k.key}（{k.label}）' for k in kinds().values())}")
    return kinds()[key]


def item(session: Session, item_id: int) -> Item:
    """An item, whatever its state, for staff; raises Refusal when there is none."""
    found = session.get(Item, item_id)
    if found is None:
        raise Refusal(f"没有编号为 {item_id} 的公开事项，请核对")
    return found


def public_item(session: Session, item_id: int) -> Item | None:
    """An item that the public may see or that left a notice of its withdrawal."""
    query = select(Item).where(Item.id == item_id).options(selectinload(Item.editions), joinedload(Item.publisher))
    found = session.scalar(query)
    return found if found is not None and (found.is_public or found.state == "withdrawn") else None


def published_in(
    session: Session, unit: Unit, *, most: int = 5, kind_keys: Sequence[str] | None = None
) -> Sequence[Item]:
    """What a unit has published, latest first; of some kinds only where they are given."""
    query = select(Item).where(Item.unit_id == unit.id, Item.is_public)
    if kind_keys is not None:
        query = query.where(Item.kind.in_(kind_keys))
    return session.scalars(query.order_by(Item.published_at.desc(), Item.id.desc()).limit(most)).all()


def published_for(session: Session, item: Item, period: Period) -> Item | None:
    """The same publisher's public item of the same kind for a period."""
    found = _published_at(session, item, [period.start])
    return next((each for each, told in found if told == period), None)


def published_before(session: Session, item: Item, period: Period) -> tuple[Item, Period] | None:
    """The same publisher's public item whose period ends on the day before another begins, whatever its cycle."""
    starts = [Period(period.start, cycle).previous.start for cycle in CYCLES]
    found = _published_at(session, item, starts)
    return next(((each, told) for each, told in found if told.next.start == period.start), None)


def published_after(session: Session, item: Item, period: Period) -> tuple[Item, Period] | None:
    """The same publisher's public item whose period begins on the day after another ends, whatever its cycle."""
    return next(iter(_published_at(session, item, [period.next.start])), None)


def _published_at(session: Session, item: Item, starts: Sequence[date]) -> list[tuple[Item, Period]]:
    """A publisher's public items of a kind whose periods begin on some days, the latest written first."""
    cycle = kind_named(item.kind).cycle
    rows = session.scalars(
        select(Item)
        .where(Item.publisher_id == item.publisher_id, Item.kind == item.kind, Item.is_public)
        .where(Item.period_start.in_(starts))
        .order_by(Item.id.desc())
    ).all()
    told = [(each, stored_period(each.period_start, each.period_cycle, cycle)) for each in rows]
    return [(each, period) for each, period in told if period is not None]


def scheduled_by(session: Session, at: datetime) -> Sequence[Item]:
    """What is to be published by now, locked; what somebody else holds at this moment is left to the next time."""
    query = select(Item).where(Item.state == "scheduled", Item.publish_at <= at).order_by(Item.publish_at, Item.id)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def notices_over(session: Session, today: date) -> Sequence[Item]:
    """Public items whose notice period ended before today, locked like `scheduled_by`."""
    over = select(Item).where(Item.is_public, Item.notice_until.is_not(None), Item.notice_until < today)
    return session.scalars(over.order_by(Item.id).with_for_update(skip_locked=True)).all()


def living_drafts(
    session: Session, kind: Kind, publisher_ids: Iterable[int]
) -> list[tuple[int, int, date | None, dict[str, Any]]]:
    """Id, publisher, period and draft of a kind's items that are neither withdrawn nor archived."""
    columns = select(Item.id, Item.publisher_id, Item.period_start, Item.draft).order_by(Item.id)
    whose = columns.where(Item.kind == kind.key, Item.publisher_id.in_(sorted(publisher_ids)))
    rows = session.execute(whose.where(Item.state.not_in(("withdrawn", "archived"))))
    return [(row.id, row.publisher_id, row.period_start, row.draft) for row in rows]
