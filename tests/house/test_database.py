"""Guards the house: migrations and archive."""

import re
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select

from tests.factories import NOON, TESTER, make_plate, make_staff, make_village
from villages.accounts.actions import sign_in
from villages.accounts.keeping import set_factor, set_password
from villages.accounts.models import Staff
from villages.audit.models import AuditCheckpoint
from villages.calendar.actions import seed
from villages.core.archive import LEFT_OUT, read_archive, tables, write_archive
from villages.core.db import Base, Storage
from villages.core.freshness import freshness_of
from villages.core.migration import FOLDER, config
from villages.disclosures.imports.models import ImportedItem, ImportRun
from villages.disclosures.models import (
    Attachment,
    Edition,
    Facet,
    Item,
    PeriodRule,
    Roster,
    RosterLine,
    Step,
    Unfinished,
    WaitingFile,
)
from villages.intake.channels import add_channel
from villages.intake.enclosures import Given
from villages.intake.history import WRITER
from villages.intake.kinds import kinds as case_kinds
from villages.intake.mailing import Server, set_mail
from villages.intake.models import GuessWait, Outbox
from villages.intake.receiving import Came, receive
from villages.intake.routing import About
from villages.machines.actions import approve, ask, call_for_help, count
from villages.plates.actions import note_print_run, retire
from villages.plates.inspecting import Seen
from villages.plates.inspecting import inspect as inspect_plate
from villages.registry.actions import merge, recode, rename, set_contact
from villages.registry.models import Publisher
from villages.search.actions import add
from villages.search.entry import Entry
from villages.site.actions import propose, set_detail
from villages.visits.actions import count_speeds, count_visits


def test_the_migrations_are_numbered_and_have_one_head():
    script = ScriptDirectory.from_config(config())
    assert len(script.get_heads()) == 1
    numbers = sorted(path.name[:4] for path in (FOLDER / "versions").glob("*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert all(re.match(r"\d{4}_\w+\.py$", path.name) for path in (FOLDER / "versions").glob("*.py"))


def is_ours(name, kind, _parents):
    """The index of words is no table of models: its form differs by database."""
    return not (kind == "table" and name.startswith("search_words"))


def test_the_migrated_schema_is_the_models(blank):
    with blank.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, Base.metadata) == []
        found = {name for name in inspect(connection).get_table_names() if is_ours(name, "table", None)}
        assert found == {*Base.metadata.tables, "alembic_version"}


def filled(session):
    """A row in every table, and every kind of reference between rows of one table."""
    village, other = make_village(session), make_village(session, name="桃园村")
    old, new = make_plate(session, village), make_plate(session, village)
    rename(session, village, "新村", by=TESTER, at=NOON)
    recode(session, village, "410999100998", by=TESTER, at=NOON)
    set_contact(session, village, phone="0393-0000000", hours="", by=TESTER, at=NOON)
    retire(session, old, reason="lost", successor=new, by=TESTER, at=NOON)
    merge(session, village, other, by=TESTER, at=NOON)
    note_print_run(session, [new], layout="door-a4", base_url="https://a.cn/", is_test=False, by=TESTER, at=NOON)
    inspect_plate(session, new, Seen("post", spot="南墙", spot_at=(36.07, 115.2)), by=TESTER, at=NOON)
    session.execute(Base.metadata.tables["scan"].insert().values(plate_id=new.id, on_day=NOON.date(), count=3))
    seed(session, by=TESTER, at=NOON)
    propose(session, "detail", {"key": "audit_days", "value": "200"}, ["示例"], by=TESTER, at=NOON)
    set_detail(session, "organiser", "示例单位", by=TESTER, at=NOON)
    person = make_staff(session, other)
    set_password(session, person, "示例", at=NOON)
    set_factor(session, person, "示例", step=1, codes=["0000-0000"], at=NOON)
    sign_in(session, person.name, right=True, at=NOON)
    add(session, [Entry("item", 1, other.id, "affairs", "any", NOON.date(), None, "示例", "示例")])
    disclosed(session, other)
    imported(session)
    paired(session, other)
    wrote(session, other)
    count_visits(session, {(session.scalar(select(Item.id)), NOON.date()): 2})
    count_speeds(session, {(("item", "load", 50), NOON.date()): 2})
    session.add(AuditCheckpoint(seq=0, digest="0" * 64, at=NOON, signature="0" * 64))
    session.flush()


def disclosed(session, village):
    """An item with an edition and a step, and a dated rule."""
    publisher = Publisher(code=village.division_code, kind="committee", name=village.committee, unit=village)
    item = Item(kind="any", publisher=publisher, unit=village, title="示例", draft={"a": 1}, created_at=NOON)
    item.editions = [Edition(number=1, title="示例", content={"a": 1}, published_at=NOON)]
    item.steps = [Step(verb="write", at=NOON)]
    item.attachments = [
        Attachment(
            id="a" * 22, digest="0" * 64, name="通知.pdf", media_type="application/pdf", size=3, created_at=NOON,
            pieces=[["第1页", "字", ""]], questions=["第1页"],
        )
    ]  # fmt: skip
    rule = PeriodRule(
        kind="any", valid_from=NOON.date(), cycle="month", due_days=10, due_unit="working", warn_days=3,
        notice_days=7, notice_unit="calendar", by="示例", at=NOON,
    )  # fmt: skip
    unfinished = Unfinished(
        staff_id=session.scalar(select(Staff.id).limit(1)), subject="item:1", typed={"a": 1}, seen_at=NOON,
        typed_at=NOON,
        files=[WaitingFile(digest="0" * 64, name="通知.pdf", media_type="application/pdf", size=3, created_at=NOON,
                           pieces=[], questions=[])],
    )  # fmt: skip
    session.add_all([item, rule, unfinished])
    session.flush()
    session.add(Facet(item_id=item.id, name="", value="示例", kind="any", unit_id=village.id))
    session.add(Roster(item_id=item.id, tails="示例", lacking=1))
    session.add(RosterLine(item_id=item.id, ordinal=1, digest="0" * 64, told="示例", until=NOON.date()))


def imported(session):
    """A file that made a draft."""
    by = session.scalar(select(Staff))
    run = ImportRun(kind="any", file_name="示例.xlsx", digest="0" * 64, staff=by, at=NOON, moved_at=NOON, state="done",
                    items=1, problems=0, submits=False, submitted=0, undone_by=by)  # fmt: skip
    session.add(run)
    session.flush()
    session.add(ImportedItem(item_id=session.scalar(select(Item.id)), run_id=run.id))


def paired(session, village):
    """A machine in a hall, with a count, from which somebody called."""
    machine = ask(session, token="示例", screen="1080x1920", at=NOON)
    approve(session, machine, unit=village.parent, name="", orientation="portrait", by=TESTER, at=NOON)
    count(session, machine, "screen", at=NOON)
    call_for_help(session, machine, screen="home", phone="", at=NOON)


def wrote(session, village):
    """An accusation with a picture, and one made out of it; somebody guesses at its code, somebody is told."""
    about, came = About(unit=village), Came("online", token="示例")
    files = [Given("photos", "image/jpeg", b"a picture")]
    kind = next(kind for kind in case_kinds().values() if kind.is_accusation)
    first = receive(session, kind, {"text": "示例"}, about, came, by=WRITER, at=NOON, files=files)
    receive(session, kind, {"text": "示例"}, about, Came("online", out_of=first.case), by=WRITER, at=NOON)
    session.add(GuessWait(key="0" * 64, failures=1, last_at=NOON))
    channel = add_channel(session, village.parent, "email", "a@example.com", by=TESTER, at=NOON)
    server = Server("smtps", "smtp.example.com", "465", "a@example.com", "geheim", "a@example.com")
    set_mail(session, server, by=TESTER, at=NOON)
    session.add(Outbox(name="示例", what="new", case=first.case, channel=channel, made_at=NOON, next_at=NOON))


def content(storage: Storage):
    with storage.reader.connect() as connection:
        return {t.name: [tuple(r) for r in connection.execute(select(t).order_by(*t.primary_key))] for t in tables()}


def test_an_archive_holds_every_row_of_every_table_but_sign_ins(blank, make_settings, tmp_path: Path):
    with blank.transaction() as session:
        filled(session)
    before = content(blank)
    assert all(before.values()), "the test must fill every table"
    write_archive(blank, tmp_path / "a.zip", at=NOON)
    other = Storage(make_settings(None).database_url)
    read_archive(other, tmp_path / "a.zip")
    after = content(other)
    for name, rows in before.items():
        if name != "freshness":
            assert after[name] == rows, name
    assert {table.name for table in tables()} == set(Base.metadata.tables) - LEFT_OUT
    with other.transaction() as session:
        make_plate(session)  # numbers of rows go on where they were
    other.close()


def test_a_restored_page_is_newer_than_any_kept_one(nanle, tmp_path: Path):
    write_archive(nanle, tmp_path / "a.zip", at=NOON)
    with nanle.transaction() as session:
        village = make_village(
            session, code="410923205998", township="西邵乡", county="南乐县", city="濮阳市", province="河南省"
        )
        for n in range(5):
            rename(session, village.parent, f"西邵{n}乡", by=TESTER, at=NOON)
        scope, (kept, _) = village.parent.scope, freshness_of(session, village.parent.scope)
    read_archive(nanle, tmp_path / "a.zip")
    with nanle.reading() as session:
        assert freshness_of(session, scope)[0] > kept


def test_a_backup_that_cannot_be_written_leaves_no_half_file(nanle, tmp_path: Path):
    """A file-size limit does what a full disk does, in a process of its own."""
    script = (
        "import resource, signal, sys; from pathlib import Path; import villages.app;"
        "from villages.core.archive import current, write_archive;"
        "from villages.core.clock import now; from villages.core.db import Storage;"
        "storage = Storage(sys.argv[1]); current(storage);"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000));"
        "write_archive(storage, Path(sys.argv[2]), at=now())"
    )
    folder = tmp_path / "backups"
    folder.mkdir()
    url = nanle.url.render_as_string(hide_password=False)
    run = subprocess.run(
        [sys.executable, "-c", script, url, str(folder / "a.zip")], capture_output=True, text=True, check=False
    )
    assert "备份写不进" in run.stderr
    assert list(folder.iterdir()) == []
