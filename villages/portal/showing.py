"""What of the published items a villager's page shows. A draft, and what was taken away, is never in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import is_public_on as _is_public
from villages.disclosures.public_queries import label_of as _label
from villages.disclosures.public_queries import period_told as _period
from villages.disclosures.queries import public_item, published_before
from villages.disclosures.statement import Statement, from_values
from villages.disclosures.values import summary_of, values_from_json
from villages.portal.money import Money
from villages.registry.models import Publisher, Unit

LATEST, PER_COLUMN, PER_PAGE = 5, 10, 20
LONGEST_SUMMARY = 60
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Line:
    """An item in a list."""

    id: int
    title: str
    more: str
    column: str
    at: datetime
    is_sample: bool
    is_emergency: bool
    is_late_entry: bool


@dataclass(frozen=True)
class Group:
    """One column of a section: some of its items, and how many there are in all."""

    column: str
    lines: Sequence[Line]
    count: int
    page: int = 0
    pages: int = 1


@dataclass(frozen=True)
class Shown:
    """An item as it is shown: one of its editions, with the kind that says how."""

    item: Item
    kind: Kind
    edition: Edition
    values: dict[str, Any]
    period: str

    @property
    def is_latest(self) -> bool:
        """Whether it is the edition in force."""
        return self.edition is self.item.edition


def latest(session: Session, owner: Unit | Publisher, today: date) -> list[Line]:
    """What a unit or a publisher made public last."""
    return _lines(session, _public(owner, today, list(kinds())).limit(LATEST))


def columns(session: Session, publisher: Publisher, today: date) -> dict[str, int]:
    """The columns in which a publisher shows anything, in the catalogue's order, and how many items each has."""
    query = _public(publisher, today, list(kinds())).with_only_columns(Item.kind, func.count()).order_by(None)
    found: dict[str, int] = dict(session.execute(query.group_by(Item.kind)).all())
    counted: dict[str, int] = {}
    for kind in kinds().values():
        if kind.key in found:
            counted[kind.column] = counted.get(kind.column, 0) + found[kind.key]
    return counted


def publisher_page(session: Session, publisher: Publisher, column: str, page: int, today: date) -> Group | None:
    """One page, counted from 1, of what a publisher shows in a column; None where there is none."""
    return _page(session, publisher, column, [k.key for k in kinds().values() if k.column == column], page, today)


def groups(session: Session, unit: Unit, section: str, today: date) -> list[Group]:
    """The columns of a section that hold something, the one with the newest item first."""
    found = []
    for column in dict.fromkeys(kind.column for kind in kinds().values() if kind.section == section):
        query = _public(unit, today, _keys(section, column))
        lines = _lines(session, query.limit(PER_COLUMN))
        if lines:
            count = len(lines) if len(lines) < PER_COLUMN else _count(session, query)
            found.append(Group(column, lines, count))
    return sorted(found, key=lambda group: group.lines[0].at, reverse=True)


def group_page(session: Session, unit: Unit, section: str, column: str, page: int, today: date) -> Group | None:
    """One page, counted from 1, of a column; None where there is none."""
    return _page(session, unit, column, _keys(section, column), page, today)


def _page(
    session: Session, owner: Unit | Publisher, column: str, keys: Sequence[str], page: int, today: date
) -> Group | None:  # fmt: skip
    query = _public(owner, today, keys)
    count = _count(session, query) if keys else 0
    pages = -(-count // PER_PAGE)
    if not 0 < page <= pages:
        return None
    lines = _lines(session, query.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Group(column, lines, count, page, pages)


def unit_of_item(session: Session, item_id: int) -> Unit | None:
    """Whose item it is; a door asks before it reads what may change."""
    if not 0 < item_id <= LARGEST_ID:
        return None
    return session.scalar(select(Unit).join(Item, Item.unit_id == Unit.id).where(Item.id == item_id))


def item_now(session: Session, item_id: int, today: date) -> Item | None:
    """The item if it is public today, or was withdrawn after it had been; else None, whatever the reason."""
    item = public_item(session, item_id)
    if item is None or not item.editions or item.kind not in kinds():
        return None
    is_over = item.is_public and item.notice_until is not None and item.notice_until < today
    return None if is_over else item


def withdrawn_at(item: Item) -> datetime | None:
    """When an item was taken back."""
    return max((step.at for step in item.steps if step.verb == "withdraw"), default=None)


def shown(item: Item, number: int | None = None) -> Shown | None:
    """A public item's edition of a number, or the latest; None where there is none."""
    edition = item.edition if number is None else next((e for e in item.editions if e.number == number), None)
    if edition is None:
        return None
    kind = kinds()[item.kind]
    return Shown(item, kind, edition, values_from_json(kind, edition.content), _label(_period(kind, item)))


def money_of_unit(session: Session, unit: Unit, today: date) -> tuple[Money, bool] | None:
    """The latest period whose money a unit made public, and whether it is a sample."""
    keys = [kind.key for kind in kinds().values() if kind.check == "statement"]
    query = select(Item).where(_is_public(today), Item.unit_id == unit.id, Item.kind.in_(keys))
    item = session.scalar(query.order_by(Item.period_start.desc().nulls_last(), Item.published_at.desc()).limit(1))
    found = shown(item) if item else None
    money = money_of(session, found) if found else None
    return (money, found.item.is_sample) if found and money else None


def money_of(session: Session, found: Shown) -> Money | None:
    """A statement's money and that of the period before; None where an item is no statement."""
    if found.kind.check != "statement":
        return None
    period = _period(found.kind, found.item)
    earlier = published_before(session, found.item, period) if period else None
    before = shown(earlier[0]) if earlier else None
    return Money(
        found.item.id, found.period, from_values(found.values),
        _statement(before), earlier[1].label if earlier and before else "",
    )  # fmt: skip


def _statement(found: Shown | None) -> Statement | None:
    return from_values(found.values) if found else None


def _public(owner: Unit | Publisher, today: date, keys: Sequence[str]) -> Select[Item, Edition]:
    whose = Item.unit_id == owner.id if isinstance(owner, Unit) else Item.publisher_id == owner.id
    number = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    return (
        select(Item, Edition)
        .join(Edition, (Edition.item_id == Item.id) & (Edition.number == number))
        .where(_is_public(today), whose, Item.kind.in_(keys))
        .order_by(Item.published_at.desc(), Item.id.desc())
    )


def _count(session: Session, query: Select[Item, Edition]) -> int:
    return session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0


def _lines(session: Session, query: Select[Item, Edition]) -> list[Line]:
    return [_line(item, edition) for item, edition in session.execute(query)]


def _line(item: Item, edition: Edition) -> Line:
    kind = kinds()[item.kind]
    short = {name: edition.content[name] for name in kind.short.fields if name in edition.content}
    more = _label(_period(kind, item)) or summary_of(kind, values_from_json(kind, short))
    return Line(
        id=item.id,
        title=edition.title,
        more=more if len(more) <= LONGEST_SUMMARY else more[: LONGEST_SUMMARY - 1] + "…",
        column=kind.column,
        at=item.published_at or edition.published_at,
        is_sample=item.is_sample,
        is_emergency=item.is_emergency,
        is_late_entry=item.elsewhere_on is not None,
    )


def _keys(section: str, column: str) -> list[str]:
    return [kind.key for kind in kinds().values() if kind.section == section and kind.column == column]
