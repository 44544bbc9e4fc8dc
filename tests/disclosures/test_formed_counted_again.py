"""What is told item by item, within days of its being formed: every day of a year against the slow count."""

from datetime import UTC, datetime
from itertools import chain
from random import Random

from sqlalchemy import select

from tests.disclosures.test_duties_counted_again import DAY, FIRST, HOW, YEAR, slow_states
from tests.factories import NOON, TESTER
from villages.calendar.actions import seed
from villages.disclosures.due_queries import duties_of
from villages.disclosures.duties import FORMED
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.registry.bodies import make_missing
from villages.registry.models import Publisher

KINDS = [kind for kind in kinds().values() if kind.cycle in FORMED]


def formed(session, publisher, kind, chance):
    """An item formed on a day of the year or shortly before it, published some days later or never."""
    day = FIRST + chance.randrange(-30, 300) * DAY
    told = day + chance.randrange(0, 60) * DAY if chance.random() < 0.7 else None
    at = datetime(told.year, told.month, told.day, 3, tzinfo=UTC) if told else None
    item = Item(
        kind=kind.key, publisher=publisher, unit=publisher.unit, title="x", draft={}, created_at=NOON, formed_on=day,
        published_at=at, is_public=told is not None, state="published" if told else "draft",
        elsewhere_on=day if chance.random() < 0.15 else None,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item.id, day, [(told, False, False)] if told else []


def test_every_state_on_every_day_equals_the_slow_count(nanle):
    chance, slow = Random(20261124), {}  # noqa: S311 - chance that can be had again
    with nanle.transaction() as session:
        seed(session, by=TESTER, at=NOON)
        make_missing(session, by=TESTER, at=NOON)
        sorts = ("county", "township", "committee", "collective")
        some = [session.scalars(select(Publisher).where(Publisher.kind == sort).limit(4)).all() for sort in sorts]
        for publisher in chain.from_iterable(some):
            begins = publisher.duties_from = chance.choice([None, chance.choice(YEAR)])
            for kind in KINDS:
                if publisher.kind in kind.publishers:
                    for _ in range(3):
                        number, day, events = formed(session, publisher, kind, chance)
                        if day >= max(begins or FIRST, kind.valid_from):
                            slow[number] = day, slow_states(kind, day, events)
    with nanle.reading() as session:
        for day in YEAR:
            found = {
                each.duty.item_id: each.state
                for each in duties_of(session, on=day, of_kinds=KINDS, **HOW[day.toordinal() % 2](day))
            }
            assert found == {number: states[day] for number, (first, states) in slow.items() if first <= day}, day
    assert len(slow) > 100
    assert {state for _, states in slow.values() for state in states.values()} == {
        "not_due", "due_soon", "overdue", "published"
    }  # fmt: skip
