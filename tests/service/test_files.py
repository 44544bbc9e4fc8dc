"""Attachments by command: added, found, checked, backed up, restored, cleared away."""

import io
import json
import os
import re
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.disclosures.paperwork import pdf, photo, workbook, zip_bomb
from tests.disclosures.test_attachments import KIND
from tests.factories import make_item, make_publisher, make_staff
from tests.portal.published import given_of
from villages.core.archive import ABOUT, FILES, read_archive, write_archive
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.files import FileStore
from villages.core.refusal import Refusal
from villages.disclosures.imports.waiting import WaitingRoom
from villages.disclosures.models import Item
from villages.registry.queries import unit_by_code
from villages.service.due import jobs

FIELD = next(field.name for field in KIND.fields if field.block == "files")
DAY = timedelta(days=1)


@contextmanager
def storage():
    found = Storage(os.environ["VILLAGES_DATABASE_URL"])
    yield found
    found.close()


def store():
    return FileStore(Path(os.environ["VILLAGES_DATA_DIR"]) / "files")


@pytest.fixture
def number(villages):
    """A draft without files on a fresh installation, and somebody who may write it."""
    villages("init")
    with storage() as opened, opened.transaction() as session:
        village = unit_by_code(session, "410923205201")
        by = make_staff(session, village, "录入员", "publisher")
        given = {field.name: given_of(KIND)[field.name] for field in KIND.fields if field.block != "files"}
        return make_item(session, make_publisher(session, village, "committee"), by, kind=KIND, **given).id


@pytest.fixture
def add(villages, number, tmp_path):
    def add(data, name):
        path = tmp_path / name
        path.write_bytes(data)
        return villages("disclosures", "attach", number, FIELD, path, "--as", "录入员")

    return add


def in_draft(number):
    with storage() as opened, opened.reading() as session:
        return [file["name"] for file in session.get(Item, number).draft[FIELD] or ()]


def age(seconds=200_000):
    for digest in store().digests():
        moment = now().timestamp() - seconds
        os.utime(store().path(digest), (moment, moment))


def test_files_are_added_found_and_taken_out_by_command(villages, add, number, tmp_path):
    status, out, _ = add(photo(), "照片.jpg")
    assert status == 0
    assert re.search(r"加上附件“照片.jpg”（图片，\d+ KB，300×400 像素）", out)
    assert in_draft(number) == ["照片.jpg"]
    (digest,) = store().digests()
    for how in (digest, digest[:8], tmp_path / "照片.jpg"):
        (row,) = json.loads(villages("disclosures", "files", how, "--format", "json")[1])
        assert (row["item"], row["name"], row["digest"]) == (number, "照片.jpg", digest)
    assert "照片.jpg" in villages("disclosures", "files", digest)[1]
    assert villages("disclosures", "detach", number, FIELD, "照片.jpg", "--as", "录入员")[0] == 0
    assert in_draft(number) == []
    assert villages("disclosures", "files", digest)[0] == 1


@pytest.mark.parametrize("data", [zip_bomb, b"", b"MZ\x90\x00\x03" + b"\x81\xff\x00" * 90])
def test_a_refused_file_is_not_stored_and_leaves_an_audit_entry_at_most(add, number, data):
    status, _, err = add(data() if callable(data) else data, "附件.docx")
    assert (status, len(err.splitlines())) == (1, 1)
    assert list(store().digests()) == []
    assert in_draft(number) == []


def test_several_files_come_all_or_none(villages, number, tmp_path):
    (tmp_path / "好.pdf").write_bytes(pdf("甲"))
    arguments = ("disclosures", "attach", number, FIELD, tmp_path / "好.pdf")
    for more in (tmp_path / "没有.pdf", tmp_path / "好.pdf"):
        assert villages(*arguments, more, "--as", "录入员")[0] == 1
    assert villages(*arguments, "--as", "没有的人")[0] == 1
    assert (in_draft(number), list(store().digests())) == ([], [])


def test_a_number_in_a_name_is_not_repeated(add):
    assert "13812345678" not in "".join(map(str, add(pdf("甲"), "13812345678.pdf")))


def test_check_names_attachments_whose_file_is_missing_or_cut(villages, add, number):
    add(pdf("甲"), "通知.pdf")
    assert "丢失" not in villages("check")[2]
    (digest,) = store().digests()
    store().path(digest).write_bytes(b"%PDF")
    assert f"编号 {number} 的附件“通知.pdf”的文件丢失或不完整" in villages("check")[2]
    store().path(digest).unlink()
    assert f"编号 {number} 的附件“通知.pdf”的文件丢失或不完整" in villages("check")[2]


def test_files_that_nothing_refers_to_go_after_a_day(villages, add, number):
    add(pdf("甲"), "通知.pdf")
    add(pdf("乙"), "旧的.pdf")
    villages("disclosures", "detach", number, FIELD, "旧的.pdf", "--as", "录入员")
    villages("run-due")
    assert len(list(store().digests())) == 2, "a young file may be waiting for its row"
    age()
    assert "清理不用的文件：1" in villages("run-due")[1]
    assert "清理不用的文件：0" in villages("run-due")[1]
    assert len(list(store().digests())) == 1
    assert in_draft(number) == ["通知.pdf"]


def test_a_file_that_comes_again_while_it_is_cleared_away_stays(villages, add):
    data = workbook(["甲"])
    digest = store().put(data)
    age()
    with storage() as opened, opened.transaction() as session:
        store().put(data)  # somebody hands it in, and is not done yet
        assert jobs(store(), WaitingRoom(store().folder / "none"))["清理不用的文件"](session, now()) == 0
    assert store().size(digest) == len(data)


def test_a_restored_backup_has_its_files_again(villages, add, number, tmp_path):
    add(pdf("甲"), "通知.pdf")
    (digest,) = store().digests()
    content = store().path(digest).read_bytes()
    assert "1 个附件" in villages("backup", tmp_path / "备份.zip")[1]
    villages("disclosures", "detach", number, FIELD, "通知.pdf", "--as", "录入员")
    store().path(digest).unlink()
    assert "1 个附件" in villages("restore", tmp_path / "备份.zip")[1]
    assert in_draft(number) == ["通知.pdf"]
    assert store().path(digest).read_bytes() == content
    kept = next(Path(os.environ["VILLAGES_DATA_DIR"]).glob("before-restore*"))
    assert zipfile.ZipFile(kept).testzip() is None


def rewritten(path, change):
    """The same archive with changed members, its checksums in order."""
    file = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            for changed, data in change(name, old.read(name)):
                new.writestr(changed, data)
    path.write_bytes(file.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: [(name, data[:-1] + b"!" if name.startswith(FILES) else data)],
        lambda name, data: [] if name.startswith(FILES) else [(name, data)],
        lambda name, data: [(name.replace(FILES, FILES + "../"), data)],
        lambda name, data: [(name, data), (FILES + "b" * 64, b"x")] if name == ABOUT else [(name, data)],
    ],
    ids=["changed", "lacking", "elsewhere", "more"],
)
def test_a_backup_with_a_damaged_file_changes_nothing(villages, add, number, tmp_path, change):
    add(pdf("甲"), "通知.pdf")
    path = tmp_path / "备份.zip"
    villages("backup", path)
    rewritten(path, change)
    add(pdf("乙"), "后来的.pdf")
    before = list(store().digests())
    status, _, err = villages("restore", path)
    assert (status, len(err.splitlines())) == (1, 1)
    assert "已损坏" in err
    assert in_draft(number) == ["通知.pdf", "后来的.pdf"]
    assert list(store().digests()) == before


def test_a_backup_made_before_there_were_files_is_still_read(villages, add, number, tmp_path):
    path = tmp_path / "备份.zip"
    villages("backup", path)

    def without(name, data):
        about = json.loads(data) if name == ABOUT else {}
        about.pop("files", None)
        return [(name, json.dumps(about) if name == ABOUT else data)]

    rewritten(path, without)
    add(pdf("甲"), "通知.pdf")
    assert villages("restore", path)[0] == 0
    assert in_draft(number) == []


def test_a_file_that_rotted_is_named_and_does_not_spoil_the_backup(villages, add, tmp_path):
    add(pdf("甲"), "通知.pdf")
    add(pdf("乙"), "表.pdf")
    digest = next(store().digests())
    data = store().path(digest).read_bytes()
    store().path(digest).write_bytes(data[:-1] + b"!")
    status, out, err = villages("backup", tmp_path / "备份.zip")
    assert status == 0
    assert "1 个附件" in out
    assert digest[:12] in err
    assert villages("restore", tmp_path / "备份.zip")[0] == 0


def test_a_backup_is_whole_while_files_come_and_go(nanle, tmp_path):
    """Files come and go between the rows' snapshot and the reading of the store."""
    files = FileStore(tmp_path / "files")
    digests = [files.put(bytes([at]) * 1000) for at in range(50)]

    class Busy(FileStore):
        def digests(self):
            for at, digest in enumerate(super().digests()):
                self.put(b"new" + bytes([at]))
                if at % 2:
                    self.remove(digest, unless_since=now() + DAY)
                yield digest

    content = write_archive(nanle, tmp_path / "a.zip", at=now(), files=Busy(files.folder))
    assert 20 < content.files <= len(digests) + 50
    assert read_archive(nanle, tmp_path / "a.zip", files=FileStore(tmp_path / "other")).files == content.files


def test_a_store_in_the_way_is_told_before_the_rows_change(nanle, tmp_path):
    files = FileStore(tmp_path / "files")
    files.put(b"a")
    write_archive(nanle, tmp_path / "a.zip", at=now(), files=files)
    (tmp_path / "other").write_text("in the way")
    with pytest.raises(Refusal, match="文件存不进"):
        read_archive(nanle, tmp_path / "a.zip", files=FileStore(tmp_path / "other"))
