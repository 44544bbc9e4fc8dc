"""Several processes serve: after any act each of them is right on the very next request."""

import urllib.error
import urllib.request
from datetime import timedelta

import pytest

from tests.disclosures.office import approve_all, approved, open_office
from tests.factories import NOON, SEPTEMBER, make_item, statement_given
from tests.portal.conftest import VILLAGE
from tests.portal.published import ROSTER, publish
from tests.service_process import served
from villages.core.clock import day_of, now
from villages.core.db import Storage
from villages.disclosures import actions, publishing
from villages.disclosures.queries import item as item_by_id
from villages.registry.queries import unit_by_code

# On a connection each; the chance that one of three processes is never asked is 1 in 60 000.
REQUESTS = 30


@pytest.fixture
def running(make_settings, tmp_path):
    """A service with three processes, and its database."""
    settings = make_settings("nanle")
    storage = Storage(settings.database_url)
    with served(settings, tmp_path / "serve.log", workers=3) as service:
        yield service, storage
    storage.close()


def answers(service, path):
    """The different answers of all processes: status, and what of the words is in the page."""
    found = set()
    for _ in range(REQUESTS):
        try:
            with urllib.request.urlopen(service.base + path, timeout=10) as response:
                found.add((response.status, response.read().decode()))
        except urllib.error.HTTPError as error:
            with error:
                found.add((error.code, error.read().decode()))
    return found


def assert_everywhere(service, path, status, *words, without=()):
    for code, text in answers(service, path):
        assert code == status
        assert all(word in text for word in words), words
        assert not any(word in text for word in without), without


def test_village_and_item_are_right_in_every_process_on_the_next_request(running):
    service, storage = running
    with storage.transaction() as session:
        office = open_office(session, unit=unit_by_code(session, VILLAGE))
        number = approved(session, office).id
    village, item, title = f"/villages/{VILLAGE}", f"/items/{number}", "收支账目"
    assert_everywhere(service, village, 200, without=[f'href="{item}"'])
    assert_everywhere(service, item, 404)
    with storage.transaction() as session:
        publishing.publish(session, item_by_id(session, number), by=office.chief, at=NOON)
    assert_everywhere(service, village, 200, f'href="{item}"')
    assert_everywhere(service, item, 200, title, without=["漏记一笔"])
    with storage.transaction() as session:
        found, later = item_by_id(session, number), NOON + timedelta(days=1)
        actions.correct(session, found, statement_given(income=70), public_note="漏记一笔", by=office.editor, at=later)
        actions.submit(session, found, by=office.editor, at=later)
        publishing.publish(session, approve_all(session, found, office), by=office.chief, at=later)
    assert_everywhere(service, item, 200, "漏记一笔", "70")
    assert_everywhere(service, f"{item}/changes/2", 200, "漏记一笔")
    with storage.transaction() as session:
        actions.withdraw(session, item_by_id(session, number), reason="金额有误", by=office.chief, at=later)
    assert_everywhere(service, village, 200, without=[f'href="{item}"'])
    assert_everywhere(service, item, 410, "金额有误")
    assert_everywhere(service, f"{item}/changes/2", 404)


def test_expiry_and_emergency_are_right_in_every_process_on_the_next_request(running):
    service, storage = running
    with storage.transaction() as session:
        office = open_office(session, unit=unit_by_code(session, VILLAGE))
        roster = publish(session, VILLAGE, ROSTER, notice_until=day_of(now()) + timedelta(days=3)).id
        urgent = make_item(session, office.publisher, office.editor, period=SEPTEMBER.next, income=0, expenditure=0,
                           lines=[]).id  # fmt: skip
    assert_everywhere(service, f"/villages/{VILLAGE}", 200, f'href="/items/{roster}"')
    assert_everywhere(service, f"/items/{roster}", 200)
    with storage.transaction() as session:
        assert publishing.end_notices(session, now() + timedelta(days=4)) == 1
    assert_everywhere(service, f"/villages/{VILLAGE}", 200, without=[f'href="/items/{roster}"'])
    assert_everywhere(service, f"/items/{roster}", 404)
    with storage.transaction() as session:
        found = item_by_id(session, urgent)
        publishing.publish_in_emergency(session, found, reason="汛情", by=office.chief, at=now())
    assert_everywhere(service, f"/villages/{VILLAGE}", 200, "紧急发布")
    assert_everywhere(service, f"/items/{urgent}", 200, "紧急发布：")
