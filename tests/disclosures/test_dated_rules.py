"""A rule that changes a cycle or a notice reaches everything: writing, importing, sums, notices, labels, duties."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from tests.disclosures.test_importing import HEADS, sheet, statement_rows
from tests.disclosures.test_life import ROSTER, open_office
from tests.factories import NOON, STATEMENT, TESTER, make_item, statement_given
from villages.calendar.periods import Period, period_of
from villages.core.clock import day_of
from villages.core.refusal import Refusal
from villages.disclosures import actions, publishing
from villages.disclosures.due_actions import set_rule
from villages.disclosures.due_queries import duties_of, rules_of
from villages.disclosures.importing import read_items, read_one
from villages.disclosures.listing import row_of
from villages.disclosures.rules import default_rule, examples, merged, period_on, turns
from villages.disclosures.sheet_reader import Default
from villages.portal.showing import money_of, shown

MONTH, QUARTER = "month", "quarter"
JUNE, JULY, SUMMER = Period(date(2026, 6, 1), MONTH), Period(date(2026, 7, 1), MONTH), Period(date(2026, 7, 1), QUARTER)
WHO = {"by": TESTER, "at": NOON}


def quarterly(session, day=date(2026, 7, 1)):
    return set_rule(session, STATEMENT, day, cycle=QUARTER, due_days=20, **WHO)


def told(period, opening, income=50, expenditure=20):
    """A period's statement, its lines on days of the period."""
    lines = [
        {"day": str(period.start), "summary": "承包费", "income": str(income)},
        {"day": str(period.end), "summary": "修路灯", "expenditure": str(expenditure)},
    ]
    return statement_given(opening, income, expenditure) | {"lines": lines}


def public(session, office, period, opening):
    item = actions.write(
        session, STATEMENT, office.publisher, told(period, opening), by=office.editor, at=NOON, period=period
    )
    actions.submit(session, item, by=office.editor, at=NOON)
    for by in (office.reviewer, office.second, office.publisher_staff):
        actions.approve(session, item, by=by, at=NOON)
    publishing.publish(session, item, by=office.publisher_staff, at=NOON)
    return item


def test_a_draft_must_be_of_a_period_in_force(blank):
    with blank.transaction() as session:
        office = open_office(session)
        quarterly(session)
        for period in (JUNE, SUMMER):
            assert make_item(session, office.publisher, office.editor, period=period).period_cycle == period.cycle
        with pytest.raises(Refusal, match="那时要按2026年第三季度公开"):
            make_item(session, office.publisher, office.editor, period=JULY)
        with pytest.raises(Refusal, match="那时要按2026年4月公开"):
            make_item(session, office.publisher, office.editor, period=Period(date(2026, 4, 1), QUARTER))


def test_a_cycle_that_changes_in_mid_turn_waits(blank):
    with blank.transaction() as session:
        office = open_office(session)
        quarterly(session, date(2026, 5, 10))
        make_item(session, office.publisher, office.editor, period=JUNE)
        with pytest.raises(Refusal):
            make_item(session, office.publisher, office.editor, period=Period(date(2026, 4, 1), QUARTER))


def test_sums_go_on_from_the_period_that_ended_the_day_before_whatever_its_cycle(blank):
    with blank.transaction() as session:
        office = open_office(session)
        quarterly(session)
        public(session, office, Period(date(2026, 4, 1), MONTH), 900)  # a quarter earlier: no neighbour
        public(session, office, JUNE, 100)
        with pytest.raises(Refusal):
            public(session, office, SUMMER, 500)
        item = public(session, office, SUMMER, 130)
        money = money_of(session, shown(item))
        assert (money.label, money.before_label) == ("2026年第三季度", "2026年6月")
        with pytest.raises(Refusal, match="2026年6月的"):
            public(session, office, JUNE, 100)


def test_what_was_written_earlier_must_fit_what_follows_in_another_cycle(blank):
    with blank.transaction() as session:
        office = open_office(session)
        quarterly(session)
        public(session, office, SUMMER, 130)
        with pytest.raises(Refusal, match="2026年第三季度接不上"):
            public(session, office, JUNE, 200)


def test_an_item_keeps_the_label_of_the_cycle_it_was_written_under(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = public(session, office, JULY, 100)
        quarterly(session)  # after the fact
        assert row_of(item)["period"] == shown(item).period == "2026年7月"
        (duty,) = [s for s in duties_of(session, office.publisher, on=date(2026, 11, 24), of_kinds=[STATEMENT])
                   if s.duty.period == SUMMER]  # fmt: skip
        assert duty.state == "overdue", "a month's account is not a quarter's"
        actions.correct(
            session, item, told(JULY, 110), public_note="期初写错", by=office.publisher_staff, at=NOON
        )  # fmt: skip
        actions.write(
            session, STATEMENT, office.publisher, told(JULY, 120), item=item, period=JULY, by=office.editor, at=NOON
        )
        with pytest.raises(Refusal, match="期间不能再改"):
            actions.write(
                session, STATEMENT, office.publisher, told(JULY, 1), item=item, period=SUMMER, by=office.editor, at=NOON
            )


def test_the_column_of_the_period_is_read_by_the_cycle_in_force(blank):
    with blank.transaction() as session:
        office = open_office(session)
        quarterly(session, date(2026, 7, 1))
        default = Default(rules=rules_of(session, STATEMENT))
        rows = statement_rows(office.publisher.code, "2026年第三季度")
        reading = read_items(STATEMENT, [sheet([HEADS, *rows])], [office.publisher], default)
        assert [draft.period for draft in reading.drafts] == [SUMMER]
        rows = statement_rows(office.publisher.code, "2026年9月")
        (problem,) = read_items(STATEMENT, [sheet([HEADS, *rows])], [office.publisher], default).problems
        assert problem.line.endswith("“2026年9月”不是这一类的期间，请写成 2026年第三季度")


def test_a_correction_may_name_the_period_that_its_item_has(blank):
    with blank.transaction() as session:
        office = open_office(session)
        september = Period(date(2026, 9, 1), MONTH)
        item = public(session, office, september, 100)
        quarterly(session)
        sheets = [sheet([HEADS, *statement_rows(office.publisher.code, "2026年9月")])]
        assert (
            read_one(STATEMENT, sheets, item, september, rules=rules_of(session, STATEMENT)).values["opening"] == 10_000
        )


def test_the_template_shows_how_periods_are_written_now():
    rule = merged(default_rule(STATEMENT), valid_from=date(2026, 7, 1), cycle=QUARTER)
    told_ = [examples(STATEMENT, rules, day) for rules, day in (
        ([], date(2026, 7, 5)), ([rule], date(2026, 7, 5)), ([rule], date(2026, 11, 5)))]  # fmt: skip
    assert ["月" in text for text in told_] == [True, True, False]
    assert ["季度" in text for text in told_] == [False, True, True]


def test_the_notice_is_as_long_as_the_terms_of_the_day_of_publication_say(blank):
    with blank.transaction() as session:
        today = day_of(NOON)
        days = []
        for valid_from, notice_days in ((today + timedelta(days=1), 30), (today, 11)):
            set_rule(session, ROSTER, valid_from, notice_days=notice_days, notice_unit="calendar", **WHO)
            days.append(publishing._notice_until(session, ROSTER, today))  # noqa: SLF001
        assert days[0] == today + timedelta(days=ROSTER.notice_days)
        assert days[1] == today + timedelta(days=11)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_rules_each_day_lies_in_one_period_wherever_one_begins_to_count(seed):
    chance = Random(seed)  # noqa: S311
    rules = [
        merged(
            default_rule(STATEMENT), valid_from=date(2026, 1, 1) + timedelta(days=chance.randrange(900)),
            cycle=chance.choice([MONTH, QUARTER, "half_year", "year"]),
        )
        for _ in range(chance.randint(0, 4))
    ]  # fmt: skip
    periods = [p for p, _, _ in turns(STATEMENT, rules, date(2025, 6, 1), date(2029, 1, 1))]
    assert all(earlier.next.start == later.start for earlier, later in pairwise(periods))
    assert all(period == period_of(period.start, period.cycle) for period in periods)
    for at in range(0, 1200, 17):
        day = date(2025, 6, 1) + timedelta(days=at)
        (lies,) = [period for period in periods if day in period]
        assert period_on(STATEMENT, rules, day) == lies
        assert next(turns(STATEMENT, rules, day, day))[0] == lies
