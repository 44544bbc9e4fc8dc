"""What was applied for again and again: found by its words, for those who may see it, and noted as read."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

from sqlalchemy import select

from tests.factories import NOON
from tests.intake.cases import HERE, county_in, handler, later, make_case, values_of
from tests.staff import at_desk
from villages.audit.models import AuditEntry
from villages.core.clock import day_of, now
from villages.intake import seating
from villages.intake.models import Case
from villages.intake.receiving import Came
from villages.intake.repeated import ALIKE, _grouped, _pairs, applications, repeated

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


def test_all_that_is_alike_comes_together_as_if_each_were_held_against_each():
    chance = random.Random(44)  # noqa: S311 - the same letters each time
    found = [Case(id=n, publisher_id=n % 2) for n in range(120)]
    texts = {case.id: "".join(chance.choice("甲乙丙丁戊己庚") for _ in range(chance.randint(2, 9))) for case in found}
    slow = {case.id: {case.id} for case in found}
    for one, other in itertools.combinations(found, 2):
        mine, theirs = (_pairs(texts[case.id]) for case in (one, other))
        if one.publisher_id == other.publisher_id and len(mine & theirs) >= ALIKE * len(mine | theirs):
            joined = slow[one.id] | slow[other.id]
            slow |= dict.fromkeys(joined, joined)
    groups = _grouped(found, texts)
    assert {frozenset(case.id for case in group) for group in groups} == {frozenset(each) for each in slow.values()}
    assert 1 < len(groups) < len(found)


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
