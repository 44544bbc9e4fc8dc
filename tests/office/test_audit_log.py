"""The audit in the browser: who sees what, what is found, and what is given out."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.staff import COUNTY, TOWNSHIP, at_desk
from villages.audit.actions import record
from villages.audit.keeping import verify_whole
from villages.audit.models import Actor, AuditEntry

PATH = "/admin/audit"
TOLD = 73  # letters of a sealed number of twenty digits


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


def note(storage, act="site.set", subject="site:name", by=TESTER, **detail):
    with storage.transaction() as session:
        record(session, act, subject, by=by, at=NOON, **detail)


def test_an_auditor_reads_who_changed_what_from_where(app, storage):
    note(storage, old="旧名", new="新名", by=Actor("李某", address="192.0.2.7"))
    page = at_desk(app, "auditor").get(PATH)
    assert "改网站设置" in page.text
    assert "旧名 → 新名" in page.text
    assert "192.0.2.7" in page.text
    assert "还没有核对过" in page.text


def test_the_page_shows_the_end_and_the_last_verification(app, storage):
    note(storage)
    verdict = verify_whole(storage, at=NOON)
    page = at_desk(app, "auditor").get(PATH)
    assert f"核对了 {verdict.entries} 条，没有发现问题" in page.text
    assert f"现在的末尾是第 {verdict.head.seq + 2} 条" in page.text  # the desk's account and its sign-in


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("act=site.set", 3),
        ("subject=site:name", 2),
        ("subject=site", 3),
        ("actor=李某", 1),
        ("act=site.set&first=2026-11-24&last=2026-11-24", 3),
        ("act=site.set&last=2026-11-23", 0),
        ("act=site.set&refused=yes", 1),
        ("act=site.set&before=1", 3),  # no place of ours
        ("act=site.set&before=" + "9" * 300, 3),
        ("subject=%25", 0),
    ],
)
def test_entries_are_found_by_what_is_asked(app, storage, query, count):
    note(storage)
    note(storage, refused=True)
    note(storage, subject="site:code", by=Actor("李某"))
    page = at_desk(app, "auditor").get(f"{PATH}?{query}")
    assert len(page.tree.findall(".//tbody/tr")) == count


def test_a_day_that_is_none_is_named(app):
    page = at_desk(app, "auditor").get(f"{PATH}?first=昨天&last=0001-01-01")
    assert "日期“昨天”看不懂" in page.text
    assert "日期“0001-01-01”看不懂" in page.text


def test_long_lists_go_on_page_by_page(app, storage):
    for number in range(60):
        note(storage, act="test.act", subject=f"thing:{number}")
    desk = at_desk(app, "auditor")
    first = desk.get(f"{PATH}?act=test.act")
    older = first.links()["更早的"].removeprefix(desk.root)
    second = desk.get(older)
    assert (len(first.tree.findall(".//tbody/tr")), len(second.tree.findall(".//tbody/tr"))) == (50, 10)
    assert "更早的" not in second.links()


def test_where_a_list_goes_on_tells_nobody_how_much_is_done_elsewhere(app, storage):
    """Two tellings of one place differ, and are of one length whatever the entry's number."""
    for _ in range(51):
        note(storage, act="test.act", subject="thing:1")
    desk = at_desk(app, "auditor")
    told = [desk.get(f"{PATH}?act=test.act").links()["更早的"].split("before=")[1].split("&")[0] for _ in range(2)]
    assert told[0] != told[1]
    assert {len(each) for each in told} == {TOLD}
    assert len(desk.get(f"{PATH}?act=test.act&before={told[0]}").tree.findall(".//tbody/tr")) == 1
    assert len(desk.get(f"{PATH}?act=test.act&before={told[0][:-3]}AAA").tree.findall(".//tbody/tr")) == 50


def test_a_townships_auditor_sees_the_acts_of_its_own_accounts(app, storage):
    at_desk(app, "editor", COUNTY, name="县里的人")
    at_desk(app, "editor", TOWNSHIP, name="乡里的人")
    desk = at_desk(app, "auditor", TOWNSHIP, name="乡审计")
    actors = {row[1].text for row in desk.get(PATH).tree.findall(".//tbody/tr")}
    assert actors == {"乡里的人", "乡审计"}
    answer = desk.post(f"{PATH}/export", form="csv")
    assert "县里的人" not in answer.get_data(as_text=True)


def test_what_is_given_out_holds_no_formula_and_is_an_entry(app, storage):
    note(storage, act="test.act", by=Actor("=1+1"), reason="=HYPERLINK()")
    desk = at_desk(app, "auditor", name="县审计")
    text = desk.post(f"{PATH}/export", form="csv", act="test.act").get_data(as_text=True)
    assert ",'=1+1," in text
    book = load_workbook(io.BytesIO(desk.post(f"{PATH}/export", form="xlsx", act="test.act").data))
    assert {cell.data_type for cell in next(book.active.iter_rows(min_row=2))} <= {"s", "n", "inlineStr"}
    with storage.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "audit.export")).all()
    assert [(entry.actor, entry.address) for entry in entries] == [("县审计", "127.0.0.1")] * 2
    assert entries[0].detail == {"what": {"act": "test.act", "form": "csv"}}


def test_behind_a_trusted_proxy_the_clients_address_counts(make_app):
    app = make_app(VILLAGES_TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8")
    desk = at_desk(app, "auditor")
    token = desk.token()  # a form sent by hand, to give it headers
    for told in ("203.0.113.9", "198.51.100.1, 203.0.113.9, 10.1.1.1"):
        headers = {"X-Forwarded-For": told, "Referer": desk.base}
        desk.client.post(f"{desk.root}{PATH}/export", base_url=desk.base, data={"csrf_token": token}, headers=headers)
    with app.extensions["storage"].reading() as session:
        found = session.scalars(select(AuditEntry.address).where(AuditEntry.act == "audit.export")).all()
    assert found == ["203.0.113.9", "203.0.113.9"]


def test_nobody_else_may_read_it(app):
    for role in ("publisher", "reviewer", "editor", "handler", "security"):
        desk = at_desk(app, role)
        assert desk.fetch(PATH).status_code == 403
        assert desk.post(f"{PATH}/export").status_code == 403
