"""A chain of entries, and somebody who gets at the database behind our back."""

from sqlalchemy import text

from tests.factories import NOON, TESTER
from villages.audit.actions import record
from villages.audit.anchors import Anchors
from villages.audit.checking import verify

TRIGGERS = {
    "sqlite": [f"DROP TRIGGER IF EXISTS audit_entry_{name}" for name in ("content", "sealed", "kept")],
    "postgresql": ["ALTER TABLE audit_entry DISABLE TRIGGER USER"],
}


def write(storage, count=1, act="test.act"):
    """Acts, each in a transaction of its own, numbered in their subjects."""
    for number in range(1, count + 1):
        with storage.transaction() as session:
            record(session, act, f"thing:{number}", by=TESTER, at=NOON, old="旧", new=number)


def anchors(storage):
    return Anchors.of(storage.settings)


def findings(storage):
    with storage.reading() as session:
        return list(verify(session, anchors(storage), at=NOON).findings)


def attack(storage, *statements):
    """What somebody who owns the database, but has no key, may do to it."""
    with storage.writer.begin() as connection:
        for statement in (*TRIGGERS[storage.url.get_backend_name()], *statements):
            connection.execute(text(statement))
