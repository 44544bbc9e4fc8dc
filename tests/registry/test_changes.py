"""Merge, rename, recode: a unit's id stays, so everything that hangs on it stays."""

import pytest

from tests.factories import NOON, TESTER, make_village
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.registry.actions import merge, recode, rename, set_contact
from villages.registry.models import Contact
from villages.registry.queries import contact_of, unit_by_code, unit_by_former_code, villages_of


@pytest.fixture
def session(blank):
    with blank.transaction() as session:
        yield session


def version(session, unit):
    return freshness_of(session, unit.scope)[0]


def test_a_merged_village_leads_to_the_last_of_a_chain(session):
    first, second, third = (make_village(session, code=f"41099910020{n}", name=f"第{n}村") for n in (1, 2, 3))
    merge(session, first, second, by=TESTER, at=NOON)
    merge(session, second, third, by=TESTER, at=NOON)
    assert first.successor is third
    assert [unit.name for unit in villages_of(session)] == ["第3村"]


def test_a_merger_refreshes_the_pages_of_all_that_lead_there(session):
    first, second, third = (make_village(session, code=f"41099910020{n}", name=f"第{n}村") for n in (1, 2, 3))
    merge(session, first, second, by=TESTER, at=NOON)
    before = version(session, first)
    merge(session, second, third, by=TESTER, at=NOON)
    rename(session, third, "大村", by=TESTER, at=NOON)
    assert version(session, first) >= before + 2


@pytest.mark.parametrize("pair", [(0, 0), (0, 1)])
def test_a_village_cannot_end_in_itself(session, pair):
    units = [make_village(session, code=f"41099910020{n}", name=f"第{n}村") for n in (1, 2)]
    if pair == (0, 1):
        merge(session, units[1], units[0], by=TESTER, at=NOON)
    with pytest.raises(Refusal):
        merge(session, units[pair[0]], units[pair[1]], by=TESTER, at=NOON)


def test_a_merged_village_is_no_place_to_merge_into(session):
    first, second, third = (make_village(session, code=f"41099910020{n}", name=f"第{n}村") for n in (1, 2, 3))
    merge(session, first, second, by=TESTER, at=NOON)
    with pytest.raises(Refusal, match="请改用 410999100202"):
        merge(session, third, first, by=TESTER, at=NOON)


def test_an_old_code_still_finds_its_village(session):
    village = make_village(session, code="410999100201")
    assert recode(session, village, "410999100299", by=TESTER, at=NOON) == 1
    assert unit_by_code(session, "410999100201") is None
    assert unit_by_former_code(session, "410999100201") is village


def test_a_recoded_township_takes_its_villages_along(session):
    village = make_village(session, code="410999100201")
    assert recode(session, village.parent, "410999105", by=TESTER, at=NOON) == 2
    assert village.division_code == "410999105201"


@pytest.mark.parametrize("code", ["41099910020", "41099910020x", "410888100201", "410999100202", ""])
def test_a_code_that_cannot_be_the_villages_is_refused(session, code):
    village = make_village(session, code="410999100201")
    make_village(session, code="410999100202", name="桃园村")
    with pytest.raises(Refusal):
        recode(session, village, code, by=TESTER, at=NOON)


@pytest.mark.parametrize("name", ["", "   ", "123", "村" * 61, "柳\n溪"])
def test_an_unusable_name_is_refused(session, name):
    with pytest.raises(Refusal):
        rename(session, make_village(session), name, by=TESTER, at=NOON)


def test_whom_to_call_is_the_nearest_who_has_a_telephone(session):
    village = make_village(session, code="410999100201")
    assert contact_of(session, village) is None
    set_contact(session, village.parent, phone="0393-0000000", hours="", by=TESTER, at=NOON)
    office, contact = contact_of(session, village)
    assert (office.name, contact.phone) == ("清河镇", "0393-0000000")
    set_contact(session, village, phone="0393-0000001", hours="", by=TESTER, at=NOON)
    assert contact_of(session, village)[0] is village
    assert session.get(Contact, village.id).phone == "0393-0000001"
