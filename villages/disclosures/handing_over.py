"""What a leaver has not finished goes to another, who counts as its writer from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from villages.accounts.models import Staff
from villages.audit.actions import record
from villages.core.refusal import Refusal
from villages.disclosures.models import Item, Step
from villages.disclosures.workflow import WRITERS
from villages.registry.models import Publisher

UNFINISHED = ("draft", "in_review", "approved", "scheduled")


def work_of(session: Session, person: Staff, *, of: Staff) -> Sequence[Item]:
    """The items that a person wrote last and that are not out yet, so far as they are the business of `of`.

    Whoever moved to another area may have left drafts in the old one; those are its own managers' to see.
    """
    query = select(Item).where(Item.state.in_(UNFINISHED), _writer() == person.id).order_by(Item.id)
    whole = joinedload(Item.publisher).joinedload(Publisher.unit)
    found = session.scalars(query.options(whole, selectinload(Item.steps))).all()
    return [item for item in found if of.speaks_for(item.publisher)]


def hand_over(session: Session, person: Staff, *, to: Staff, by: Staff, at: datetime) -> tuple[int, int]:
    """Give somebody's unfinished items to another, those of bodies the other speaks for; how many went, how many stay.

    Raises Refusal where the other may not write, is gone, or speaks for none of them.
    """
    if to.disabled_at is not None or to.role not in WRITERS or to.id == person.id:
        raise Refusal(f"{to.name}不能接手：要是别人的、在用的、能填写公开内容的账号")
    items = work_of(session, person, of=by)
    mine = [item for item in items if to.speaks_for(item.publisher)]
    if not mine:
        raise Refusal(f"{person.name}没办完的事都不在{to.name}的范围（{to.area}）里，没有交接")
    for item in mine:
        item.steps.append(Step(verb="write", staff_id=to.id, at=at, note=f"从{person.name}接手"))
        record(session, "item.hand_over", f"item:{item.id}", by=by.actor, at=at, old=person.name, new=to.name)
    session.flush()
    return len(mine), len(items) - len(mine)


def _writer() -> ColumnElement[int | None]:
    last = select(func.max(Step.id)).where(Step.item_id == Item.id, Step.verb == "write").correlate(Item)
    return select(Step.staff_id).where(Step.id == last.scalar_subquery()).scalar_subquery()
