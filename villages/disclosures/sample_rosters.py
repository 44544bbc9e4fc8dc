"""Made-up last fours for the sample's rosters, so that 补贴发没发 can be tried: 示例一 has 0001, 示例二 has 0002."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from villages.audit.sealing import is_sealing
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item, Roster
from villages.disclosures.rosters import add_many
from villages.disclosures.self_check import LAST, SelfCheck, Tail, tails_of

BATCH = 500


def number_sample(session: Session) -> None:
    """Give everybody in the sample's rosters that have no numbers yet that of their line, sealed as real ones are.

    Without a data key there is nothing to seal them with, and none are given.
    """
    if not is_sealing(session):
        return
    checks = {key: kind.self_check for key, kind in kinds().items() if kind.self_check is not None}
    lacking = select(Item.id).where(Item.is_sample, Item.kind.in_(checks), Item.id.not_in(select(Roster.item_id)))
    ids = session.scalars(lacking.order_by(Item.id)).all()
    for at in range(0, len(ids), BATCH):
        query = select(Item).where(Item.id.in_(ids[at : at + BATCH])).options(selectinload(Item.editions))
        add_many(session, [(item, _tails(checks[item.kind], item)) for item in session.scalars(query)])


def _tails(check: SelfCheck, item: Item) -> Sequence[Tail]:
    lines = enumerate(item.draft[check.rows], start=1)
    return tails_of(check, [line | {check.numbers[0]: f"{at:0{LAST}}"} for at, line in lines])
