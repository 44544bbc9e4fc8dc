"""Whoever of the staff sees what is about particular people leaves an entry, once a while; other content none."""

import io
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.disclosures.paperwork import word
from tests.factories import NOON, STATEMENT, TESTER, make_item
from tests.portal.published import given_of
from tests.staff import TOWNSHIP, VILLAGE, at_desk
from villages.accounts.queries import staff
from villages.audit.actions import record_reading
from villages.audit.models import AuditEntry
from villages.audit.queries import READ_AGAIN_AFTER, READING
from villages.core.clock import now
from villages.core.files import FileStore
from villages.disclosures.attaching import attach
from villages.disclosures.kinds import kinds
from villages.disclosures.uploads import read_upload
from villages.registry.bodies import make_missing
from villages.registry.queries import publisher_by_code

PERSONAL = [kind for kind in kinds().values() if kind.is_personal]
BLOCKS = {"table", "files"}
ROSTER = next(kind for kind in PERSONAL if {field.block for field in kind.fields} >= BLOCKS)
FILES = next(field.name for field in ROSTER.fields if field.block == "files")
FRAME = "previewing.phone"  # the frame around the page, which is asked for by itself


@pytest.fixture
def roster(app):
    writer = at_desk(app, "editor", VILLAGE).name
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        by, body = staff(session, writer), publisher_by_code(session, VILLAGE)
        item = make_item(session, body, by, kind=ROSTER, **given_of(ROSTER, **{FILES: ""}))
        upload = read_upload(word("示例"), "示例.docx")
        attach(session, item, FILES, upload, by=by, at=NOON)
        FileStore(app.extensions["settings"].files_dir).put(upload.data)
        return item.id, item.attachments[0].id


def readings(app, name=None):
    with app.extensions["storage"].reading() as session:
        query = select(AuditEntry).where(AuditEntry.act == READING)
        return session.scalars(query.where(AuditEntry.actor == name) if name else query).all()


def test_every_page_that_shows_an_items_content_tells_who_saw_it(app, roster):
    item_id, token = roster
    rules = [each for each in app.url_map.iter_rules() if each.rule.startswith("/admin") and "GET" in each.methods]
    seen = 0
    for rule in rules:
        if "item_id" in rule.arguments and rule.endpoint != FRAME:
            desk = at_desk(app, "publisher", TOWNSHIP)
            path = rule.rule.replace("<int:item_id>", str(item_id)).replace("<token>", token)
            assert desk.fetch(path).status_code == 200, path
            (entry,) = readings(app, desk.name)
            assert (entry.subject, entry.detail["count"], entry.address) == (f"item:{item_id}", 2, "127.0.0.1"), path
            seen += 1
    assert seen >= 6


def test_a_page_opened_again_and_a_refused_form_add_no_second_entry(app, roster):
    desk = at_desk(app, "editor", VILLAGE)
    for _ in range(3):
        desk.get(f"/admin/items/{roster[0]}")
    desk.post(f"/admin/items/{roster[0]}/edit", act="save")
    assert len(readings(app, desk.name)) == 1


def test_a_refused_form_that_shows_the_content_first_is_noted_too(app, roster):
    desk = at_desk(app, "editor", VILLAGE)
    assert desk.post(f"/admin/items/{roster[0]}/edit", act="save").status_code == 422
    assert len(readings(app, desk.name)) == 1


def test_after_a_while_it_counts_again_and_for_another_person_or_item_at_once(blank):
    with blank.transaction() as session:
        for subject, at in (("item:1", NOON), ("item:1", NOON + READ_AGAIN_AFTER / 2), ("item:2", NOON),
                            ("item:1", NOON + READ_AGAIN_AFTER + timedelta(seconds=1))):  # fmt: skip
            record_reading(session, subject, by=TESTER, at=at, what="名单")
        assert [each.subject for each in session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
            "item:1", "item:2", "item:1",
        ]  # fmt: skip


def test_content_about_nobody_leaves_no_entry(app):
    writer = at_desk(app, "editor", VILLAGE)
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        item = make_item(session, publisher_by_code(session, f"{VILLAGE}-J"), staff(session, writer.name))
    writer.get(f"/admin/items/{item.id}")
    assert not STATEMENT.is_personal
    assert readings(app) == []


def test_a_marked_workbook_of_a_roster_is_a_reading_too(app):
    desk = at_desk(app, "editor", VILLAGE)
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
    heads = ["村名", *(column.label for field in ROSTER.fields for column in (field.columns or [field]))]
    data = f"{','.join(heads)}\n{VILLAGE}{',看不懂' * (len(heads) - 1)}".encode()
    answer = desk.post(f"/admin/imports/new/{ROSTER.key}", file=(io.BytesIO(data), "名单.csv"))
    address = answer.location.removeprefix(desk.root)
    for _ in range(300):
        if "Refresh" not in desk.fetch(address).headers:
            break
        time.sleep(0.1)
    assert desk.fetch(f"{address}/marked.xlsx").status_code == 200
    assert [each.subject for each in readings(app, desk.name)] == [address.removeprefix("/admin/").replace("s/", ":")]


def test_commands_that_show_an_item_are_readings_too(app, roster, monkeypatch, villages):
    settings = app.extensions["settings"]
    monkeypatch.setenv("VILLAGES_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("VILLAGES_DATABASE_URL", settings.database_url)
    assert villages("disclosures", "show", roster[0])[0] == 0
    (entry,) = readings(app)
    assert (entry.actor, entry.subject) == ("命令行", f"item:{roster[0]}")
    assert entry.at <= now()
    assert entry.address.startswith("本机")
