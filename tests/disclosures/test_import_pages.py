"""Importing in the browser, with real files: checked first, mended, imported once, and taken back."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from tests.audit.chains import findings
from tests.disclosures.test_importing import HEADS, ID_NUMBER, statement_rows
from tests.factories import NOON, STATEMENT, TESTER
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from villages.accounts.models import Staff
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.disclosures.actions import submit
from villages.disclosures.imports.actions import KEPT
from villages.disclosures.imports.process import room_of
from villages.disclosures.layout import MARKED
from villages.disclosures.models import Item
from villages.registry.bodies import make_missing
from villages.service.due import clear_room

NEW = f"/admin/imports/new/{STATEMENT.key}"
OTHER = "410923101201"


@pytest.fixture
def desk(app):
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
    return at_desk(app, "editor", TOWNSHIP)


def workbook(*rows, heads=HEADS):
    book = Workbook()
    book.active.title = "九月"
    for row in [heads, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(desk, data, name="九月.xlsx"):
    """Upload a file and wait until it was looked at; the address of its page."""
    answer = desk.post(NEW, file=(io.BytesIO(data), name))
    answer.request.environ["wsgi.input"].close()  # a large one is the test client's own open file
    assert answer.status_code == 303, answer.text
    return settled(desk, answer.location.removeprefix(desk.root))


def settled(desk, address):
    for _ in range(300):
        if "Refresh" not in desk.fetch(address).headers:
            return address
        time.sleep(0.1)
    raise AssertionError(address)


def count(desk):
    with desk.client.application.extensions["storage"].reading() as session:
        return session.scalar(select(func.count(Item.id)))


def test_a_clerk_imports_a_month_and_sends_it_to_review(desk):
    address = bring(desk, workbook(*statement_rows(VILLAGE)))
    assert "可以导入 1 条" in desk.get(address).text
    desk.post(f"{address}/apply", submit="1")
    page = desk.get(settled(desk, address))
    assert "已送审 1 条" in page.text
    assert list(room_of(desk.client.application.extensions["settings"]).runs()) == []


def test_what_an_import_did_is_sealed_in_the_audit_with_who_and_where_from(desk):
    address = bring(desk, workbook(*statement_rows(VILLAGE)))
    desk.post(f"{address}/apply", submit="1")
    settled(desk, address)
    storage = desk.client.application.extensions["storage"]
    assert findings(storage) == []
    with storage.reading() as session:
        acts = select(AuditEntry).where(AuditEntry.act.in_(("item.write", "item.import", "item.submit")))
        told = {(each.act, each.actor, each.address) for each in session.scalars(acts)}
    assert told == {(act, desk.name, "127.0.0.1") for act in ("item.write", "item.import", "item.submit")}


def test_wrong_rows_come_back_marked_and_the_mended_workbook_is_taken(desk):
    rows = [*statement_rows(VILLAGE), *statement_rows(OTHER)]
    rows[0][7], rows[1][9] = '=HYPERLINK("http://a.cn")', "二十"
    address = bring(desk, workbook(*rows))
    page = desk.get(address).text
    assert "什么都没有导入" in page
    assert "管辖范围" in page
    book = load_workbook(io.BytesIO(desk.fetch(f"{address}/marked.xlsx").data))
    table = book.active
    at = next(cell.column for cell in table[1] if cell.value == MARKED)
    assert "公式" in table.cell(2, at).value
    assert table.cell(3, 10).comment.author == "导入检查"
    assert not any(cell.data_type == "f" for row in table.iter_rows() for cell in row)
    table.cell(2, 8).value, table.cell(3, 10).value = "承包费", "20"
    table.delete_rows(4, 2)
    out = io.BytesIO()
    book.save(out)
    assert "可以导入 1 条" in desk.get(bring(desk, out.getvalue())).text


def test_a_button_pressed_twice_makes_one_import(desk):
    address = bring(desk, workbook(*statement_rows(VILLAGE)))
    for _ in range(3):
        desk.post(f"{address}/apply")
    settled(desk, address)
    assert count(desk) == 1


def test_an_import_is_undone_until_something_was_built_on_it(desk):
    address = bring(desk, workbook(*statement_rows(VILLAGE), *statement_rows("410923100210")))
    desk.post(f"{address}/apply")
    settled(desk, address)
    storage = desk.client.application.extensions["storage"]
    with storage.transaction() as session:
        item = session.scalars(select(Item)).first()
        submit(session, item, by=session.scalar(select(Staff).where(Staff.name == desk.name)), at=NOON)
    refused = desk.post(f"{address}/undo")
    assert refused.status_code == 422
    assert "已经送审" in refused.text
    assert count(desk) == 2


def test_an_undone_import_leaves_nothing_but_its_record(desk):
    address = bring(desk, workbook(*statement_rows(VILLAGE)))
    desk.post(f"{address}/apply")
    settled(desk, address)
    assert desk.post(f"{address}/undo").status_code == 303
    assert count(desk) == 0
    assert "撤销了这次导入" in desk.get(address).text
    with desk.client.application.extensions["storage"].reading() as session:
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject.like("import:%"))).all()
    assert acts == ["item.import", "item.undo_import"]


def test_what_somebody_brought_is_nobody_elses_business(app, desk):
    address = bring(desk, workbook(*statement_rows("没有的村")))
    for other in (at_desk(app, "editor", TOWNSHIP), at_desk(app, "publisher", COUNTY)):
        for path in (address, f"{address}/marked.xlsx", f"{address}/undo"):
            other.get(path, status=404)
        assert other.post(f"{address}/apply").status_code == 404
        assert other.post(f"{address}/drop").status_code == 404


def test_a_done_import_is_seen_above_and_not_beside(app, desk):
    address = bring(desk, workbook(*statement_rows(VILLAGE)))
    desk.post(f"{address}/apply")
    settled(desk, address)
    at_desk(app, "editor", "410923101").get(address, status=404)
    assert "已导入 1 条" in at_desk(app, "publisher", COUNTY).get(address).title


def test_only_kinds_that_are_owed_are_offered_and_opened(app, desk):
    other = next(link for link in at_desk(app, "editor", COUNTY).get("/admin/imports").links().values()
                 if "/new/" in link and link not in desk.get("/admin/imports").links().values())  # fmt: skip
    assert desk.get(NEW).title == f"导入{STATEMENT.label}"
    desk.get(other.removeprefix(desk.root), status=404)


def test_a_file_that_nobody_decides_on_goes_after_an_hour(desk):
    address = bring(desk, workbook(*statement_rows(VILLAGE)))
    room = room_of(desk.client.application.extensions["settings"])
    with desk.client.application.extensions["storage"].transaction() as session:
        assert clear_room(session, room, now()) == 0
        assert clear_room(session, room, now() + KEPT) == 1
    assert "没有导入" in desk.get(address).text


def test_nothing_chosen_is_said_on_the_form(desk):
    answer = desk.post(NEW)
    assert answer.status_code == 422
    assert "请先选一个文件" in answer.text


def test_a_template_is_given(desk):
    book = load_workbook(io.BytesIO(desk.fetch(f"{NEW}/template.xlsx").data))
    assert HEADS[0] in [cell.value for cell in book.worksheets[0][1]]


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def with_part(name, data):
    out = io.BytesIO(workbook(*statement_rows(VILLAGE)))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, data)
    return out.getvalue()


ENTITIES = b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
BAD = {
    "zip bomb": (lambda: with_part("xl/media/a.bin", b"\0" * (513 * 1024**2)), "解开后太大"),
    "entities": (lambda: with_part("xl/extra.xml", ENTITIES), "文档类型声明"),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"x"), "带宏"),
    "old or locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "加了密码"),
    "word": (lambda: zipped(word__document_dot_xml="<a/>"), "是 Word 文档"),
    "archive": (lambda: zipped(a_dot_txt="x"), "压缩包"),
    "pdf": (lambda: b"%PDF-1.7 x", "是 PDF"),
    "page": (lambda: b"<html><table><tr><td>1</td></tr></table>", "网页"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "不是能识别的表格"),
    "cut": (lambda: workbook(*statement_rows(VILLAGE))[:900], "不是完整的 Excel 工作簿"),
    "formula": (lambda: workbook(*[["=1+1", *row[1:]] for row in statement_rows(VILLAGE)[:1]]), "公式"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_answered_in_words(desk, case):
    make, words = BAD[case]
    address = bring(desk, make())
    page = desk.get(address).text
    assert words in page
    assert "什么都没有导入" in page
    assert count(desk) == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding_is_read_and_given_back_as_texts(desk, encoding):
    rows = [HEADS, *statement_rows(VILLAGE)]
    rows[1][7] = "=cmd|' /C calc'!A0"
    good = "\n".join(",".join(row) for row in rows).encode(encoding)
    assert "可以导入 1 条" in desk.get(bring(desk, good, "九月.csv")).text
    rows[2][9] = "二十"
    address = bring(desk, "\n".join(",".join(row) for row in rows).encode(encoding), "九月.csv")
    table = load_workbook(io.BytesIO(desk.fetch(f"{address}/marked.xlsx").data)).active
    cell = table.cell(2, 8)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (rows[1][7], "s", True)


@pytest.mark.parametrize(("name", "shown"), [
    ("../../etc/passwd.xlsx", "passwd.xlsx"), ("C:\\Windows\\九月.xlsx", "九月.xlsx"), ("a\u202eslx.exe", "aslx.exe"),
    ("CON.xlsx", "CON.xlsx"), ("<script>alert(1)</script>.xlsx", "script_.xlsx"), ("长" * 300 + ".xlsx", "长长.xlsx"),
])  # fmt: skip
def test_a_files_name_leads_nowhere(desk, name, shown):
    address = bring(desk, workbook(*statement_rows(VILLAGE)), name)
    page = desk.get(address)
    assert shown in page.text
    assert "\u202e" not in page.text
    room = room_of(desk.client.application.extensions["settings"])
    assert {path.name for path in room.folder.glob("*/*")} <= {"upload", "told", "outcome.json", "annotated.xlsx"}


def test_50_mb_are_refused_with_the_limit(desk):
    answer = desk.post(NEW, file=(io.BytesIO(b"x" * 50_000_000), "a.csv"))
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413
    assert "32 MB" in answer.text
    assert ID_NUMBER not in answer.text
