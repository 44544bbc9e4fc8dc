"""Photographs are on the disk before the transaction begins, and nothing of them stays that no case names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.intake.cases import TEXT, county_in, make_case
from tests.intake.writer import FORM, held_by, photo
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.intake import flooding
from villages.intake.enclosures import Given, content_of, laid_down, store_of
from villages.intake.models import Case
from villages.intake.public import writing
from villages.service.due import clear_files

KIND = FORM.format(kind="complaint")
LAMP, ROAD = Given("photos", "image/jpeg", b"a lamp"), Given("photos", "image/jpeg", b"a road")
NUMBER = "202600000000"


def stored(session):
    return list(store_of(session).digests())


def take(office, *files):
    """Take a case in as the doors do, with files that lie for NUMBER."""
    with (
        office.reading() as before,
        laid_down(before, NUMBER, files) as ready,
        office.transaction() as session,
    ):
        assert {file.digest for file in ready} <= set(stored(before))
        return make_case(session, unit=county_in(session).village, files=ready).id


def test_what_was_laid_down_is_taken_with_its_number_or_sealed_anew_where_that_is_taken(office):
    ids = take(office, LAMP, ROAD), take(office, LAMP)
    with office.reading() as session:
        first, second = (session.get_one(Case, each) for each in ids)
        assert first.number == NUMBER != second.number
        kept = (*first.enclosures, *second.enclosures)
        assert [content_of(session, each) for each in kept] == [LAMP.data, ROAD.data, LAMP.data]
        assert sorted(each.digest for each in kept) == stored(session)


def test_what_is_refused_or_not_needed_leaves_nothing(office):
    with office.reading() as session:
        with laid_down(session, NUMBER, [LAMP]):
            assert len(stored(session)) == 1
        assert stored(session) == []
        with pytest.raises(Refusal), laid_down(session, NUMBER, [LAMP]):
            raise Refusal("不行")
        assert stored(session) == []


def test_what_a_failed_transaction_leaves_goes_with_the_unused_files(writer, monkeypatch):
    def full(*_given, **_more):
        raise OperationalError("insert", {}, OSError("disk full"))

    with monkeypatch.context() as broken:
        broken.setattr(writing, "submit", full)
        page = writer.send(KIND, **writer.form("complaint") | {"text": TEXT, "photos": [photo()]})
    assert page.response.status_code == 503
    writer.receipt(writer.send(KIND, **held_by(page)))
    with writer.storage.transaction() as session:
        assert len(stored(session)) == 2
        store = store_of(session)
        assert clear_files(session, store, now()) == 0
        assert clear_files(session, store, now() + timedelta(days=2)) == 1
        [kept] = session.scalars(select(Case)).one().enclosures
        assert stored(session) == [kept.digest]
        assert content_of(session, kept).startswith(b"\xff\xd8\xff")


def test_a_flood_that_has_to_wait_leaves_nothing_on_the_disk(writer, monkeypatch):
    form = writer.form("complaint") | {"text": TEXT, "photos": [photo()]}
    monkeypatch.setattr(flooding, "NETWORK", flooding.Pace(0, timedelta(days=1), fullest=1, waits_from=0))
    assert writer.send(KIND, **form).response.status_code == 429
    with writer.storage.reading() as session:
        assert stored(session) == []


def test_what_is_added_twice_is_stored_once(writer):
    number, _ = writer.receipt(writer.write("complaint"))
    for _ in range(2):
        page = writer.get(f"/cases/{number}")
        ticket = page.tree.xpath("//details[@id='add']//input[@name='ticket']/@value")[0]
        added = writer.send(f"/cases/{number}/add", ticket=ticket, text="又不亮了", photos=[photo()])
        assert added.response.status_code == 303
    with writer.storage.reading() as session:
        assert len(session.scalars(select(Case)).one().enclosures) == len(stored(session)) == 1
