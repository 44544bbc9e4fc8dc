"""Sample content (示例): lets everything be seen before the county's own content is there; taken away in one go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.audit.models import Actor
from villages.disclosures import sample as items
from villages.disclosures.bundled import add_bundled
from villages.disclosures.models import Item
from villages.registry.actions import remove_sample_contacts, set_contact
from villages.registry.models import Contact
from villages.registry.queries import townships

# Digits that no exchange gives out, so that nobody's telephone rings.
SAMPLE_PHONE = "0000-0000000"


def add_sample(session: Session, *, by: Actor, at: datetime) -> int:
    """Give every township without a telephone a sample one, every village a year of items; returns how many pieces.

    The real figures that come with the program are published with it; they are no sample and stay.
    """
    lacking = [unit for unit in townships(session) if session.get(Contact, unit.id) is None]
    for unit in lacking:
        set_contact(
            session, unit, phone=SAMPLE_PHONE, hours="接听时间（示例）：工作日 8:30—17:30", by=by, at=at, is_sample=True
        )
    add_bundled(session, by=by, at=at)
    return len(lacking) + items.add_sample(session, by=by, at=at)


def count_sample(session: Session) -> int:
    """How many pieces of sample content there are."""
    counts = (select(func.count()).select_from(table).where(table.is_sample) for table in (Contact, Item))
    return sum(session.scalar(count) or 0 for count in counts)


def remove_sample(session: Session, *, by: Actor, at: datetime) -> int:
    """Take all sample content away; returns how many pieces there were."""
    return remove_sample_contacts(session, by=by, at=at) + items.remove_sample(session, by=by, at=at)
