"""A year of a whole county against a slow count that shares nothing with the code but the facts."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from random import Random

import chinese_calendar
from sqlalchemy import insert, select

from tests.factories import NOON, TESTER
from villages.calendar.actions import seed
from villages.disclosures.due_queries import duties_of
from villages.disclosures.kind import PERIODICAL
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.registry.bodies import make_missing
from villages.registry.models import Publisher

KINDS = [kind for kind in kinds().values() if kind.cycle in PERIODICAL and "committee" in kind.publishers]
KINDS += [kind for kind in kinds().values() if kind.cycle in PERIODICAL and "collective" in kind.publishers]
NOTHING = next(kind for kind in kinds().values() if kind.settles == "another")
LENGTH = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
# As commands ask for duties, and as pages do.
HOW = [lambda _: {}, lambda day: {"since": day - 365 * DAY, "reads_only": True}]
YEAR = [FIRST + at * DAY for at in range(365)]
WORKS = {day: chinese_calendar.is_workday(day) for day in YEAR}


def ends_of(kind):
    """First and last day of each period of the year, counted in months."""
    months = LENGTH[kind.cycle]
    for month in range(1, 13, months):
        last = month + months - 1
        yield date(2026, month, 1), date(2026, last, monthrange(2026, last)[1])


def history(publishers, chance):
    """(publisher, kind, first day of the period) -> what was published: day, 补录, nothing."""
    told = {}
    for publisher in publishers:
        for kind in KINDS:
            if publisher.kind in kind.publishers:
                for first, last in ends_of(kind):
                    many = chance.choice([0, 0, 1, 1, 1, 1, 2])
                    told[publisher.id, kind.key, first] = [
                        (last + chance.randrange(1, 70) * DAY, chance.random() < 0.15,
                         kind.may_be_nothing and chance.random() < 0.2)
                        for _ in range(many)
                    ]  # fmt: skip
    return told


def slow_states(kind, last, events):
    """The state on every day of the year, day by day: nothing but counting."""
    counted, is_over, states = 0, False, {}
    for day in YEAR:
        if day > last:
            is_over = is_over or counted >= kind.due_days
            counted += WORKS[day] if kind.due_unit == "working" else 1
        happened = [event for event in events if event[0] <= day]
        if any(not nothing for _, _, nothing in happened):
            states[day] = "published"
        elif happened:
            states[day] = "nothing_to_report"
        elif is_over:
            states[day] = "overdue"
        elif day > last and kind.due_days - counted <= kind.warn_days:
            states[day] = "due_soon"
        else:
            states[day] = "not_due"
    return states


def beginnings(publishers, chance):
    """Publisher -> the day from which it owes: for most the year's first, for some a day of their own."""
    return {publisher.id: chance.choice([None, None, chance.choice(YEAR)]) for publisher in publishers}


def is_owed(key, first, begins):
    """Whether a period is owed: its last day is not before the day from which its publisher owes."""
    return begins is None or dict(ends_of(kinds()[key]))[first] >= begins


def words_for(cycle, first):
    turn = (first.month - 1) // LENGTH[cycle]
    after = {
        "month": f"{first.month}月",
        "quarter": f"第{'一二三四'[turn % 4]}季度",
        "half_year": f"{'上下'[turn % 2]}半年",
    }
    return "2026年" + after.get(cycle, "")


def write(session, publishers, told):
    units = {publisher.id: publisher.unit_id for publisher in publishers}
    rows, contents = [], []
    for (publisher_id, key, first), events in told.items():
        for at, (day, elsewhere, nothing) in enumerate(events):
            is_known = at % 2 == 0  # the period by its day, or only by its words
            kind = kinds()[key]
            label = words_for(kind.cycle, first)
            contents.append({"matter": kind.label, "period_text": label, "signed_on": "2026-10-01"} if nothing else {})
            rows.append({
                "id": len(rows) + 1, "kind": NOTHING.key if nothing else key, "publisher_id": publisher_id,
                "unit_id": units[publisher_id], "state": "published", "step": 0, "title": "x", "draft": {},
                "period_start": first if is_known or not nothing else None,
                "elsewhere_on": first if elsewhere else None, "is_sample": False, "created_at": NOON,
                "published_at": datetime(day.year, day.month, day.day, 3, tzinfo=UTC), "is_public": True,
                "is_emergency": False, "withdrawn_note": "",
            })  # fmt: skip
    session.execute(insert(Item.__table__), rows)
    editions = [
        {"item_id": row["id"], "number": 1, "title": "x", "content": content, "note": "", "published_at": NOON}
        for row, content in zip(rows, contents, strict=True)
    ]
    session.execute(insert(Edition.__table__), editions)


def compare(storage, seed_, days, followed):
    chance = Random(seed_)  # noqa: S311 - chance that can be had again
    with storage.transaction() as session:
        seed(session, by=TESTER, at=NOON)
        make_missing(session, by=TESTER, at=NOON)
        publishers = session.scalars(
            select(Publisher).where(Publisher.kind.in_(["committee", "collective"])).order_by(Publisher.id)
        ).all()
        assert len(publishers) >= 644
        told = history(publishers, chance)
        write(session, publishers, told)
        begins = beginnings(publishers, chance)
        for publisher in publishers:
            publisher.duties_from = begins[publisher.id]
    slow = {
        (publisher_id, key, first): slow_states(
            kinds()[key], dict(ends_of(kinds()[key]))[first], events
        )
        for (publisher_id, key, first), events in told.items()
    }  # fmt: skip
    compared, ids = 0, {publisher.id for publisher in publishers}
    with storage.reading() as session:
        asked = [(None, day) for day in chance.sample(YEAR, days)]
        asked += [(publisher, day) for publisher in chance.sample(publishers, followed) for day in YEAR]
        for within, day in asked:
            found = {
                (s.duty.publisher_id, s.duty.kind, s.duty.period.start): s.state
                for s in duties_of(session, within, on=day, of_kinds=KINDS, **HOW[day.toordinal() % 2](day))
                if s.duty.publisher_id in ids
                if s.duty.period.start.year == 2026
            }
            expected = {
                subject: states[day] for subject, states in slow.items()
                if subject[2] <= day and (within is None or subject[0] == within.id)
                and is_owed(subject[1], subject[2], begins[subject[0]])
            }  # fmt: skip
            assert found == expected, day
            compared += len(found)
    return compared


def test_states_equal_the_slow_count_on_sampled_days_and_all_year_for_some(nanle):
    assert compare(nanle, 20261124, days=4, followed=2) > 30_000
