"""The sitemap: an index, a part with pages of places, and parts with items by their numbers.

Only addresses that are canonical and that search engines may keep: no lists of names, nothing withdrawn or ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from villages.core.xml import HEAD, element
from villages.data.documents import Address, moment
from villages.data.queries import indexed_keys
from villages.disclosures.kinds import SECTIONS
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import is_public_on
from villages.registry.models import Unit

# Numbers in a part; the protocol's limits are 50 000 addresses and 50 MB.
PART = 10_000
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def parts(session: Session, today: date) -> list[int]:
    """The parts that hold any item."""
    found = session.scalars(select(Item.id // PART).where(_shown(today)).distinct())
    return sorted(int(each) for each in found)


def _shown(today: date) -> ColumnElement[bool]:
    return is_public_on(today) & Item.kind.in_(indexed_keys())


def index(session: Session, today: date, address: Address) -> bytes:
    """The index of all parts."""
    names = ["pages", *(f"items-{part}" for part in parts(session, today))]
    found = (element("sitemap", [element("loc", address("data.sitemap_part", name=name))]) for name in names)
    return _document("sitemapindex", found)


def places(session: Session, address: Address) -> bytes:
    """Pages of places, and the few that are about all."""
    living = select(Unit).where(
        Unit.level.in_(("village", "township", "county")), Unit.in_scope, Unit.merged_into_id.is_(None)
    )
    units = session.scalars(living.order_by(Unit.division_code)).all()
    found = [address(name) for name in ("portal.county", "portal.villages", "data.home", "data.changes_page")]
    for unit in units:
        if unit.level != "county":  # its page is the first one
            found.append(address("portal.unit", code=unit.division_code))
        if unit.level != "township":
            found += (address("portal.section", code=unit.division_code, section=each) for each in SECTIONS)
    return _document("urlset", (element("url", [element("loc", each)]) for each in found))


def items(session: Session, today: date, part: int, address: Address) -> bytes | None:
    """The items of a part, each with the moment of its latest edition; None where there is none."""
    last = select(func.max(Edition.published_at)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    query = select(Item.id, last.label("at")).where(_shown(today), Item.id.between(part * PART, part * PART + PART - 1))
    rows = session.execute(query.order_by(Item.id)).all()
    if not rows:
        return None
    return _document("urlset", (_item(address("portal.item", item_id=row.id), row.at) for row in rows if row.at))


def _item(page: str, at: datetime) -> str:
    return element("url", [element("loc", page), element("lastmod", moment(at))])


def _document(name: str, found: Iterable[str]) -> bytes:
    return (HEAD + element(name, found, xmlns=XMLNS) + "\n").encode()
