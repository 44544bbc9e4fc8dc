"""Counts of what was opened and told: they add up, nothing that is gone holds others up, old ones go."""

from datetime import date, timedelta

from sqlalchemy import delete, func, select

from tests.factories import NOON, TESTER, make_item, make_publisher, make_staff, make_village
from villages.core.clock import day_of
from villages.disclosures.models import Item, Step
from villages.site.actions import set_detail
from villages.visits.actions import count_speeds, count_visits, first_of, forget_old
from villages.visits.counting import Counting
from villages.visits.models import PageSpeed, Visit
from villages.visits.queries import Area, by_day, most_read, speeds
from villages.visits.speeds import marks_of

TODAY = day_of(NOON)


def an_item(session):
    village = make_village(session)
    return make_item(session, make_publisher(session, village), make_staff(session, village, role="editor"))


def test_openings_of_one_day_add_up(blank):
    with blank.transaction() as session:
        item = an_item(session)
        count_visits(session, {(item.id, TODAY): 2, (9_999, TODAY): 7})
        count_visits(session, {(item.id, TODAY): 3, (item.id, TODAY - timedelta(days=1)): 1})
        area = Area(item.unit)
        assert by_day(session, area, first_of(TODAY, 3), TODAY)[1:] == [(TODAY - timedelta(days=1), 1), (TODAY, 5)]
        assert most_read(session, area, TODAY, most=9) == [(item, 5)]


def test_an_item_that_goes_takes_its_openings_along(blank):
    """Its number may be given to another one."""
    with blank.transaction() as session:
        item = an_item(session)
        count_visits(session, {(item.id, TODAY): 2})
        session.execute(delete(Step))
        session.execute(delete(Item))
        assert session.scalar(select(func.count()).select_from(Visit)) == 0


def test_what_waits_is_written_when_the_process_ends(blank):
    with blank.transaction() as session:
        number = an_item(session).id
    counting = Counting(blank)
    for _ in range(3):
        counting.visits.note(number)
    for mark in marks_of("item,200,,900"):
        counting.speeds.note(mark)
    counting.close()
    with blank.reading() as session:
        assert session.scalar(select(Visit.count)) == 3
        assert [row[1:] for row in speeds(session, "load", date.min)] == [("item", 950, 1)]
        assert speeds(session, "paint", date.min) == []


def test_no_more_waits_than_there_is_room_for(blank):
    """A flood of tellings is dropped, not kept in memory."""
    counting = Counting(blank)
    for _ in range(4_000):
        counting.speeds._waiting.append((("item", "load", 50), 0.0))  # noqa: SLF001 - before the thread can write
    assert len(counting.speeds._waiting) == 3_000  # noqa: SLF001
    counting.close()


def test_old_counts_go_after_the_time_that_is_set(blank):
    with blank.transaction() as session:
        item = an_item(session)
        set_detail(session, "visits_days", "40", by=TESTER, at=NOON)
        days = [TODAY, TODAY - timedelta(days=39), TODAY - timedelta(days=40)]
        count_visits(session, {(item.id, day): 1 for day in days})
        count_speeds(session, {(("item", "load", 50), day): 1 for day in days})
        assert forget_old(session, NOON) == 2
        for table in (Visit, PageSpeed):
            assert set(session.scalars(select(table.on))) == set(days[:2])
        assert forget_old(session, NOON) == 0
