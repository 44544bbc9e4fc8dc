"""`villages search rebuild`, `check` and `restore` keep what is found in line with what is public."""

import os

import pytest
from sqlalchemy import text

from tests.portal.published import ARTICLE, DECISION, STATEMENT, publish
from villages.core.db import Storage
from villages.disclosures.indexing import is_whole, rebuild
from villages.search.queries import counts
from villages.settings import read_settings

VILLAGE = "410923205201"
DOUBT = "搜索索引与公开的内容不一致"


@pytest.fixture
def storage(villages):
    """The database of an installation on which a village has published something."""
    villages("init")
    storage = Storage(read_settings(os.environ).database_url)
    with storage.transaction() as session:
        for kind in (STATEMENT, DECISION, ARTICLE):
            publish(session, VILLAGE, kind)
        rebuild(session)
    yield storage
    storage.close()


def change(storage, statement):
    with storage.transaction() as session:
        session.execute(text(statement))


def test_check_notices_an_index_that_lies_and_rebuild_mends_it(villages, storage):
    assert DOUBT not in villages("check")[2]
    for lie in (
        "UPDATE search_entry SET title = 'x' WHERE ref = (SELECT max(ref) FROM search_entry)",
        "UPDATE item SET is_public = false WHERE id = (SELECT max(id) FROM item WHERE is_public)",
    ):
        change(storage, lie)
        assert DOUBT in villages("check")[2]
        status, out, _ = villages("search", "rebuild")
        assert (status, "搜索索引已重建" in out) == (0, True)
        assert DOUBT not in villages("check")[2]


def test_a_restored_installation_finds_what_it_found_before(villages, storage, tmp_path):
    with storage.reading() as session:
        before = counts(session)
    villages("backup", tmp_path / "a.zip")
    change(storage, "DELETE FROM search_entry")
    change(storage, "UPDATE item SET is_public = false")
    assert villages("restore", tmp_path / "a.zip")[0] == 0
    with storage.reading() as session:
        assert counts(session) == before
        assert is_whole(session)


def test_init_fills_an_index_that_an_older_version_did_not_have(villages, storage):
    change(storage, "DELETE FROM search_entry")
    assert "搜索索引已重建" in villages("init")[1]
    assert "搜索索引已重建" not in villages("init")[1]
