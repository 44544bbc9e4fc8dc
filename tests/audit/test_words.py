"""What the audit says in words, and that nothing personal is in it."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.disclosures.office import open_office
from tests.factories import NOON, make_item, make_publisher
from tests.portal.published import ROSTER, given_of
from villages.audit.models import AuditEntry
from villages.audit.words import one_line, subject_word, words
from villages.core.refusal import Refusal
from villages.disclosures import actions, masking, publishing
from villages.disclosures.door import acting
from villages.disclosures.queries import item
from villages.disclosures.workflow import VERBS
from villages.plates.workflow import VERBS as PLATE_VERBS

ROOT = Path(__file__).resolve().parents[2]
ACTS = ("item.write", "item.submit", "item.mask", "item.approve", "item.publish", "item.correct", "item.withdraw")
PLANTED = ("钱多多", "13812345678", "410923199001011234", "6222020200012345678")


def test_every_act_in_the_code_has_its_words():
    named = {f"item.{verb}" for verb in VERBS} | {f"plate.{verb}" for verb in PLATE_VERBS}
    for path in ROOT.glob("villages/**/*.py"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"""(?:record|_record|_changed|acting)\([^"]*?"([a-z_]+\.[a-z_]+)\"""", source))
    assert len(named) > 40
    assert named <= set(words()["acts"]), "give these acts their words in villages/audit/acts.toml"
    assert {act.split(".")[0] for act in words()["acts"]} == set(words()["groups"])


@pytest.mark.parametrize(
    ("detail", "line"),
    [
        ({"old": "", "new": "新"}, "改动：（空） → 新"),
        ({"count": 3, "test": True}, "数量：3；测试版：是"),
        ({"phone": "#" + "a" * 32}, "电话：（个人信息，只留核对码 aaaaaaaa）"),
        ({"what": {"first": "2026-01-01"}, "unknown": ["甲", "乙"]}, "unknown：甲、乙；哪些：从 2026-01-01"),
        ({}, ""),
    ],
)
def test_details_are_told_in_words(detail, line):
    assert one_line(detail) == line


def test_a_subject_is_told_with_its_number():
    assert subject_word("item:12") == "公开事项 12"
    assert subject_word("registry") == "村庄名册"


def test_the_audit_of_a_roster_holds_nothing_of_the_people_in_it(blank):
    """Written with numbers, refused, masked, reviewed, published, corrected, withdrawn."""
    people = next(field for field in ROSTER.fields if field.block == "table")
    given = given_of(ROSTER)
    for row in given[people.name]:
        row.update({"name": PLANTED[0], "mobile": PLANTED[1], "id_number": PLANTED[2], "bank_card": PLANTED[3]})
    text = next(field.name for field in ROSTER.fields if field.block == "text")
    loud = given | {text: "、".join(PLANTED)}
    with blank.transaction() as session:
        office = open_office(session)
        body = make_publisher(session, office.publisher.unit, ROSTER.publishers[0])
        number = make_item(session, body, office.editor, kind=ROSTER, **loud).id
    with pytest.raises(Refusal), acting(blank, "item.submit", f"item:{number}", name="editor") as (session, by):
        actions.submit(session, item(session, number), by=by, at=NOON)
    with blank.transaction() as session:
        found = item(session, number)
        masking.mask(session, found, by=office.editor, at=NOON)
        actions.submit(session, found, by=office.editor, at=NOON)
        for by in (office.reviewer, office.chief):
            actions.approve(session, found, by=by, at=NOON)
        publishing.publish(session, found, by=office.publisher_staff, at=NOON)
        actions.correct(session, found, given, public_note="改一处", by=office.editor, at=NOON)
        actions.withdraw(session, found, reason="演练", by=office.chief, at=NOON)
    with blank.reading() as session:
        rows = [repr(vars(entry)) for entry in session.scalars(select(AuditEntry))]
    assert {act for act in ACTS if any(act in row for row in rows)} == set(ACTS)
    assert not [row for row in rows for word in PLANTED if word in row]
