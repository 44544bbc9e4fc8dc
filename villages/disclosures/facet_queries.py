"""Questions to the facets: how many public items there are by value and place, and a page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from villages.disclosures.facet_values import APART, NAMED, REFERS, WORDS
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Facet, Item
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below

MOST_BELONGING = 20


@dataclass(frozen=True)
class Sought:
    """What is looked for: items of `kinds` public on a day, with all `values`, all `words`, of a unit's area.

    A value is the name of its facet by kind, then the value itself. `within`: the start of the division codes, and the
    ids of units merged into the one meant; None for everywhere.
    """

    kinds: tuple[str, ...]
    today: date
    values: tuple[tuple[Mapping[str, str], str], ...] = ()
    words: tuple[str, ...] = ()
    within: tuple[str, tuple[int, ...]] | None = None


def counts(session: Session, sought: Sought) -> Sequence[tuple[str, str, str, int]]:
    """(kind, name, value, how many items) of all facets of what is sought."""
    query = select(Facet.kind, Facet.name, Facet.value, func.count()).where(
        *_conditions(sought, Facet.item_id, Facet.kind, Facet.unit_id, Facet.until), Facet.name.not_in(APART)
    )
    return [tuple(row) for row in session.execute(query.group_by(Facet.kind, Facet.name, Facet.value))]  # type: ignore[misc]


def places(session: Session, sought: Sought) -> dict[int, int]:
    """How many of what is sought each unit (by id) has; together, how many there are."""
    query = select(Facet.unit_id, func.count()).where(
        *_conditions(sought, Facet.item_id, Facet.kind, Facet.unit_id, Facet.until), Facet.name == WORDS
    )
    return {row.unit_id: row[1] for row in session.execute(query.group_by(Facet.unit_id))}


def found(session: Session, sought: Sought, *, most: int, skip: int = 0) -> Sequence[tuple[Item, Edition]]:
    """A page of what is sought, latest first, with their publishers and units.

    The page is cut before editions are looked at: PostgreSQL would look up the latest edition of every item.
    """
    wanted = select(Item.id).where(
        Item.is_public, *_conditions(sought, Item.id, Item.kind, Item.unit_id, Item.notice_until)
    )
    ordered = wanted.order_by(Item.published_at.desc(), Item.id.desc())
    ids = session.scalars(ordered.limit(most).offset(skip)).all()
    latest = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    unit = joinedload(Item.publisher).joinedload(Publisher.unit).joinedload(Unit.parent)
    query = (
        select(Item, Edition)
        .join(Edition, (Edition.item_id == Item.id) & (Edition.number == latest))
        .where(Item.id.in_(ids))
        .order_by(Item.published_at.desc(), Item.id.desc())
        .options(unit)
    )
    return [(item, edition) for item, edition in session.execute(query)]


def _conditions(sought: Sought, number: Any, kind: Any, unit_id: Any, until: Any) -> list[ColumnElement[bool]]:
    """The same conditions on a facet's columns or on an item's."""
    wanted: list[ColumnElement[bool]] = [kind.in_(sought.kinds), or_(until.is_(None), until >= sought.today)]
    for names, value in sought.values:
        wanted.append(number.in_(_having(names, value)))
    for word in sought.words:
        told = aliased(Facet)
        wanted.append(
            number.in_(
                select(told.item_id).where(
                    told.kind.in_(sought.kinds), told.name == WORDS, told.value.contains(word.lower(), autoescape=True)
                )
            )
        )
    if sought.within is not None:
        code, merged = sought.within
        wanted.append(unit_id.in_(select(Unit.id).where(or_(is_below(code), Unit.id.in_(merged)))))
    return wanted


def _having(names: Mapping[str, str], value: str) -> Select[int]:
    """The items that have a value."""
    each = aliased(Facet)
    named = or_(*(and_(each.kind == kind, each.name == name) for kind, name in names.items()))
    return select(each.item_id).where(named, each.value == value)


def belonging(session: Session, item_id: int, today: date) -> Sequence[tuple[int, int, str, bool]]:
    """What belongs to an item by name: (id, unit's id, title, whether it refers to the item or the other way round).

    A policy and its interpretations; those public on a day, by number.
    """
    mine = select(Facet.name, Facet.value).where(Facet.item_id == item_id, Facet.name.in_((NAMED, REFERS)))
    answers = [_answering(name, value) for name, value in session.execute(mine)]
    if not answers:
        return []
    query = (
        select(Item.id, Item.unit_id, Item.title, Facet.name)
        .join(Facet, Facet.item_id == Item.id)
        .where(or_(*answers), Item.id != item_id, Item.is_public)
        .where(or_(Item.notice_until.is_(None), Item.notice_until >= today))
        .distinct()
        .order_by(Item.id)
        .limit(MOST_BELONGING)
    )
    return [(row[0], row[1], row[2], row[3] == REFERS) for row in session.execute(query)]


def _answering(name: str, value: str) -> ColumnElement[bool]:
    """The facets that refer to a name, or have the name that is referred to; by kind, as the index asks first."""
    names = name == REFERS
    keys = [kind.key for kind in kinds().values() if (kind.names if names else kind.refers)]
    return and_(Facet.kind.in_(keys), Facet.name == (NAMED if names else REFERS), Facet.value == value)
