"""What staff see of items, whatever their state: rows of a list, and one whole item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from villages.core.refusal import Refusal
from villages.disclosures import blocks
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item
from villages.disclosures.periods import stored_period
from villages.disclosures.queries import kind_named
from villages.disclosures.values import values_from_json
from villages.disclosures.workflow import STATES
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below


def items(
    session: Session, *, state: str | None = None, code: str | None = None, kind: Kind | None = None
) -> Sequence[Item]:
    """Items by number: of one state, of the units below a division code or of one publisher, of one kind."""
    query = select(Item).options(joinedload(Item.publisher), joinedload(Item.unit)).order_by(Item.id)
    if state is not None:
        query = query.where(Item.state == state)
    if kind is not None:
        query = query.where(Item.kind == kind.key)
    if code is not None:
        publisher = session.scalar(select(Publisher.id).where(Publisher.code == code, Publisher.kind == "department"))
        if publisher is not None:
            query = query.where(Item.publisher_id == publisher)
        elif session.scalar(select(Unit.id).where(Unit.division_code == code)) is not None:
            query = query.join(Item.unit).where(is_below(code))
        else:
            raise Refusal(f"没有代码为 {code} 的单位，请核对（村 12 位，乡镇 9 位，县 6 位，部门用单位代码）")
    return session.scalars(query).all()


def row_of(item: Item) -> dict[str, Any]:
    """An item in one row."""
    kind = kind_named(item.kind)
    return {
        "id": item.id,
        "kind": item.kind,
        "label": kind.label,
        "unit_code": item.unit.division_code,
        "publisher_code": item.publisher.code,
        "publisher": item.publisher.name,
        "period": period_label(item),
        "title": item.title,
        "state": item.state,
        "state_label": state_label(item),
        "approvals": f"{item.step}/{len(kind.review)}",
        "is_public": item.is_public,
        "published_at": _moment(item.published_at),
    }


def whole(item: Item) -> dict[str, Any]:
    """An item with its draft, its editions and everything that was done with it."""
    kind = kind_named(item.kind)
    values = values_from_json(kind, item.draft)
    shown = {field.label: blocks.show(values.get(field.name), field) for field in kind.fields if field.name in values}
    return row_of(item) | {
        "publish_at": _moment(item.publish_at),
        "notice_until": item.notice_until.isoformat() if item.notice_until else None,
        "elsewhere_on": item.elsewhere_on.isoformat() if item.elsewhere_on else None,
        "is_emergency": item.is_emergency,
        "withdrawn_note": item.withdrawn_note,
        "fields": shown,
        "editions": [
            {"number": each.number, "title": each.title, "note": each.note, "published_at": _moment(each.published_at)}
            for each in item.editions
        ],
        "steps": [
            {
                "verb": step.verb,
                "by": step.staff.name if step.staff else None,
                "at": _moment(step.at),
                "note": step.note,
            }
            for step in item.steps
        ],
    }


def period_label(item: Item) -> str:
    """The period that an item is about, in words; '' where it has none."""
    period = stored_period(item.period_start, item.period_cycle, kind_named(item.kind).cycle)
    return period.label if period else ""


def state_label(item: Item) -> str:
    """An item's state in words; of what is public while it is corrected, both."""
    return STATES[item.state] + ("（更正，原来的仍公开）" if item.is_public and item.state != "published" else "")


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
