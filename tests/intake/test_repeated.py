"""What was applied for again and again: found by its words, for those who may see it, and noted as read."""

from __future__ import annotations

import itertools
import random
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOON
from tests.intake.cases import HERE, county_in, handler, later, make_case, values_of
from tests.staff import at_desk
from villages.audit.models import AuditEntry
from villages.core.clock import day_of, now
from villages.intake import seating
from villages.intake.models import Case
from villages.intake.receiving import Came
from villages.intake.repeated import MOST_READ, _grouped, _pairs, _shared, applications, repeated

TODAY = day_of(NOON)
SAME = (
    "请公开清河镇2025年危房改造补助发放名单",
    "申请公开：清河镇2025年危房改造补助的发放名单和金额",
    "想了解清河镇 2025 年危房改造补助发放名单，要复印件",
)
OTHERS = ("柳溪村村委会印章使用记录", "清河镇2024年防汛应急预案", "清河镇中心小学校车采购合同")


def apply(session, body, subject, who="甲", on=TODAY, at=NOON):
    values = values_of("foi_request", subject=subject, name=f"示例申请人{who}")
    return make_case(session, "foi_request", at=at, values=values, came=Came("counter", on=on), publisher=body)


def groups(session, by, today=TODAY):
    return [
        (len(each.cases), each.words) for each in repeated(session, applications(session, by, today=today))
    ]  # fmt: skip


def test_three_who_ask_for_the_same_in_other_words_are_found_among_others(begun):
    session, county = begun
    body, by = county.publisher(session, county.here), handler(session, county.here)
    for place, subject in enumerate((*SAME[:2], *OTHERS)):
        apply(session, body, subject, str(place))
    assert groups(session, by) == []
    last = apply(session, body, SAME[2], "乙", on=TODAY - timedelta(days=300))
    assert groups(session, by) == [(3, "清河镇2025年危房改造补助")]
    (found,) = repeated(session, applications(session, by, today=TODAY))
    assert found.span == (last.received_on, TODAY)
    assert groups(session, by, TODAY + timedelta(days=66)) == []


def slowly(found, texts):
    """The groups when each is held against each, by the definition."""
    together = {case.id: {case.id} for case in found}
    for one, other in itertools.combinations(found, 2):
        mine, theirs = (_pairs(texts[case.id]) for case in (one, other))
        if one.publisher_id == other.publisher_id and mine and len(mine & theirs) * 5 >= len(mine | theirs) * 2:
            joined = together[one.id] | together[other.id]
            together |= dict.fromkeys(joined, joined)
    return {frozenset(each) for each in together.values()}


@pytest.mark.parametrize(("letters", "longest", "seed"), [("甲乙丙丁戊己庚", 9, 44), ("甲乙丙", 40, 45), ("", 60, 46)])
def test_all_that_is_alike_comes_together_as_if_each_were_held_against_each(letters, longest, seed):
    chance = random.Random(seed)  # noqa: S311 - the same letters each time
    letters = letters or "".join(map(chr, range(0x4E00, 0x4E19)))
    found = [Case(id=n, publisher_id=n % 2) for n in range(120)]
    lengths = [chance.randint(0, longest) for _ in found]
    texts = {case.id: "".join(chance.choices(letters, k=length)) for case, length in zip(found, lengths, strict=True)}
    texts |= {n: texts[n - 40] + chance.choice(letters) * (n % 3) for n in range(100, 120)}
    groups = _grouped(found, texts)
    assert {frozenset(case.id for case in group) for group in groups} == slowly(found, texts)
    assert 1 < len(groups) < len(found)
    assert all([case.id for case in group] == sorted(case.id for case in group) for group in groups)


def test_what_is_just_alike_enough_and_what_just_is_not():
    found = [Case(id=n, publisher_id=1) for n in range(3)]
    texts = {0: "甲乙丙丁戊己庚辛", 1: "甲乙丙丁戊一二", 2: "甲乙丙丁戊一二三四五"}  # 4 of 9 and 4 of 12; 6 of 9
    assert [len(_pairs(texts[0]) & _pairs(texts[n])) for n in (1, 2)] == [4, 4]
    assert [[case.id for case in group] for group in _grouped(found[::2], texts)] == [[0], [2]]
    assert [[case.id for case in group] for group in _grouped(found, texts)] == [[0, 1, 2]]
    just = {0: "甲乙丙丁戊", 1: "甲乙丙一"}  # two of five
    assert len(_grouped(found[:2], just)) == 1


def test_the_longest_words_are_the_first_of_all_that_stand_in_each():
    chance = random.Random(7)  # noqa: S311 - the same letters each time
    for _ in range(50):
        texts = ["，".join("".join(chance.choices("甲乙丙", k=9)) for _ in range(3)) for _ in range(3)]
        first = min(texts, key=len)
        pieces = [word[a:b] for word in first.split("，") for a in range(9) for b in range(a + 2, 10)]
        common = [piece for piece in pieces if all(piece in text for text in texts)]
        assert _shared(texts) == max(common, key=len, default="")


def test_two_thousand_are_held_against_each_other_in_two_seconds():
    """At the worst: long, all on the same few things, none alike. In the processor's time, as others are at work."""
    chance = random.Random(8)  # noqa: S311 - the same letters each time
    letters = [chr(0x4E00 + n) for n in range(60)]
    found = [Case(id=n, publisher_id=1) for n in range(MOST_READ)]
    texts = {case.id: "".join(chance.choices(letters, k=80)) for case in found}
    begun_at = time.process_time()
    assert len(_grouped(found, texts)) == MOST_READ
    assert time.process_time() - begun_at < 2


def test_one_body_and_more_than_one_applicant(begun):
    session, county = begun
    here, there = (county.publisher(session, unit) for unit in (county.here, county.there))
    by = handler(session, county.county)
    for subject in SAME:
        apply(session, here, subject)
    assert groups(session, by) == []
    apply(session, there, SAME[0], "乙")
    assert groups(session, by) == []
    apply(session, here, SAME[0], "乙")
    assert [count for count, _ in groups(session, by)] == [4]


def test_nobody_learns_of_what_they_may_not_see(begun):
    session, county = begun
    body, by, other = county.publisher(session, county.here), *(handler(session, county.here) for _ in range(2))
    made = [apply(session, body, subject, str(place)) for place, subject in enumerate(SAME)]
    assert [count for count, _ in groups(session, handler(session, county.county))] == [3]
    assert groups(session, handler(session, county.there)) == []
    seating.recuse(session, made[0], "亲属", by=by, at=later(1))
    assert groups(session, by) == []
    assert [count for count, _ in groups(session, other)] == [3]


def test_the_list_is_a_page_and_one_reading(cases_app):
    storage, desk = cases_app.extensions["storage"], at_desk(cases_app, "handler", HERE)
    assert "没有这样的申请" in desk.get("/admin/cases/repeated").text
    with storage.transaction() as session:
        county = county_in(session)
        body = county.publisher(session, county.here)
        for place, subject in enumerate(SAME):
            apply(session, body, subject, str(place), on=day_of(now()), at=now())
    for _ in range(2):
        page = desk.get("/admin/cases/repeated")
        assert "清河镇2025年危房改造补助" in page.text
    with storage.reading() as session:
        readings = session.scalars(select(AuditEntry).where(AuditEntry.subject == "cases")).all()
    assert [entry.detail["count"] for entry in readings if "count" in entry.detail] == [3]
