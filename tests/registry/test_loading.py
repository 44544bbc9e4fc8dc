"""Bringing the registry to the state of a list."""

import pytest

from tests.factories import NOON, TESTER, make_entry, make_village
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.registry.actions import recode
from villages.registry.loading import load
from villages.registry.queries import counties, find_villages, unit_by_code, villages_of


def test_a_renamed_village_keeps_its_id_and_its_old_name(blank):
    with blank.transaction() as session:
        village = make_village(session, code="410999100201", name="柳溪村")
        before = village.id
        outcome = load(session, [make_entry(code="410999100201", name="新柳溪村")], by=TESTER, at=NOON)
        assert outcome.changed == ["410999100201 柳溪村：改名为新柳溪村"]
        assert unit_by_code(session, "410999100201").id == before
        assert [former.name for former in village.former_names] == ["柳溪村"]
        assert find_villages(session, "柳溪村")[0].id == before


def test_the_same_list_again_changes_nothing(blank):
    entries = [make_entry(code="410999100201"), make_entry(code="410999100202", name="桃园村")]
    with blank.transaction() as session:
        load(session, entries, by=TESTER, at=NOON)
        versions = freshness_of(session, unit_by_code(session, "410999100201").scope)
        outcome = load(session, entries, by=TESTER, at=NOON)
        assert (len(outcome.unchanged), outcome.added, outcome.changed, outcome.missing) == (2, [], [], [])
        assert freshness_of(session, unit_by_code(session, "410999100201").scope) == versions


def test_villages_that_the_list_lacks_are_told_and_left_alone(blank):
    with blank.transaction() as session:
        entries = [make_entry(code=f"41099910020{n}", name=f"柳{n}村") for n in (1, 2, 3)]
        load(session, entries, by=TESTER, at=NOON)
        outcome = load(session, entries[:2], by=TESTER, at=NOON)
        assert outcome.missing == ["410999100203 柳3村"]
        assert len(villages_of(session)) == 3


def test_villages_of_the_same_name_in_two_townships_are_two_villages(blank):
    with blank.transaction() as session:
        load(
            session,
            [make_entry(code="410999100201"), make_entry(code="410999101201", township="白云乡")],
            by=TESTER,
            at=NOON,
        )
        assert [unit.name_above("township") for unit in find_villages(session, "柳溪村")] == ["清河镇", "白云乡"]


def test_a_whole_city_of_several_counties_is_loaded(blank):
    rows = [
        make_entry(code=f"41990{n}100201", county=f"示例{n}县", township="城关镇", city="大市") for n in range(1, 6)
    ]
    with blank.transaction() as session:
        load(session, rows, by=TESTER, at=NOON)
        assert [unit.name for unit in counties(session)] == [f"示例{n}县" for n in range(1, 6)]


def test_rows_of_another_county_are_all_refused(blank):
    with blank.transaction() as session:
        make_village(session, code="410999100201")
        foreign = [make_entry(row=n, code=f"41088810020{n}", county="外县") for n in (3, 4)]
        with pytest.raises(Refusal) as refusal:
            load(session, foreign, by=TESTER, at=NOON)
        assert len(refusal.value.lines) == 2
        assert "第 3 行“code”列的值“410888100203”不对：不是示例县（410999）的代码" in refusal.value.lines[0]


def test_a_code_that_was_given_up_is_not_taken_for_a_new_village(blank):
    with blank.transaction() as session:
        village = make_village(session, code="410999100201")
        recode(session, village, "410999100299", by=TESTER, at=NOON)
        with pytest.raises(Refusal, match="现在的代码是 410999100299"):
            load(session, [make_entry(code="410999100201")], by=TESTER, at=NOON)


def test_a_renamed_township_is_renamed_with_all_its_pages(blank):
    with blank.transaction() as session:
        village = make_village(session, code="410999100201", township="清河乡")
        before, _ = freshness_of(session, village.scope)
        load(session, [make_entry(code="410999100201", township="清河镇")], by=TESTER, at=NOON)
        assert village.name_above("township") == "清河镇"
        assert freshness_of(session, village.scope)[0] > before
