"""Questions of those who review: what waits for whom, in whose area."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from villages.accounts.models import Staff
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item, Step
from villages.disclosures.rounds import ENDING, fits
from villages.registry.models import Unit
from villages.registry.queries import is_below


def in_area(staff: Staff) -> ColumnElement[bool]:
    """The items of the bodies that somebody speaks for."""
    if staff.publisher_id is not None:
        return Item.publisher_id == staff.publisher_id
    below = select(Unit.id).where(is_below(staff.unit.division_code))
    return Item.unit_id.in_(below)


def to_approve(staff: Staff) -> ColumnElement[bool]:
    """The items whose next approval is this person's to give: as `rounds.hindrance` says it, in one question."""
    fitting = [
        and_(Item.kind == key, Item.step == step, ~_wrote(staff) if step == len(kind.review) - 1 else true())
        for key, kind in kinds().items()
        for step in range(len(kind.review))
        if fits(kind, step, staff.role)
    ]
    mine = or_(*fitting) if fitting else false()
    return and_(Item.state == "in_review", in_area(staff), mine, ~_approved(staff))


def to_publish(staff: Staff) -> ColumnElement[bool]:
    """The items that are approved and wait for somebody to publish them."""
    return and_(Item.state == "approved", in_area(staff))


def scheduled(staff: Staff) -> ColumnElement[bool]:
    """The items that go out by themselves."""
    return and_(Item.state == "scheduled", in_area(staff))


def to_confirm(staff: Staff) -> ColumnElement[bool]:
    """What was made public in an emergency by somebody else and nobody has confirmed."""
    last = _last(("emergency", "publish", "confirm"))
    unsettled = select(Step.id).where(
        Step.id == last, Step.verb == "emergency", or_(Step.staff_id.is_(None), Step.staff_id != staff.id)
    )
    return and_(Item.state == "published", Item.is_emergency, in_area(staff), unsettled.exists())


def sent_back(staff: Staff) -> ColumnElement[bool]:
    """The drafts that came back to the person who wrote them last."""
    writer = select(Step.staff_id).where(Step.id == _last(("write",))).scalar_subquery()
    back = select(Step.id).where(Step.id == _last(None), Step.verb == "send_back").exists()
    return and_(Item.state == "draft", in_area(staff), back, writer == staff.id)


def drafts(staff: Staff) -> ColumnElement[bool]:
    """The drafts that a person wrote last and has not submitted."""
    writer = select(Step.staff_id).where(Step.id == _last(("write",))).scalar_subquery()
    return and_(Item.state == "draft", in_area(staff), writer == staff.id)


def count(session: Session, wanted: ColumnElement[bool]) -> int:
    """How many items are meant."""
    return session.scalar(select(func.count()).select_from(Item).where(wanted)) or 0


def page_of(session: Session, wanted: ColumnElement[bool], *, page: int, size: int) -> Sequence[Item]:
    """One page, counted from 1, of the items meant, with whose they are and what was done with them."""
    query = select(Item).where(wanted).order_by(Item.id).offset((page - 1) * size).limit(size)
    whole = (joinedload(Item.unit).joinedload(Unit.parent), joinedload(Item.publisher), selectinload(Item.steps))
    return session.scalars(query.options(*whole)).all()


def _last(verbs: Sequence[str] | None) -> ColumnElement[int]:
    query = select(func.max(Step.id)).where(Step.item_id == Item.id).correlate(Item)
    return (query if verbs is None else query.where(Step.verb.in_(verbs))).scalar_subquery()


def _wrote(staff: Staff) -> ColumnElement[bool]:
    began = func.coalesce(_last(ENDING), 0)
    return select(Step.id).where(
        Step.item_id == Item.id, Step.staff_id == staff.id, Step.verb == "write", Step.id > began
    ).correlate(Item).exists()  # fmt: skip


def _approved(staff: Staff) -> ColumnElement[bool]:
    submitted = func.coalesce(_last(("submit",)), 0)
    return select(Step.id).where(
        Step.item_id == Item.id, Step.staff_id == staff.id, Step.verb == "approve", Step.id > submitted
    ).correlate(Item).exists()  # fmt: skip
