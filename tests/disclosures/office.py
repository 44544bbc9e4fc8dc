"""A village's office for tests: its staff, items in every state, and every verb with whatever it asks for."""

from dataclasses import dataclass
from datetime import timedelta

from tests.factories import NOON, SEPTEMBER, STATEMENT, make_item, make_publisher, statement_given
from villages.accounts.models import Staff
from villages.disclosures import actions, correcting, emergencies, masking, publishing

LATER = NOON + timedelta(days=1)


@dataclass
class Office:
    """A village's collective, and staff of each role who look after it."""

    publisher: object
    editor: Staff
    other_editor: Staff
    reviewer: Staff
    second: Staff
    publisher_staff: Staff
    chief: Staff


def open_office(session, tag="", unit=None):
    """A village, by default a new one, with its staff; `tag` sets the accounts of several offices apart."""
    publisher = make_publisher(session, unit)
    area = publisher.unit.parent
    roles = {
        "editor": "editor", "other_editor": "editor", "reviewer": "reviewer", "second": "reviewer",
        "publisher_staff": "publisher", "chief": "publisher",
    }  # fmt: skip
    # Made without add_staff: a password's digest takes longer than all the rest of a test.
    people = {
        who: Staff(name=who + tag, role=role, unit=area, password_hash="", created_at=NOON)
        for who, role in roles.items()
    }
    session.add_all(people.values())
    session.flush()
    return Office(publisher, **people)


def approved(session, office, **given):
    item = make_item(session, office.publisher, office.editor, **given)
    actions.submit(session, item, by=office.editor, at=NOON)
    return approve_all(session, item, office)


def approve_all(session, item, office):
    for by in (office.reviewer, office.second, office.publisher_staff):
        actions.approve(session, item, by=by, at=NOON)
    return item


def published(session, office, at=NOON, **given):
    item = approved(session, office, **given)
    publishing.publish(session, item, by=office.publisher_staff, at=at)
    return item


def item_in(session, office, state, *, is_public=False):
    """An item in a state; `is_public`: it is a correction's state."""
    if state == "published" or is_public:
        item = published(session, office)
        if state == "published":
            return item
        actions.correct(session, item, statement_given(income=60), public_note="漏记", by=office.editor, at=NOON)
    else:
        item = make_item(session, office.publisher, office.editor)
    if state != "draft":
        actions.submit(session, item, by=office.editor, at=NOON)
    if state in ("approved", "scheduled"):
        approve_all(session, item, office)
    if state == "scheduled":
        actions.schedule(session, item, publish_at=LATER, by=office.chief, at=NOON)
    return item


def act(session, verb, item, by):
    """A verb with whatever it asks for."""
    given = statement_given(income=70)
    return {
        "write": lambda: actions.write(
            session, STATEMENT, item.publisher, given, item=item, period=SEPTEMBER, by=by, at=LATER
        ),
        "submit": lambda: actions.submit(session, item, by=by, at=LATER),
        "approve": lambda: actions.approve(session, item, by=by, at=LATER),
        "send_back": lambda: actions.send_back(session, item, reason="数字不清", by=by, at=LATER),
        "override": lambda: actions.override(session, item, reason="单位电话", by=by, at=LATER),
        "publish": lambda: publishing.publish(session, item, by=by, at=LATER),
        "schedule": lambda: actions.schedule(session, item, publish_at=LATER + timedelta(days=1), by=by, at=LATER),
        "emergency": lambda: publishing.publish_in_emergency(session, item, reason="汛情", by=by, at=LATER),
        "confirm": lambda: emergencies.confirm(session, item, by=by, at=LATER),
        "correct": lambda: actions.correct(session, item, given, public_note="收入写错了", by=by, at=LATER),
        "restore_edition": lambda: correcting.restore_edition(session, item, 1, public_note="改回来", by=by, at=LATER),
        "mask": lambda: masking.mask(session, item, by=by, at=LATER),
        "discard": lambda: correcting.discard(session, item, by=by, at=LATER),
        "withdraw": lambda: actions.withdraw(session, item, reason="重复", by=by, at=LATER),
    }[verb]()
