"""Finding a village by what people type."""

import pytest
from sqlalchemy import select, text

from villages.registry.models import Unit
from villages.registry.queries import find_villages, is_below
from villages.registry.spelling import spellings


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("西邵集村", "xishaoji"),
        ("单庄村", "shanzhuang"),
        ("单庄村", "danzhuang"),
        ("重店村", "chongdian"),
        ("重店村", "zhongdian"),
        ("盖村", "gecun"),
        ("仝史杨村", "tongshiyang"),
        ("吕村", "lvcun"),
        ("任庄村", "rzc"),
    ],
)
def test_a_name_is_found_in_each_of_its_readings(name, typed):
    assert any(letters.startswith(typed) or initials.startswith(typed) for letters, initials in spellings(name))


def test_no_name_of_the_county_has_more_readings_than_are_kept(nanle):
    with nanle.reading() as session:
        counts = [len(spellings(unit.name)) for unit in find_villages(session, "4109", most=400)]
    assert len(counts) == 322
    assert max(counts) < 32


@pytest.mark.parametrize("typed", ["西邵集", "xsj", "XSJ", "xishaoji", "xi shao ji", "410923205201", "西 邵 集"])
def test_a_village_is_found_by_name_pinyin_initials_and_code(nanle, typed):
    with nanle.reading() as session:
        assert find_villages(session, typed)[0].name == "西邵集村"


def test_a_townships_name_brings_all_its_villages(nanle):
    with nanle.reading() as session:
        assert len(find_villages(session, "福堪镇")) == 41


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'; drop table unit; --", "不存在的村"])
def test_nothing_is_found_for_nothing(nanle, typed):
    with nanle.reading() as session:
        assert not find_villages(session, typed)


def test_the_villages_out_of_scope_are_not_offered(nanle):
    with nanle.reading() as session:
        assert not find_villages(session, "昌州路")


@pytest.mark.parametrize("code", ["4", "410923", "41092310", "410923205", "410923205201", "410923999", "4109232052011"])
def test_below_a_code_are_all_units_whose_code_begins_with_it(nanle, code):
    with nanle.reading() as session:
        found = set(session.scalars(select(Unit.division_code).where(is_below(code))))
        assert found == {each for each in session.scalars(select(Unit.division_code)) if each.startswith(code)}


def test_what_is_below_a_code_is_found_by_the_index(nanle):
    with nanle.reading() as session:
        query = (
            select(Unit.id).where(is_below("410923205")).compile(nanle.reader, compile_kwargs={"literal_binds": True})
        )
        if not nanle.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))  # a county's few rows would be read one by one
        explain = "EXPLAIN QUERY PLAN" if nanle.is_sqlite else "EXPLAIN"
        plan = str(session.execute(text(f"{explain} {query}")).all())
    assert "division_code" in plan
    assert "SCAN" not in plan
