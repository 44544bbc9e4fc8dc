"""Another data key: everything that was sealed opens by it, whoever is stopped midway goes on, and the old one goes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import String, Text, select

from tests.factories import TESTER
from tests.house.test_database import filled
from tests.intake.cases import NAME, PHONE, TEXT, answered, county_in, handler, make_case, make_receipt
from villages.accounts.models import Staff
from villages.audit.actions import prune, record
from villages.audit.anchors import Anchors
from villages.audit.checking import verify
from villages.audit.keeping import note_head
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.core.db import Base, Storage
from villages.core.keys import chain_keys, data_keys
from villages.core.refusal import Refusal
from villages.core.sealing import key_of, name_of, seal, unseal
from villages.disclosures.models import Roster, RosterLine
from villages.intake import following
from villages.intake.enclosures import Given, content_of
from villages.intake.models import Case
from villages.intake.queries import Wanted, cases
from villages.intake.reading import read_as_writer
from villages.intake.receiving import Came
from villages.intake.rotating import SEALED, count_old, reseal_rows
from villages.service.rotating import BATCH, SETTLED, begin, drop_old, reseal

PHOTO = Given("photos", "image/jpeg", b"a lamp")
SEALED_TEXT = re.compile(r"[0-9a-f]{8}\.[A-Za-z0-9_-]{30,}={0,2}")


@pytest.fixture
def kept(office):
    """Three cases with everything that is sealed; returns the storage and the receipts."""
    with office.transaction() as session:
        county = county_in(session)
        receipts = [make_receipt(session, unit=county.village, files=(PHOTO,)) for _ in range(3)]
        answered(session, receipts[0].case)
        staff = handler(session, county.here)
        ring = ring_of(office)
        staff.factor = seal(ring[0], "ABC", about=f"factor:{staff.id}")
    return office, receipts


def ring_of(storage):
    return data_keys(storage.settings.data_dir, storage.settings.data_key)


def is_read(storage, receipts):
    """Everything opens, and is found."""
    ring = ring_of(storage)
    with storage.transaction() as session:
        for receipt in receipts:
            case = session.get_one(Case, receipt.case.id)
            told = read_as_writer(session, case)
            assert told.values["text"] == TEXT
            assert [content_of(session, each) for each in case.enclosures] == [PHOTO.data]
            assert following.opens(session, case.number, receipt.code)
        staff = session.scalars(select(Staff).where(Staff.factor != "")).one()
        assert unseal(key_of(ring, staff.factor), staff.factor, about=f"factor:{staff.id}") == "ABC"
        for wanted in (Wanted(phone=PHONE), Wanted(name=NAME)):
            assert len(cases(session, staff, wanted)) == len(receipts)


def audit_findings(storage):
    with storage.reading() as session:
        return verify(session, Anchors.of(storage.settings), at=now()).findings


def test_every_sealed_column_is_brought_over(make_settings):
    """Whatever looks sealed in a database with everything in it stands in the list."""
    settings = make_settings("blank", VILLAGES_SMTP_URL="smtp://127.0.0.1:1",
                             VILLAGES_MAIL_FROM="a@example.com")  # fmt: skip
    storage = Storage(settings.database_url, settings=settings)
    with storage.transaction() as session:
        filled(session)
        make_case(session, came=Came("online"))
        ring = ring_of(storage)
        staff = session.scalars(select(Staff)).first()
        staff.factor = seal(ring[0], "ABC", about=f"factor:{staff.id}")
    ours = {(each.model.__tablename__, each.column) for each in SEALED}
    ours |= {(Roster.__tablename__, "tails"), (RosterLine.__tablename__, "told")}  # disclosures/rosters.py
    with storage.reading() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, String | Text):
                    values = [value for value in session.scalars(select(column)) if value]
                    if any(SEALED_TEXT.fullmatch(value) for value in values):
                        assert (table.name, column.name) in ours
    storage.close()


def test_all_is_read_before_during_and_after_and_the_old_key_goes(kept):
    storage, receipts = kept
    (old,) = ring_of(storage)
    begin(storage, storage.settings)
    new, former = ring_of(storage)
    assert former == old != new
    is_read(storage, receipts)
    with storage.transaction() as session:
        left = count_old(session)
    told = []
    count = reseal(storage, at=now(), told=told.append, batch=2)
    assert (count.done, count.unreadable) == (left, 0)
    assert told[-1] == left
    is_read(storage, receipts)
    with pytest.raises(Refusal, match="10 分钟"):
        drop_old(storage, storage.settings, at=now())
    drop_old(storage, storage.settings, at=now() + SETTLED + timedelta(seconds=1))
    assert ring_of(storage) == (new,)
    is_read(storage, receipts)
    with storage.reading() as session:
        digests = {case.phone_digest for case in session.scalars(select(Case))}
    assert len(digests) == 1
    assert audit_findings(storage) == ()
    with pytest.raises(Refusal, match="没有旧密钥"):
        drop_old(storage, storage.settings, at=now())


def test_the_old_key_stays_while_anything_is_sealed_under_it(kept):
    storage, _ = kept
    begin(storage, storage.settings)
    with pytest.raises(Refusal, match=r"还有 \d+ 处是用旧密钥封的"):
        drop_old(storage, storage.settings, at=now() + 2 * SETTLED)
    reseal(storage, at=now())
    with storage.transaction() as session:  # a process that was at work when the key was replaced
        case = session.scalars(select(Case)).first()
        case.reply = seal(ring_of(storage)[1], "{}", about=case.about("reply"))
    with pytest.raises(Refusal, match="还有 1 处"):
        drop_old(storage, storage.settings, at=now() + 2 * SETTLED)
    assert reseal(storage, at=now()).done == 1
    drop_old(storage, storage.settings, at=now() + 2 * SETTLED)


def test_whoever_begins_again_goes_on_where_it_stopped(kept):
    storage, receipts = kept
    begin(storage, storage.settings)
    ring = ring_of(storage)
    with storage.transaction() as session:
        assert reseal_rows(session, Case, after=0, most=1).count == 3  # and no more: here it was stopped
    is_read(storage, receipts)
    assert begin(storage, storage.settings) is None
    assert ring_of(storage) == ring
    reseal(storage, at=now(), batch=1)
    with storage.reading() as session:
        assert count_old(session) == 0
        assert {case.code[:8] for case in session.scalars(select(Case))} == {name_of(ring[0])}
    is_read(storage, receipts)


def test_what_no_key_opens_stays_as_it_is_and_is_counted(kept):
    storage, _ = kept
    with storage.transaction() as session:
        case = session.scalars(select(Case)).first()
        case.reply = strange = seal("another", "{}", about=case.about("reply"))
        case_id = case.id
    begin(storage, storage.settings)
    assert reseal(storage, at=now()).unreadable == 1
    drop_old(storage, storage.settings, at=now() + 2 * SETTLED)
    with storage.reading() as session:
        assert session.get_one(Case, case_id).reply == strange


def test_a_key_in_the_environment_is_for_people_to_replace(small_county, make_settings):
    settings = make_settings(small_county, VILLAGES_DATA_KEY="a key of the environment")
    storage = Storage(settings.database_url, settings=settings)
    with storage.transaction() as session:
        receipt = make_receipt(session, unit=county_in(session).village)
    draft = begin(storage, settings)
    assert draft.stat().st_mode & 0o777 == 0o600
    text = draft.read_text().strip()
    storage.close()
    after = make_settings(None, VILLAGES_DATA_KEY=text)
    after = type(after)(**{**vars(after), "database_url": settings.database_url, "data_dir": settings.data_dir})
    storage = Storage(after.database_url, settings=after)
    assert begin(storage, after) is None
    reseal(storage, at=now())
    left = drop_old(storage, after, at=now()).read_text().strip()
    assert data_keys(settings.data_dir, left) == data_keys(settings.data_dir, text)[:1]
    assert chain_keys(settings.data_dir, left) == chain_keys(settings.data_dir, text)
    assert audit_findings(storage) == ()
    with storage.transaction() as session:
        assert following.opens(session, receipt.case.number, receipt.code)
    storage.close()


def test_the_audit_holds_over_two_keys_and_no_former_one_changes_it(kept):
    storage, _ = kept
    note_head(storage, "day", at=now())
    for _ in range(2):
        begin(storage, storage.settings)
        with storage.transaction() as session:
            record(session, "site.set", "site:phone", by=TESTER, at=now())
        assert audit_findings(storage) == ()
        reseal(storage, at=now())
        drop_old(storage, storage.settings, at=now() + 2 * SETTLED)
    assert audit_findings(storage) == ()
    assert len(chain_keys(storage.settings.data_dir, "")) == 2
    with storage.transaction() as session:
        assert prune(session, before=now(), by=TESTER, at=now()) > 0
    assert audit_findings(storage) == ()
    with storage.transaction() as session:
        record(session, "site.set", "site:phone", by=TESTER, at=now())
    begin(storage, storage.settings)
    assert audit_findings(storage) == ()
    with storage.reading() as session:
        assert session.scalars(select(AuditEntry.seq)).all()


def test_entries_from_before_are_not_taken_with_their_key_alone(kept):
    """Who has a former key and the database links the last entry before anew, and is found out by the next."""
    storage, _ = kept
    begin(storage, storage.settings)
    with storage.transaction() as session:
        record(session, "site.set", "site:phone", by=TESTER, at=now())
    anchors = Anchors.of(storage.settings)
    ((upto, _),) = anchors.chain.former
    with storage.reading() as session:
        columns = Base.metadata.tables["audit_entry"].c
        rows = session.execute(select(*columns).order_by(columns.seq)).mappings().all()
    forged = {**rows[upto - 1], "actor": "别人"}
    signature = anchors.chain.signature(upto, forged)
    digest = anchors.chain.digest(upto, rows[upto - 2]["digest"], signature)
    assert anchors.chain.digest(upto + 1, digest, rows[upto]["signature"]) != rows[upto]["digest"]


def test_the_command_is_killed_and_run_again(office):
    settings = office.settings
    environment = os.environ | {
        "VILLAGES_DATA_DIR": str(settings.data_dir), "VILLAGES_DATABASE_URL": settings.database_url,
    }  # fmt: skip
    with office.transaction() as session:
        county = county_in(session)
        receipts = [make_receipt(session, unit=county.village) for _ in range(BATCH + 10)]
    command = [sys.executable, "-m", "villages", "keys", "rotate"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        process.stderr.readline()  # one batch is done
        process.send_signal(signal.SIGKILL)
    ring = ring_of(office)
    assert len(ring) == 2
    with office.reading() as session:
        assert count_old(session) > 0
    assert begin(office, settings) is None
    reseal(office, at=now())
    assert ring_of(office) == ring
    with office.transaction() as session:
        assert count_old(session) == 0
        assert all(following.opens(session, each.case.number, each.code) for each in receipts)
    assert audit_findings(office) == ()


def test_the_command_drops_the_old_key_once_all_is_settled(villages, tmp_path):
    villages("init")
    key = Path(os.environ["VILLAGES_DATA_DIR"]) / "data.key"
    first = key.read_text()
    assert villages("keys", "rotate")[0] == villages("keys", "rotate")[0] == 0
    assert villages("keys", "export", tmp_path / "keys")[0] == 0
    assert key.read_text().strip() in (tmp_path / "keys").read_text()
    assert "10 分钟" in villages("keys", "rotate", "--drop-old")[2]
    old = (now() - 2 * SETTLED).timestamp()
    os.utime(key, (old, old))
    assert "已去掉旧密钥" in villages("keys", "rotate", "--drop-old")[1]
    assert first.strip() not in key.read_text()
    assert "操作日志" not in villages("check")[2]
