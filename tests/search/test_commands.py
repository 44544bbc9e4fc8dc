"""`villages search rebuild`, `check` and `restore` keep what is found in line with what is public."""

from sqlalchemy import text

from villages.core.db import Storage
from villages.disclosures.indexing import is_whole
from villages.search.queries import counts
from villages.settings import read_settings

DOUBT = "搜索索引与公开的内容不一致"


def opened(monkeypatch):
    import os  # noqa: PLC0415 - the environment that the command line is given

    return Storage(read_settings(os.environ).database_url)


def change(storage, statement):
    with storage.transaction() as session:
        session.execute(text(statement))


def test_check_notices_an_index_that_lies_and_rebuild_mends_it(villages, monkeypatch):
    villages("init", "--sample")
    storage = opened(monkeypatch)
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
    storage.close()


def test_a_restored_installation_finds_what_it_found_before(villages, monkeypatch, tmp_path):
    villages("init", "--sample")
    storage = opened(monkeypatch)
    with storage.reading() as session:
        before = counts(session)
    villages("backup", tmp_path / "a.zip")
    villages("sample", "remove")
    with storage.reading() as session:
        assert counts(session) == (1, 1)  # the county's own report
    assert villages("restore", tmp_path / "a.zip")[0] == 0
    with storage.reading() as session:
        assert counts(session) == before
        assert is_whole(session)
    storage.close()


def test_init_fills_an_index_that_an_older_version_did_not_have(villages, monkeypatch):
    villages("init", "--sample")
    storage = opened(monkeypatch)
    change(storage, "DELETE FROM search_entry")
    assert "搜索索引已重建" in villages("init")[1]
    assert "搜索索引已重建" not in villages("init")[1]
    storage.close()
