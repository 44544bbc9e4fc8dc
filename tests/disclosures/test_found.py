"""What the verbs make public is found in the same transaction, and what they take away is not."""

from datetime import timedelta

from tests.disclosures.test_life import LATER, approved, open_office, statement_given
from tests.factories import NOON
from villages.core.clock import day_of
from villages.disclosures import actions, publishing
from villages.disclosures.indexing import is_whole
from villages.search.folding import words_of
from villages.search.queries import find
from villages.search.question import Question


def found(session, text, at=NOON):
    return [hit.ref for hit in find(session, Question(words_of(text), day_of(at))).hits]


def test_an_item_is_found_from_its_publication_to_its_withdrawal(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = approved(session, office, note="麒麟亭边的地")
        assert found(session, "麒麟") == []
        publishing.publish(session, item, by=office.chief, at=NOON)
        assert found(session, "麒麟") == found(session, "9月") == found(session, "集体经济") == [item.id]
        actions.withdraw(session, item, reason="写错了", by=office.chief, at=LATER)
        assert found(session, "麒麟") == []
        assert is_whole(session)


def test_a_correction_is_found_once_it_is_published_and_the_old_words_no_longer(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = approved(session, office, note="麒麟亭")
        publishing.publish(session, item, by=office.chief, at=NOON)
        given = statement_given(note="凤凰台")
        actions.correct(session, item, given, public_note="名字写错了", by=office.editor, at=LATER)
        assert (found(session, "麒麟"), found(session, "凤凰")) == ([item.id], [])
        actions.submit(session, item, by=office.editor, at=LATER)
        for who in (office.reviewer, office.second, office.chief):
            if item.state == "in_review":
                actions.approve(session, item, by=who, at=LATER)
        publishing.publish(session, item, by=office.chief, at=LATER)
        assert (found(session, "麒麟"), found(session, "凤凰")) == ([], [item.id])


def test_what_is_due_takes_an_ended_notice_out_of_the_index(blank):
    with blank.transaction() as session:
        office = open_office(session)
        item = approved(session, office, note="麒麟亭")
        publishing.publish(session, item, by=office.chief, at=NOON)
        item.notice_until = day_of(NOON)
        actions.show_anew(session, item, at=NOON)
        after = NOON + timedelta(days=1)
        assert (found(session, "麒麟"), found(session, "麒麟", after)) == ([item.id], [])
        assert publishing.end_notices(session, after) == 1
        assert is_whole(session)
        assert found(session, "麒麟") == []
