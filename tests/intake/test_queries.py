"""Questions about cases: each is answered with what who asks may see."""

from __future__ import annotations

from datetime import date

from tests.factories import NOON
from tests.intake.cases import NAME, PHONE, answered, handler, later, make_case, values_of
from villages.intake import following, handling, queries
from villages.intake.queries import Wanted
from villages.intake.receiving import Came
from villages.intake.table3 import problems, table3


def numbers(session, staff, **wanted):
    return {case.number for case in queries.cases(session, staff, Wanted(**wanted))}


def test_cases_are_found_by_what_is_plain_and_by_whole_names_and_telephones(begun):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, unit=county.village)
    other = make_case(session, "suggestion", unit=county.other_village, at=later(3),
                      values=values_of("suggestion", name="孙示例", phone="13900000000"))  # fmt: skip
    for wanted in ({"number": case.number}, {"kind": "question"}, {"unit": county.village},
                   {"last": date(2026, 11, 24)}, {"phone": "138 1234 5678"}, {"name": NAME}):  # fmt: skip
        assert numbers(session, one, **wanted) == {case.number}, wanted
    assert numbers(session, one, first=date(2026, 11, 25)) == {other.number}
    assert numbers(session, one, unit=county.here) == numbers(session, one) == {case.number, other.number}
    for wanted in ({"phone": PHONE[:-1]}, {"name": NAME[:1]}, {"kind": "tipoff"}, {"unit": county.there}):
        assert numbers(session, one, **wanted) == set()


def test_nothing_is_found_counted_or_listed_that_one_does_not_see(begun):
    session, county = begun
    accused, above = handler(session, county.here), handler(session, county.county)
    case = make_case(session, "complaint", unit=county.here)
    assert numbers(session, above) == {case.number}
    for wanted in ({}, {"number": case.number}, {"phone": PHONE}, {"name": NAME}):
        assert numbers(session, accused, **wanted) == set()
    assert queries.count(session, accused, Wanted()) == 0
    assert queries.count(session, above, Wanted()) == 1


def test_the_most_urgent_comes_first_and_what_has_ended_last(begun):
    session, county = begun
    one = handler(session, county.here)
    ended, late, soon = (make_case(session, unit=county.village, at=later(n)) for n in (0, 5, 1))
    answered(session, ended)
    found = queries.cases(session, one, Wanted())
    assert [case.number for case in found] == [soon.number, late.number, ended.number]
    assert [case.number for case in queries.cases(session, one, Wanted(), most=1, skip=1)] == [late.number]


def test_what_is_due_and_what_is_over(begun):
    session, county = begun
    one = handler(session, county.here)
    case = make_case(session, unit=county.village)
    assert case.due_on == date(2026, 12, 15)
    assert numbers(session, one, due_by=date(2026, 12, 15)) == {case.number}
    assert numbers(session, one, due_by=date(2026, 12, 14)) == set()
    assert numbers(session, one, overdue_on=date(2026, 12, 16)) == {case.number}
    assert numbers(session, one, overdue_on=date(2026, 12, 15)) == set()
    answered(session, case, at=later(40))
    assert numbers(session, one, overdue_on=date(2027, 1, 30)) == set()


def test_cases_that_nobody_sees_are_named(begun):
    session, county = begun
    case = make_case(session, unit=county.village)
    assert queries.numbers_that_nobody_sees(session) == [case.number]
    one = handler(session, county.here)
    assert queries.numbers_that_nobody_sees(session) == []
    one.disabled_at = NOON
    assert queries.numbers_that_nobody_sees(session) == [case.number]
    following.withdraw(session, case, "", at=NOON)
    assert queries.numbers_that_nobody_sees(session) == []


def test_the_years_applications_are_counted_and_what_was_held_back_is_not(begun):
    session, county = begun
    about = {"publisher": county.publisher(session, county.here)}
    make_case(session, unit=county.village)
    make_case(session, "foi_request", came=Came("online", is_held=True), **about)
    case = make_case(session, "foi_request", came=Came("counter"), **about)
    assert [each.received_on for each in queries.applications_of(session, 2026)] == [NOON.date()]
    assert list(queries.applications_of(session, 2025)) == []
    answered(session, case, at=later(10), result="granted")
    for year in (2026, 2027):
        found = list(queries.applications_of(session, year))
        assert [each.result for each in found] == (["granted"] if year == 2026 else [])


def test_what_was_taken_back_while_it_was_held_had_arrived_and_what_was_not_taken_in_had_not(begun):
    session, county = begun
    one = handler(session, county.here)
    about = {"publisher": county.publisher(session, county.here)}
    taken_back, refused = (make_case(session, "foi_request", came=Came("online", is_held=True), **about) for _ in "ab")
    following.withdraw(session, taken_back, "", at=later(2))
    handling.discard(session, refused, "广告", by=one, at=later(2))
    table = table3(queries.applications_of(session, 2026), 2026)
    counted = {row: cells["total"] for row, cells in table.items() if cells["total"]}
    assert counted == {"received_this_year": 1, following.WITHDRAWN: 1, "results_total": 1}
    assert problems(table) == []
