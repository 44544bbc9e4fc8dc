"""What the control room may show of whom: a place with all below it, or one body; never beyond who is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.accounts.door import me
from villages.core.web import db
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below, publisher_by_code, unit_by_code


@dataclass(frozen=True)
class Body:
    """Who owes something, and where its duties are counted: `row` is a name of the address (of, body) and a code."""

    code: str
    name: str
    place: str
    row: tuple[str, str]
    label: str


@dataclass(frozen=True)
class Area:
    """A place or one body; `asked` is how its address names it.

    `bodies` owe, by their id. `above`: the places above that are mine, the highest first.
    """

    asked: tuple[str, str]
    name: str
    level: str
    bodies: Mapping[int, Body]
    above: Sequence[Unit]

    @property
    def is_one(self) -> bool:
        """Whether there is nothing below that it could be told apart by."""
        return self.level in ("village", "department")


def area_of_mine(of: str, body: str) -> Area:
    """The place or the body of a code, or one's own area where there is neither; what is not mine is not found."""
    if not of and (body or me().department is not None):
        publisher = publisher_by_code(db(), body) if body else me().department
        if publisher is not None and me().speaks_for(publisher):
            return _body(publisher)
        abort(404)
    unit = unit_by_code(db(), of) if of else me().unit
    if unit is None or not me().covers(unit):
        abort(404)
    return _place(db(), unit)


def _body(publisher: Publisher) -> Area:
    row = ("body", publisher.code)
    body = Body(publisher.code, publisher.name, "", row, publisher.name)
    above = [*_above(publisher.unit), publisher.unit] if me().covers(publisher.unit) else []
    return Area(row, publisher.name, "department", {publisher.id: body}, above)


def _place(session: Session, unit: Unit) -> Area:
    """A unit with the bodies of all living units below it, each under the unit next below."""
    places = select(Unit.id, Unit.parent_id, Unit.division_code, Unit.name)
    units = {row.id: row for row in session.execute(places.where(is_below(unit.division_code)))}
    columns = (Publisher.id, Publisher.code, Publisher.name, Publisher.kind, Publisher.unit_id)
    bodies = select(*columns).join(Publisher.unit)
    live = bodies.where(Publisher.unit_id.in_(units), Unit.in_scope, Unit.merged_into_id.is_(None))
    found = {}
    for each in session.execute(live.order_by(Publisher.kind != "department", Unit.division_code, Publisher.id)):
        row = under = units[each.unit_id]
        while under.id != unit.id and under.parent_id in units:
            row, under = under, units[under.parent_id]
        own = each.unit_id == unit.id
        is_department = own and each.kind == "department"
        label = each.name if is_department else f"{unit.name}本级" if own else row.name
        key = ("body", each.code) if own else ("of", row.division_code)
        found[each.id] = Body(each.code, each.name, units[each.unit_id].name, key, label)
    return Area(("of", unit.division_code), unit.name, unit.level, found, _above(unit))


def _above(unit: Unit) -> list[Unit]:
    """What lies above a unit and is still mine, the highest first."""
    found, parent = list[Unit](), unit.parent
    while parent is not None and me().covers(parent):
        found.insert(0, parent)
        parent = parent.parent
    return found
