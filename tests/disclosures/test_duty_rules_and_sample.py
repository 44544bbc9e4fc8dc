"""Rules through their verb and command, and the sample: whole, right, varied, and gone again."""

import json
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.factories import NOON, TESTER
from villages.audit.models import AuditEntry
from villages.calendar.periods import Period
from villages.core.clock import day_of, now
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.disclosures.checks import problems
from villages.disclosures.due_actions import set_rule
from villages.disclosures.due_queries import duties_of, terms_of
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.sample import add_sample, remove_sample
from villages.disclosures.values import read_values, values_from_json
from villages.registry.bodies import make_missing
from villages.registry.models import Publisher

MONTHLY = next(kind for kind in kinds().values() if kind.check == "statement")


def test_a_rule_overrides_from_its_day_is_audited_and_raises_versions(nanle):
    with nanle.transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        owner = session.scalar(select(Publisher).where(Publisher.kind == MONTHLY.publishers[0]).limit(1))
        before, _ = freshness_of(session, owner.unit.scope)
        set_rule(session, MONTHLY, date(2026, 7, 1), cycle="quarter", due_days=7, warn_days=1, by=TESTER, at=NOON)
        set_rule(session, MONTHLY, date(2026, 7, 1), due_days=8, by=TESTER, at=NOON)
        assert freshness_of(session, owner.unit.scope)[0] == before + 2
        assert terms_of(session, MONTHLY, date(2026, 6, 30)).cycle == "month"
        assert terms_of(session, MONTHLY, date(2026, 7, 1)).due_days == 8
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "duty.rule")).all()
        assert [entry.detail["due_days"] for entry in entries] == [7, 8]
        periods = [s.duty.period for s in duties_of(session, owner, on=date(2026, 10, 2), of_kinds=[MONTHLY])]
        assert [period.cycle for period in periods] == ["month"] * 6 + ["quarter"] * 2


@pytest.mark.parametrize(
    "terms", [{"cycle": "at_once"}, {"due_days": 0}, {"warn_days": 99}, {"due_unit": "weeks"}, {"notice_days": -1}]
)
def test_terms_that_cannot_be_are_refused(blank, terms):
    with blank.transaction() as session, pytest.raises(Refusal):
        set_rule(session, MONTHLY, date(2026, 7, 1), by=TESTER, at=NOON, **terms)


def test_the_sample_is_whole_marked_right_and_goes_again(sampled_county):
    at = now()
    with sampled_county.transaction() as session:
        assert add_sample(session, by=TESTER, at=at) == 0
        items = session.scalars(select(Item)).all()
        assert len(items) > 20_000
        assert {item.title[-4:] for item in items} == {"（示例）"}
        assert all(item.is_sample and item.published_at < at for item in items)
        for item in items[::37]:
            kind = kinds()[item.kind]
            read_values(kind, values_from_json(kind, item.draft))
        states = Counter(each.state for each in duties_of(session, on=day_of(at)))
        assert min(states[s] for s in ("not_due", "overdue", "published", "nothing_to_report")) > 100
        assert remove_sample(session, by=TESTER, at=at) == len(items)
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Item, Edition)] == [0, 0]


def test_sample_statements_add_up_and_go_on_from_month_to_month(sampled_county):
    with sampled_county.reading() as session:
        rows = session.scalars(select(Item).where(Item.kind == MONTHLY.key)).all()
    told = {(row.publisher_id, row.period_start): values_from_json(MONTHLY, row.draft) for row in rows}
    assert len(told) == len(rows) > 3_000
    for (publisher, start), values in told.items():
        period = Period(start, "month")
        before = told.get((publisher, period.previous.start))
        assert not problems(MONTHLY.check, values, period=(period.start, period.end), before=before)


def test_the_commands_list_duties_and_set_rules(villages):
    villages("init")
    status, out, err = villages("duties", "list", "--unit", "410923205201", "--on", "2026-11-24", "--format", "json")
    assert status == 0, err
    told = json.loads(out)
    assert told["rate"]["missing"] == told["rate"]["due"] > 10
    assert {row["publisher"] for row in told["duties"]} == {"410923205201", "410923205201-J"}
    assert "未公开" in villages("duties", "list", "--unit", "410923205201-J", "--state", "overdue")[1]
    assert villages("duties", "rule", MONTHLY.key, "--valid-from", "2026-07-01", "--due-days", "15")[0] == 0
    assert villages("duties", "rule", MONTHLY.key, "--valid-from", "2026-07-01", "--due-days", "1")[0] == 1
    assert villages("duties", "list", "--unit", "999")[0] == 1
