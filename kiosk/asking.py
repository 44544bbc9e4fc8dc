"""What a hall's screens ask: what its villages made public lately, how many did this month, what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from villages.core.clock import SHANGHAI
from villages.disclosures.duties import subject
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import is_public_on
from villages.portal.owing import GROUPS, standings
from villages.registry.models import Unit
from villages.registry.queries import is_below, publishers_of


@dataclass(frozen=True)
class Coming:
    """What is due next: how people call it, until when, of how many bodies."""

    subject: str
    until: str
    bodies: int


def coming_within(session: Session, unit: Unit, today: date, *, most: int) -> Sequence[Coming]:
    """What is due next from a township and its villages, the soonest first; of a county from the county itself."""
    within = publishers_of(session, unit) if unit.level == "county" else unit
    found: dict[tuple[date, str, str], set[int]] = defaultdict(set)
    for each in standings(session, within, today):
        if each.state in GROUPS["coming"][1]:
            due = each.duty.due
            found[due.on, subject(each.duty, today), due.text].add(each.duty.publisher_id)
    return [Coming(words, until, len(bodies)) for (_, words, until), bodies in sorted(found.items())[:most]]


def latest_within(session: Session, unit: Unit, today: date, *, most: int) -> Sequence[tuple[Item, Edition, Unit]]:
    """What a unit and those below it made public last, newest first."""
    number = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    query = (
        select(Item, Edition, Unit)
        .join(Edition, (Edition.item_id == Item.id) & (Edition.number == number))
        .join(Unit, Unit.id == Item.unit_id)
        .where(is_public_on(today), is_below(unit.division_code))
        .order_by(Item.published_at.desc(), Item.id.desc())
    )
    return [(item, edition, unit) for item, edition, unit in session.execute(query.limit(most))]


def active_villages(session: Session, unit: Unit, today: date) -> int:
    """How many villages of a unit made something public this month."""
    began = datetime(today.year, today.month, 1, tzinfo=SHANGHAI)
    query = select(func.count(Item.unit_id.distinct())).join(Unit, Unit.id == Item.unit_id)
    of = (is_below(unit.division_code), Unit.level == "village", Unit.in_scope, Unit.merged_into_id.is_(None))
    return session.scalar(query.where(is_public_on(today), Item.published_at >= began, *of)) or 0


def newest_of_each(session: Session, units: Sequence[Unit], today: date, *, most: int) -> Sequence[tuple[int, int]]:
    """The items that each of some units made public last, `most` of each: (item, unit) by id, newest first."""
    place = func.row_number().over(partition_by=Item.unit_id, order_by=(Item.published_at.desc(), Item.id.desc()))
    shown = (is_public_on(today), Item.unit_id.in_([unit.id for unit in units]))
    ranked = select(Item.id, Item.unit_id, Item.published_at, place.label("place")).where(*shown).subquery()
    query = select(ranked.c.id, ranked.c.unit_id).where(ranked.c.place <= most)
    found = session.execute(query.order_by(ranked.c.published_at.desc(), ranked.c.id.desc()))
    return [(item_id, unit_id) for item_id, unit_id in found]


def newest_with_files(session: Session, item_ids: Sequence[int], *, most: int) -> Sequence[Item]:
    """Those of some items that have attachments, newest first, with all that `showing.shown` and `files_of` ask for."""
    query = select(Item).where(Item.id.in_(item_ids), Item.attachments.any())
    query = query.options(selectinload(Item.editions), selectinload(Item.attachments))
    return session.scalars(query.order_by(Item.published_at.desc(), Item.id.desc()).limit(most)).all()


def shown_of_each(session: Session, units: Sequence[Unit], today: date) -> dict[int, dict[str, int]]:
    """How many items of each kind each of some units shows: unit's id -> kind's key -> how many."""
    shown = (is_public_on(today), Item.unit_id.in_([unit.id for unit in units]))
    query = select(Item.unit_id, Item.kind, func.count()).where(*shown).group_by(Item.unit_id, Item.kind)
    found: dict[int, dict[str, int]] = {}
    for unit_id, kind, count in session.execute(query):
        found.setdefault(unit_id, {})[kind] = count
    return found
