"""What is held: why goes with the case, and a village's meeting reads otherwise than a flood."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.factories import NOON
from tests.intake.cases import QUESTION, handler, make_case, values_of
from villages.intake import flooding, handling
from villages.intake.flooding import Pace
from villages.intake.holding import REASONS, grouped, held_of
from villages.intake.reading import read_as_writer
from villages.intake.submitting import Sent, Where, submit

HALL, FAR = "203.0.113.9", "198.51.100.7"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Paces at which a flood takes few forms."""
    monkeypatch.setattr(flooding, "NETWORK", Pace(2, timedelta(seconds=30), fullest=80))
    monkeypatch.setattr(flooding, "PLACE", Pace(4, timedelta(minutes=2), fullest=9))


def sent(number=0, *, text="", took=6 * MINUTE, place="410999100201", **more):
    values = {**values_of(phone=f"1380000{number:04}"), "text": text or f"第 {number} 件：路灯不亮"}
    return Sent(QUESTION, values, Where(about=place), opened_at=NOON - took, **{"network": HALL, **more})


def test_why_a_form_is_held_goes_with_its_case_and_where_it_came_from_does_not(begun, patient):
    session, _ = begun
    patient(0)
    receipts = [submit(session, sent(n), at=NOON) for n in range(5)]
    odd = [sent(n, text="买药找我", took=timedelta(), network=FAR, trap="x") for n in (6, 7, 8)]
    receipts += [submit(session, each, at=NOON) for each in odd]
    held = held_of(session, [receipt.case for receipt in receipts])
    assert [each.why for each in held] == [
        (), (), ("network",), ("network",), ("network", "about"), *[("about", "trap", "quick")] * 2,
        ("network", "about", "text", "trap", "quick"),
    ]  # fmt: skip
    assert [each.case.state for each in held] == ["received"] * 2 + ["held"] * 6
    assert (held[2].took, held[2].same, held[0].took) == (360, 1, None)
    kept = json.dumps([step.detail for each in held for step in each.case.steps])
    assert not any(word in kept for word in (HALL, FAR, "买药"))
    assert read_as_writer(session, held[2].case).steps[0][0].is_shown


def test_a_meeting_reads_otherwise_than_a_flood(begun):
    session, county = begun
    one = handler(session, county.here)
    meeting = [submit(session, sent(n, took=(n + 4) * MINUTE), at=NOON).case for n in range(4)]
    flood = [submit(session, sent(9, text="买药找我", took=3 * MINUTE / 60, place=""), at=NOON).case for _ in range(3)]
    found = grouped(held_of(session, [case for case in meeting + flood if case.state == "held"]))
    assert [group.facts for group in found] == [
        ["2 件，2026年11月24日 12:00", "2 个不同的电话", "话各写各的，没有一样的", "一般写了 6 分钟，最快 6 分钟"],
        ["3 件，2026年11月24日 12:00", "1 个不同的电话", "2 件和前面交的一字不差", "一般写了 3 秒，最快 3 秒"],
    ]
    assert [[(why.is_odd, many) for why, many in group.reasons] for group in found] == [
        [(False, 2)], [(False, 3), (True, 1)]]  # fmt: skip
    handling.release(session, meeting[2], by=one, at=NOON)
    assert held_of(session, [meeting[2]])[0].reasons == [REASONS["network"]]


def test_a_group_tells_from_when_to_when_and_who_left_no_telephone(begun):
    session, county = begun
    nameless = values_of(phone="", name="")
    made = [make_case(session, unit=county.village, at=NOON + n * MINUTE, values=nameless) for n in (0, 9)]
    [group] = grouped(held_of(session, made))
    assert group.facts == ["2 件，2026年11月24日 12:00到 12:09", "都没留电话"]
    made.append(make_case(session, unit=county.village, at=NOON + timedelta(days=1)))
    [group] = grouped(held_of(session, made))
    assert group.facts == [
        "3 件，2026年11月24日 12:00到2026年11月25日 12:00", "1 个不同的电话，2 件没留电话"]  # fmt: skip


def test_what_was_held_before_reasons_were_kept_says_what_is_known(begun):
    session, county = begun
    [group] = grouped(held_of(session, [make_case(session, unit=county.village)]))
    assert (group.reasons, len(group.facts)) == ([], 2)
