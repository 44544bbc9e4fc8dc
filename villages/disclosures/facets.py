"""Writes the facets of public items. They follow what is public: one call where it changes, none where it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Session

from villages.disclosures.facet_queries import belonging
from villages.disclosures.facet_values import facets_of
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Facet, Item

BATCH = 2_000
TABLE: Table = Facet.__table__  # type: ignore[assignment]
Row = dict[str, Any]


def renew(session: Session, item: Item, *, today: date) -> set[int]:
    """Write an item's facets anew, none where the public does not see it; returns the units of what belongs to it."""
    session.flush()
    near = {unit_id for _, unit_id, _, _ in belonging(session, item.id, today)}
    session.execute(delete(TABLE).where(TABLE.c.item_id == item.id))
    edition = item.edition
    if item.is_public and edition is not None:
        place = (item.id, item.kind, item.unit_id, item.notice_until)
        _insert(session, _rows(place, edition.title, edition.content, item.period_start))
    return near | {unit_id for _, unit_id, _, _ in belonging(session, item.id, today)}


def add_rows(session: Session, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Write the facets of items that went in as rows (number -> columns of `item`), whose draft is their edition."""
    found: list[Row] = []
    for number, row in rows:
        if row["is_public"]:
            place = (number, row["kind"], row["unit_id"], row["notice_until"])
            found += _rows(place, row["title"], row["draft"], row["period_start"])
    _insert(session, found)


def renew_all(session: Session) -> int:
    """Bring all facets in line with what is public and with the catalogue of now; returns how many were wrong.

    For a database that was filled before there were facets, or by another catalogue.
    """
    have = {tuple(row) for row in session.execute(select(TABLE))}
    narrowed = [key for key, kind in kinds().items() if kind.filters or kind.names or kind.refers]
    latest = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    query = (
        select(Item.id, Item.kind, Item.unit_id, Item.notice_until, Item.period_start, Edition.title, Edition.content)
        .join(Edition, (Edition.item_id == Item.id) & (Edition.number == latest))
        .where(Item.is_public, Item.kind.in_(narrowed))
    )
    wanted: dict[tuple[Any, ...], Row] = {}
    for number, kind, unit_id, until, start, title, content in session.execute(query):
        for row in _rows((number, kind, unit_id, until), title, content, start):
            wanted[tuple(row[column.name] for column in TABLE.columns)] = row
    wrong = have - wanted.keys()
    for item_id, name, value, *_ in wrong:
        session.execute(delete(TABLE).where(TABLE.c.item_id == item_id, TABLE.c.name == name, TABLE.c.value == value))
    lacking = [row for key, row in wanted.items() if key not in have]
    _insert(session, lacking)
    return len(wrong) + len(lacking)


def _rows(
    place: tuple[int, str, int, date | None], title: str, content: Mapping[str, Any], start: date | None
) -> list[Row]:
    number, key, unit_id, until = place
    if key not in kinds():
        return []
    same = {"item_id": number, "kind": key, "unit_id": unit_id, "until": until}
    return [same | {"name": name, "value": value} for name, value in facets_of(kinds()[key], title, content, start)]


def _insert(session: Session, rows: list[Row]) -> None:
    for at in range(0, len(rows), BATCH):
        session.execute(insert(TABLE), rows[at : at + BATCH])
