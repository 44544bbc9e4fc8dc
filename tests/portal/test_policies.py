"""A policy and what explains it lead to each other, for as long as both are public."""

import pytest

from tests.portal.published import correct, given_of, publish
from villages.disclosures.actions import show_anew
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item

EXPLAINS = next(kind for kind in kinds().values() if kind.refers)
POLICY = next(kind for kind in kinds().values() if len(kind.names) > 1)
NUMBER, TITLE = POLICY.names
COUNTY = "410923"


@pytest.fixture
def show(app):
    def show(kind, **given):
        with app.extensions["storage"].transaction() as session:
            item = publish(session, COUNTY, kind, given_of(kind, **given))
            show_anew(session, item, at=item.published_at)
            return item.id

    return show


def ways(visit, number):
    return [words for words in visit.get(f"/items/{number}").links() if words.startswith(("解读：", "原文件："))]


@pytest.mark.parametrize("called", ["乐政〔2026〕3号", "乐政[2026]3 号", "《关于修路的意见》"])
def test_both_ways_are_there_on_the_very_next_request(visit, show, called):
    policy = show(POLICY, **{NUMBER: "乐政〔2026〕3号", TITLE: "关于修路的意见"})
    assert ways(visit, policy) == []
    explained = show(EXPLAINS, title="一图读懂", **{EXPLAINS.refers: called})
    assert ways(visit, policy) == ["解读：一图读懂"]
    assert ways(visit, explained) == ["原文件：关于修路的意见"]


def test_nothing_leads_to_what_was_withdrawn_or_names_another(app, visit, show):
    explained = show(EXPLAINS, **{EXPLAINS.refers: "乐政〔2026〕3号"})
    policy = show(POLICY, **{NUMBER: "乐政〔2026〕3号"})
    assert len(ways(visit, explained)) == 1
    with app.extensions["storage"].transaction() as session:
        item = session.get(Item, explained)
        correct(session, item, EXPLAINS, given_of(EXPLAINS, **{EXPLAINS.refers: "乐政〔2026〕4号"}), note="文号写错了")
        show_anew(session, item, at=item.published_at)
    assert ways(visit, policy) == []
    other = show(EXPLAINS, **{EXPLAINS.refers: "乐政〔2026〕3号"})
    assert len(ways(visit, policy)) == 1
    with app.extensions["storage"].transaction() as session:
        item = session.get(Item, policy)
        item.is_public = False
        show_anew(session, item, at=item.published_at)
    assert ways(visit, other) == []
