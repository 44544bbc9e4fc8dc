"""The store of files, named by their content."""

import hashlib
import os
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest

from villages.core.files import FileStore
from villages.core.refusal import Refusal

LATER = datetime.now(UTC) + timedelta(hours=1)
EARLIER = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def test_a_file_is_named_by_its_content_and_read_by_its_owner_alone(store):
    digest = store.put("甲".encode())
    assert digest == hashlib.sha256("甲".encode()).hexdigest()
    path = store.path(digest)
    assert path == store.folder / digest[:2] / digest[2:]
    assert path.read_bytes() == "甲".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, store.folder)} == {0o700}
    assert list(store.digests()) == [digest]


def test_the_same_content_twice_is_one_file_young_again(store):
    digest = store.put(b"a")
    os.utime(store.path(digest), (1, 1))
    assert store.put(b"a") == digest
    assert store.path(digest).stat().st_mtime > 1
    assert len(list(store.digests())) == 1


def test_a_file_cut_short_is_written_anew(store):
    digest = store.put(b"abc")
    store.path(digest).write_bytes(b"ab")
    store.put(b"abc")
    assert store.path(digest).read_bytes() == b"abc"


def test_only_old_files_are_removed(store):
    digest = store.put(b"a")
    assert not store.remove(digest, unless_since=EARLIER)
    assert store.remove(digest, unless_since=LATER)
    assert not store.remove(digest, unless_since=LATER)
    assert store.size(digest) is None


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "/" * 64])
def test_what_is_no_digest_has_no_path(store, digest):
    with pytest.raises(ValueError, match=r".*"):
        store.path(digest)


def test_an_empty_store_needs_no_folder(store):
    assert list(store.digests()) == []
    assert not store.remove("a" * 64, unless_since=LATER)


def test_a_store_that_can_not_be_written_says_so(tmp_path):
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(Refusal, match="文件存不进.*请检查目录、权限和磁盘空间"):
        FileStore(tmp_path / "files").put(b"a")


def test_nobody_sees_half_a_file_while_many_write(store):
    contents = [bytes([at % 5]) * 200_000 for at in range(40)]
    broken = []

    def read():
        for _ in range(200):
            broken.extend(d for d in store.digests() if store.size(d) != 200_000)

    threads = [threading.Thread(target=store.put, args=(content,)) for content in contents]
    threads.append(threading.Thread(target=read))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert len(list(store.digests())) == 5
    assert [path.name for path in store.folder.rglob(".*")] == [".lock"], "no drafts stay behind"


def test_what_a_process_that_died_left_half_written_goes_after_a_while(store):
    digest = store.put(b"whole")
    left = store.path(digest).with_name(f".{digest[2:]}.0123abcd")
    left.write_bytes(b"wh")
    assert store.sweep(unless_since=EARLIER) == 0
    assert store.sweep(unless_since=LATER) == 1
    assert not left.exists()
    assert list(store.digests()) == [digest]
