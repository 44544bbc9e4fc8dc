"""Photographs of plates are kept as long as an inspection names them; sheets of a run for a day."""

from datetime import timedelta

import pytest

from tests.factories import NOON, TESTER, make_plate
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.files import FileStore
from villages.office.findings import findings
from villages.plates.inspecting import Seen, inspect
from villages.plates.watching import photos_in_use
from villages.service.due import clear_files


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def test_old_sheets_are_cleared_away_and_photographs_stay(blank, store):
    photo, sheets = store.put(b"photo"), store.put(b"sheets")
    with blank.transaction() as session:
        inspect(session, make_plate(session), Seen("fine", photo=(photo, 5)), by=TESTER, at=NOON)
        assert clear_files(session, store, now()) == 0
        assert clear_files(session, store, now() + timedelta(days=2)) == 1
        assert photos_in_use(session) == {photo: 5}
    assert store.size(photo) == 5
    assert store.size(sheets) is None


def test_a_photograph_that_is_lost_shows_in_the_check(make_settings):
    settings = make_settings("blank")
    storage = Storage(settings.database_url)
    with storage.transaction() as session:
        inspect(session, make_plate(session), Seen("fine", photo=("0" * 64, 5)), by=TESTER, at=NOON)
        assert any("1 张码牌照片" in str(line) for line in findings(session, settings))
    storage.close()
