"""What is done once a day, at backups and restores; and what `villages check` says."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from tests.audit.chains import anchors, attack, findings, write
from tests.factories import NOON, TESTER
from villages.audit.actions import prune, record, record_reading
from villages.audit.keeping import accept, keep_daily
from villages.audit.models import AuditEntry
from villages.audit.verdicts import last
from villages.core.db import Storage
from villages.core.refusal import Refusal
from villages.settings import read_settings

DAY = timedelta(days=1)


def numbers(storage):
    with storage.reading() as session:
        return session.execute(select(func.min(AuditEntry.seq), func.max(AuditEntry.seq))).one()


def write_over_days(storage, count):
    for day in range(count):
        with storage.transaction() as session:
            record(session, "test.act", f"thing:{day}", by=TESTER, at=NOON + day * DAY)


def test_old_entries_go_and_the_rest_is_still_whole(blank):
    write_over_days(blank, 400)
    with blank.transaction() as session:
        assert prune(session, before=NOON + 100 * DAY, by=TESTER, at=NOON + 400 * DAY) == 100
    assert findings(blank) == []
    assert numbers(blank) == (101, 401)
    attack(blank, "DELETE FROM audit_entry WHERE seq = 101")
    assert findings(blank) == ["操作日志第 101 条不见了（被删除）"]


def test_a_checkpoint_that_covers_a_removal_must_be_signed(blank):
    write(blank, 10)
    attack(
        blank,
        "INSERT INTO audit_checkpoint (seq, digest, at, signature) "
        "SELECT seq, digest, at, signature FROM audit_entry WHERE seq = 5",
        "DELETE FROM audit_entry WHERE seq <= 5",
    )
    assert "记号是伪造的" in findings(blank)[0]
    assert "第 1 条到第 5 条（共 5 条）不见了" in findings(blank)[1]


def test_never_less_than_180_days_are_kept_and_never_all(blank):
    write_over_days(blank, 300)
    assert keep_daily(blank, days=1, at=NOON + 300 * DAY) == 120
    assert keep_daily(blank, days=1, at=NOON + 900 * DAY) == 180
    assert numbers(blank)[0] == numbers(blank)[1] - 1
    assert findings(blank) == []


def test_the_end_is_logged_once_a_day(blank, caplog):
    write(blank, 3)
    caplog.set_level(logging.INFO, "villages.audit")
    for at in (NOON, NOON + timedelta(minutes=1), NOON + DAY):
        keep_daily(blank, days=365, at=at)
    heads = [line for line in caplog.messages if line.startswith("audit head: entry 3, digest ")]
    assert len(heads) == 2
    assert [line.why for line in anchors(blank).lines()] == ["day", "day"]
    assert last(blank.settings.data_dir).entries == 3


def test_evidence_is_not_pruned_and_damage_is_logged(blank, caplog):
    write_over_days(blank, 300)
    attack(blank, "UPDATE audit_entry SET actor = '别人' WHERE seq = 2")
    assert keep_daily(blank, days=180, at=NOON + 900 * DAY) == 0
    assert "audit: 操作日志第 2 条内容被改动过" in caplog.messages
    assert numbers(blank) == (1, 300)


def test_findings_that_were_looked_into_are_not_told_again(blank):
    write(blank, 10)
    attack(blank, "DELETE FROM audit_entry WHERE seq = 10", "UPDATE audit_entry SET actor = 'x' WHERE seq = 3")
    accepted = accept(blank, "数据库按旧备份重建过", by=TESTER, at=NOON)
    assert [each[:9] for each in accepted] == ["操作日志第 3 条", "操作日志第 10 "]
    assert findings(blank) == []
    attack(blank, "UPDATE audit_entry SET actor = 'x' WHERE seq = 5")
    assert findings(blank) == ["操作日志第 5 条内容被改动过"]
    write(blank)
    assert findings(blank) == ["操作日志第 5 条内容被改动过"]


def test_a_whole_chain_has_nothing_to_accept(blank):
    write(blank)
    with pytest.raises(Refusal, match="没有发现问题"):
        accept(blank, "没有事", by=TESTER, at=NOON)


def test_personal_values_are_kept_as_keyed_digests_alone(blank):
    with blank.transaction() as session:
        for phone in ("13812345678", "13812345678", "13912345678", ""):
            record(session, "test.act", "case:1", by=TESTER, at=NOON, personal={"phone": phone})
    with blank.reading() as session:
        first, same, other, none = session.scalars(select(AuditEntry.detail).order_by(AuditEntry.id))
    assert first == same != other
    assert none == {"phone": ""}
    assert len(first["phone"]) == 33
    assert "1381234" not in str(first)


def test_without_the_key_no_personal_value_is_taken(blank):
    bare = Storage(blank.url.render_as_string(hide_password=False))
    with pytest.raises(TypeError, match="key"), bare.transaction() as session:
        record(session, "test.act", "case:1", by=TESTER, at=NOON, personal={"phone": "13812345678"})
    bare.close()


def test_reading_is_noted_with_what_was_read(blank):
    with blank.transaction() as session:
        entry = record_reading(session, "item:1", by=TESTER, at=NOON, what="名单草稿", count=12)
    assert (entry.act, entry.detail) == ("personal.read", {"what": "名单草稿", "count": 12})


def storage_of(villages):
    import os  # noqa: PLC0415 - the fixture sets them

    settings = read_settings(os.environ)
    return Storage(settings.database_url, settings=settings)


def test_check_names_each_kind_of_damage_and_shows_the_end(villages):
    villages("init")
    villages("site", "set", "organiser", "示例单位")
    storage = storage_of(villages)
    last_number = numbers(storage)[1]
    out = villages("check")[1]
    assert f"操作日志的末尾是第 {last_number} 条，签名 {anchors(storage).head().head.digest}" in out
    assert villages("audit", "verify")[0] == 0
    attack(
        storage,
        "UPDATE audit_entry SET actor = '别人' WHERE seq = 2",
        f"DELETE FROM audit_entry WHERE seq = {last_number}",
    )
    err = villages("check")[2]
    assert "操作日志第 2 条内容被改动过" in err
    assert f"操作日志末尾被截去：第 {last_number} 条不见了" in err
    assert villages("audit", "verify")[0] == 1
    assert villages("audit", "accept", "--note", "演练")[0] == 0
    assert "操作日志第" not in villages("check")[2]
    storage.close()


def test_a_backup_brings_its_chain_along_and_the_chain_goes_on(villages, tmp_path):
    villages("init")
    villages("backup", tmp_path / "a.zip")
    villages("site", "set", "organiser", "示例单位")
    assert villages("restore", tmp_path / "a.zip")[0] == 0
    storage = storage_of(villages)
    assert findings(storage) == []
    assert [line.why for line in anchors(storage).lines()] == ["backup", "restore"]
    villages("site", "set", "organiser", "示例单位")
    assert villages("audit", "verify")[0] == 0
    with pytest.raises(Exception, match="only added"), storage.writer.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry"))
    storage.close()


def test_commands_say_who_typed_them(villages):
    villages("init")
    storage = storage_of(villages)
    with storage.reading() as session:
        addresses = set(session.scalars(select(AuditEntry.address)))
    assert len(addresses) == 1
    assert addresses.pop().startswith("本机")
    storage.close()


def test_entries_are_given_out_and_giving_out_is_an_entry(villages, tmp_path):
    villages("init")
    path = tmp_path / "日志.csv"
    assert villages("audit", "export", path, "--from", "2020-01-01")[0] == 0
    assert path.stat().st_mode & 0o077 == 0
    assert "载入村庄名册" in path.read_text(encoding="utf-8-sig")
    assert "已经存在" in villages("audit", "export", path)[2]
    assert villages("audit", "export", tmp_path / "日志.xlsx")[0] == 0
    assert "结尾" in villages("audit", "export", tmp_path / "日志.pdf")[2]
    storage = storage_of(villages)
    with storage.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "audit.export")).first()
    assert entry.detail == {"what": {"first": "2020-01-01", "form": "csv"}}
    storage.close()
