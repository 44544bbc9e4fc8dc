"""What the idle loop tells besides news: what is due next."""

from datetime import date

from kiosk.asking import Coming, coming_within
from tests.factories import NOON, TESTER
from villages.registry.bodies import make_missing
from villages.registry.queries import counties, township_named

DAY = date(2026, 11, 28)


def test_what_is_due_next_is_told_once_for_all_who_owe_it_the_soonest_first(nanle):
    with nanle.transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        first, *others = coming_within(session, township_named(session, "韩张镇"), DAY, most=3)
        assert first == Coming("11月收支账目", "2026年12月28日（暂定）", 27)
        assert len(others) == 2


def test_the_countys_hall_tells_what_the_county_itself_owes(nanle):
    with nanle.transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        (county,) = counties(session)
        assert [each.bodies for each in coming_within(session, county, DAY, most=3)] == [1]


def test_the_slide_stands_in_the_loop(app, screen):
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
    assert "接下来要公开" in screen("/waiting").text_content()
