"""The chain of entries: whole after honest work, and every kind of damage has its finding."""

import hashlib
import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.audit.chains import anchors, attack, findings, write
from tests.factories import NOON, TESTER
from villages.audit.actions import record
from villages.audit.models import AuditEntry
from villages.core.db import Storage

TEN = 10


def test_every_act_is_sealed_with_its_own_commit(blank):
    write(blank, TEN)
    assert findings(blank) == []
    with blank.reading() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [row.seq for row in rows] == list(range(1, TEN + 1))
    assert (anchors(blank).head().head.seq, anchors(blank).head().head.digest) == (TEN, rows[-1].digest)


def test_what_is_rolled_back_leaves_no_hole(blank):
    write(blank)
    with blank.transaction() as session:
        record(session, "test.act", "thing:2", by=TESTER, at=NOON)
        inner = session.begin_nested()
        record(session, "test.act", "thing:3", by=TESTER, at=NOON)
        session.flush()
        inner.rollback()
    assert findings(blank) == []
    assert anchors(blank).head().head.seq == 2


def test_a_session_that_failed_and_goes_on_seals_the_rest_alone(blank):
    with blank.session(writes=True) as session:
        record(session, "test.act", "thing:1", by=TESTER, at=NOON)
        session.flush()
        session.rollback()
        record(session, "test.act", "thing:2", by=TESTER, at=NOON)
        session.commit()
        record(session, "test.act", "thing:3", by=TESTER, at=NOON)
        session.commit()
    assert findings(blank) == []
    assert anchors(blank).head().head.seq == 2


CHANGES = {
    "id": "id = 999", "at": "at = '2020-01-01 00:00:00'", "actor": "actor = '别人'", "staff_id": "staff_id = 7",
    "address": "address = '10.0.0.1'", "act": "act = 'test.other'", "subject": "subject = 'thing:999'",
    "refused": "refused = true", "detail": "detail = '{\"new\": 999}'",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_column_is_reported_with_the_entry(blank, change):
    write(blank, TEN)
    attack(blank, f"UPDATE audit_entry SET {change} WHERE seq = 4")
    assert findings(blank) == ["操作日志第 4 条内容被改动过"]


def test_changed_hashes_are_reported(blank):
    write(blank, TEN)
    attack(blank, "UPDATE audit_entry SET signature = 'a' WHERE seq = 3")
    attack(blank, "UPDATE audit_entry SET digest = 'b' WHERE seq = 6")
    attack(blank, "UPDATE audit_entry SET digest = NULL WHERE seq = 10")
    first, second, third = findings(blank)
    assert "第 3 条被改动后又重新签过" in first
    assert "第 6 条到第 7 条（共 2 条）的次序被动过" in second
    assert "第 10 条的次序被动过" in third


@pytest.mark.parametrize(
    ("which", "words"), [("= 1", "第 1 条"), ("= 5", "第 5 条"), ("IN (4, 5)", "第 4 条到第 5 条")]
)
def test_a_removed_entry_is_reported(blank, which, words):
    write(blank, TEN)
    attack(blank, f"DELETE FROM audit_entry WHERE seq {which}")
    (found,) = findings(blank)
    assert found.startswith(f"操作日志{words}")
    assert found.endswith("不见了（被删除）")


def test_a_cut_off_end_is_reported_at_once_and_stays_a_hole(blank):
    write(blank, TEN)
    attack(blank, "DELETE FROM audit_entry WHERE seq = 10")
    assert findings(blank) == ["操作日志末尾被截去：第 10 条不见了"]
    write(blank, 3)
    assert findings(blank) == ["操作日志第 10 条不见了（被删除）"]


def test_a_table_emptied_whole_is_reported_and_stays_so(blank):
    write(blank, TEN)
    attack(blank, "DELETE FROM audit_entry")
    assert findings(blank) == ["操作日志全部不见了：原来有到第 10 条"]
    write(blank)
    assert findings(blank) == ["操作日志第 1 条到第 10 条（共 10 条）不见了（被删除）"]


def test_entries_that_changed_places_are_reported(blank):
    write(blank, TEN)
    attack(
        blank,
        "UPDATE audit_entry SET seq = 99 WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = 7",
        "UPDATE audit_entry SET seq = 7 WHERE seq = 99",
    )
    found = findings(blank)
    assert [each[:9] for each in found] == ["操作日志第 3 条", "操作日志第 7 条"]
    assert all("次序被动过" in each for each in found)


def test_closing_a_hole_by_moving_all_that_follows_is_reported(blank):
    write(blank, TEN)
    later = [f"UPDATE audit_entry SET seq = {seq - 1} WHERE seq = {seq}" for seq in range(6, TEN + 1)]
    attack(blank, "DELETE FROM audit_entry WHERE seq = 5", *later)
    order, cut = findings(blank)
    assert order.startswith("操作日志第 5 条到第 9 条（共 5 条）的次序被动过")
    assert cut == "操作日志末尾被截去：第 10 条不见了"


def test_a_chain_linked_again_without_the_key_is_reported(blank):
    write(blank, TEN)
    forged = [
        f"UPDATE audit_entry SET actor = '别人', signature = '{hashlib.sha256(b'%d' % seq).hexdigest()}', "
        f"digest = '{hashlib.sha256(b'x%d' % seq).hexdigest()}' WHERE seq = {seq}"
        for seq in range(4, TEN + 1)
    ]
    attack(blank, *forged)
    found = findings(blank)[0]
    assert found.startswith("操作日志第 4 条到第 10 条（共 7 条）被改动后又重新签过")


@pytest.mark.parametrize("seq", ["NULL", "11"])
def test_an_entry_put_in_beside_us_is_reported(blank, seq):
    write(blank, TEN)
    columns = "id, at, actor, staff_id, act, subject, refused, detail, seq, signature, digest"
    given = f"500, at, actor, staff_id, act, subject, refused, detail, {seq}, signature, digest"
    attack(blank, f"INSERT INTO audit_entry ({columns}) SELECT {given} FROM audit_entry WHERE seq = 2")
    (found,) = findings(blank)
    assert "不是本系统写进去的" in found if seq == "NULL" else "第 11 条被改动后又重新签过" in found
    write(blank)
    assert len(findings(blank)) == 1


def test_another_key_vouches_for_nothing(blank):
    write(blank, TEN)
    (blank.settings.data_dir / "data.key").unlink()
    assert any("密钥" in each for each in findings(blank))


def test_files_beside_the_database_that_were_changed_are_reported(blank):
    write(blank, TEN)
    path = blank.settings.data_dir / "audit-head.json"
    path.write_text(path.read_text().replace('"seq": 10', '"seq": 9'))
    assert "被改动过" in findings(blank)[0]
    write(blank)
    assert "被改动过" in findings(blank)[0]
    path.unlink()
    assert "没有记录操作日志末尾的文件" in findings(blank)[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = '别人' WHERE seq = 2",
        "UPDATE audit_entry SET seq = 99 WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_itself_refuses_to_change_entries(blank, statement):
    write(blank, 3)
    with pytest.raises(DBAPIError, match="only added"), blank.writer.begin() as connection:
        connection.execute(text(statement))
    assert findings(blank) == []


def test_the_program_cannot_change_an_entry(blank):
    write(blank)
    with pytest.raises(TypeError, match="only added"), blank.transaction() as session:
        session.scalars(select(AuditEntry)).one().actor = "别人"
    with pytest.raises(TypeError, match="only added"), blank.transaction() as session:
        session.delete(session.scalars(select(AuditEntry)).one())
    assert findings(blank) == []


def test_entries_from_before_the_chain_are_sealed_with_the_first_one(blank):
    old = Storage(blank.url.render_as_string(hide_password=False))  # a program that knew no chain
    write(old, 3)
    old.close()
    assert findings(blank) == ["操作日志有 3 条还没有签名（升级前的记录），请运行 villages init"]
    write(blank)
    assert findings(blank) == []
    assert anchors(blank).head().head.seq == 4


def test_many_at_once_make_one_chain(blank):
    problems = []

    def work():
        try:
            write(blank, 100)
        except Exception as problem:  # noqa: BLE001 - told below
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert findings(blank) == []
    with blank.reading() as session:
        assert session.execute(select(func.count(), func.max(AuditEntry.seq))).one() == (800, 800)
