"""A refused act, whatever its state, verb and role, leaves one audit entry and nothing else."""

import pytest
from sqlalchemy import select

from tests.disclosures.office import act, item_in, open_office
from tests.factories import make_staff
from villages.accounts.models import ROLES, Staff
from villages.audit.models import AuditEntry
from villages.core.db import Base
from villages.core.refusal import Refusal
from villages.disclosures import actions
from villages.disclosures.door import acting
from villages.disclosures.queries import item as item_by_id
from villages.disclosures.workflow import STATES, TABLE, VERBS

CASES = [(state, False) for state in STATES]
CASES += [(state, True) for state in ("draft", "in_review", "approved", "scheduled")]


def everything(storage):
    """Every row of every table; the audit's apart."""
    with storage.reading() as session:
        rows = {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}
    return rows.pop("audit_entry"), rows


def made(storage, state, *, is_public):
    """An item in a state, and a member of staff of each role in its area."""
    with storage.transaction() as session:
        office = open_office(session)
        if state == "withdrawn":
            item = item_in(session, office, "published")
            actions.withdraw(session, item, reason="重复", by=office.chief, at=item.created_at)
        elif state == "archived":
            item = item_in(session, office, "published")
            item.state, item.is_public = "archived", False
        else:
            item = item_in(session, office, state, is_public=is_public)
        area = office.publisher.unit.parent
        session.add_all(
            Staff(name=f"一名{role}", role=role, unit=area, password_hash="", created_at=item.created_at)
            for role in ROLES
        )
        return item.id


def may(state, verb, role, *, is_public):
    """What the table says; no person archives."""
    found = TABLE.get((state, verb))
    return found is not None and (is_public or not found.of_public) and role in found.roles


@pytest.mark.parametrize(("state", "is_public"), CASES)
def test_whatever_the_table_refuses_leaves_one_audit_entry_and_nothing_else(blank, state, is_public):
    number = made(blank, state, is_public=is_public)
    entries, before = everything(blank)
    is_public = is_public or state == "published"
    refused = [
        (verb, role)
        for verb in VERBS
        for role in ROLES
        if verb != "archive" and not may(state, verb, role, is_public=is_public)
    ]
    for verb, role in refused:
        with (
            pytest.raises(Refusal, match="不能"),
            acting(blank, f"item.{verb}", f"item:{number}", name=f"一名{role}") as (session, by),
        ):
            act(session, verb, item_by_id(session, number), by)
        entries_now, now = everything(blank)
        assert now == before, (verb, role)
        (entry,) = set(entries_now) - set(entries)
        assert f"item.{verb}" in entry
        assert f"一名{role}" in entry
        entries = entries_now
    assert len(refused) > len(ROLES)


def test_an_act_refused_by_the_gate_leaves_no_value_behind(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = item_in(session, office, "draft")
        item.draft = item.draft | {"note": "联系 13812345678"}
        number = item.id
    before = everything(blank)[1]
    with (
        pytest.raises(Refusal, match="不能公开"),
        acting(blank, "item.submit", f"item:{number}", name="editor") as (session, by),
    ):
        act(session, "submit", item_by_id(session, number), by)
    assert everything(blank)[1] == before
    with blank.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.refused)).one()
        assert (entry.act, entry.actor) == ("item.submit", "editor")
        assert "13812345678" not in repr(entry.detail)


def test_an_act_by_nobody_known_is_noted_too(blank):
    with blank.transaction() as session:
        make_staff(session, open_office(session).publisher.unit, "在册", "editor")
    with pytest.raises(Refusal), acting(blank, "item.submit", "item:1", name="没有这个人"):
        raise AssertionError
    with blank.reading() as session:
        assert session.scalars(select(AuditEntry.act).where(AuditEntry.refused)).all() == ["item.submit"]
