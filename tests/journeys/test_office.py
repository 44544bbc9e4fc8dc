"""The back office in a real browser: from the first administrator to a page on a phone; plates; an import with errors.

With PICTURES=folder each step leaves its picture there: those of docs/office.md are made like this.
"""

import os
import re
import subprocess
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium
import pytest
import zxingcpp
from playwright.sync_api import expect

from tests.factories import NOON, PASSWORD, STATEMENT, TESTER
from tests.service_process import served
from tests.staff import TOWNSHIP, VILLAGE
from villages.accounts.actions import add_staff
from villages.core.db import Storage
from villages.plates.models import Plate
from villages.registry.bodies import make_missing
from villages.registry.queries import unit_by_code

NEW = "山药 柳条 铁壶 九月"
HEADS = ["月份", "期初余额", "本期收入", "本期支出", "期末余额", "日期", "摘要", "收入", "支出"]
PEOPLE = {"示例审核一": "reviewer", "示例审核二": "reviewer", "示例发布": "publisher", "示例录入": "editor"}


@pytest.fixture
def service(make_settings, tmp_path):
    settings = make_settings("nanle")
    storage = Storage(settings.database_url)
    with storage.transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        for name, role in PEOPLE.items():
            unit = unit_by_code(session, TOWNSHIP)
            add_staff(session, name, role=role, unit=unit, password=PASSWORD, by=TESTER, at=NOON)
    with served(settings, tmp_path / "serve.log") as running:
        running.storage = storage
        subprocess.run(
            [running.program, "accounts", "add", "示例管理员", "--role", "administrator", "--scope", "410923",
             "--password-stdin"],
            env=running.environment, input=PASSWORD.encode(), check=True, capture_output=True,
        )  # fmt: skip
        yield running
    storage.close()


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def statement_workbook(path, *, closing=130):
    book = openpyxl.Workbook()
    for row in (
        HEADS,
        ["2026年9月", 100, 50, 20, closing, "2026-09-03", "承包费", 50],
        [""] * 5 + ["2026-09-09", "修路灯", "", 20],
    ):
        book.active.append(row)
    book.save(path)
    return path


def review_link(page):
    page.get_by_role("link", name="审核发布").click()
    return page.locator("main .rows a").first


def opens_an_account(service, browser, at_work):
    """The administrator opens an account for a village; its holder sets the password and signs in."""
    manager = at_work("示例管理员")
    manager.get_by_role("link", name="账号", exact=True).click()
    manager.get_by_role("link", name="开一个账号").click()
    manager.fill("#name", "示例村录入")
    manager.select_option("#role", "editor")
    manager.select_option("#area", VILLAGE[:9])
    manager.get_by_role("button", name="列出它的村").click()
    manager.select_option("#village", VILLAGE)
    picture(manager, "office-account")
    manager.get_by_role("button", name="开账号").click()
    address = manager.locator("code").inner_text()

    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(service.base + re.sub(r"^https?://[^/]+", "", address))
    assert len(page.input_value("#code")) == 24
    assert "#" not in page.url
    page.fill("#new", NEW)
    page.fill("#again", NEW)
    page.get_by_role("button", name="设好密码").click()
    expect(page.get_by_text("请用新密码登录")).to_be_visible()

    return at_work("示例村录入", NEW)


def test_from_the_first_administrator_to_a_page_on_a_phone(service, browser, at_work, tmp_path):
    editor = opens_an_account(service, browser, at_work)
    picture(editor, "office-today")
    editor.get_by_role("link", name="写一条").click()
    editor.get_by_role("link", name=STATEMENT.label, exact=True).first.click()
    editor.locator("#sheet").set_input_files(statement_workbook(tmp_path / "九月.xlsx"))
    expect(editor.get_by_text("已从表格填入 2 行")).to_be_visible()
    picture(editor, "office-writing")
    editor.get_by_role("button", name="保存并送审").click()
    expect(editor.get_by_text("已送审")).to_be_visible()

    reviewer = at_work("示例审核一")
    review_link(reviewer).click()
    picture(reviewer, "office-review")
    reviewer.fill("#back", "修路灯的钱请写明是哪一段")
    reviewer.get_by_role("button", name="退回去改").click()
    expect(reviewer.get_by_text("现在是草稿")).to_be_visible()

    editor.goto(f"{service.base}/admin/")
    expect(editor.get_by_text("修路灯的钱请写明是哪一段")).to_be_visible()
    editor.locator("main .rows a").first.click()
    editor.get_by_role("link", name="修改").first.click()
    editor.fill("#f-lines-1-summary", "修村东路灯")
    editor.get_by_role("button", name="保存并送审").click()
    expect(editor.get_by_text("已送审")).to_be_visible()

    for name in ("示例审核一", "示例审核二"):
        person = at_work(name)
        review_link(person).click()
        person.get_by_role("button", name="通过", exact=True).click()
        expect(person.get_by_text("审核通过")).to_be_visible()
    publisher = at_work("示例发布")
    review_link(publisher).click()
    publisher.get_by_role("button", name="通过并发布").click()
    expect(publisher.get_by_text("现在是已发布")).to_be_visible()

    phone = browser.new_page(viewport={"width": 360, "height": 800})
    phone.goto(f"{service.base}/villages/{VILLAGE}")
    phone.get_by_role("link", name=STATEMENT.label).first.click()
    expect(phone.get_by_text("修村东路灯").first).to_be_visible()
    picture(phone, "office-phone")


def test_a_township_s_plates_are_printed_inspected_and_one_is_replaced(service, at_work, tmp_path):
    with service.storage.reading() as session:
        plate = session.query(Plate).filter_by(unit_id=unit_by_code(session, VILLAGE).id).one()
        number, count = plate.number, session.query(Plate).join(Plate.unit).filter_by(
            parent_id=unit_by_code(session, TOWNSHIP).id
        ).count()  # fmt: skip
    page = at_work("示例管理员")
    page.get_by_role("link", name="打印码牌", exact=True).click()
    page.locator("details", has_text="城关镇").first.locator("summary").click()
    page.check(f"#t{TOWNSHIP}")
    page.get_by_role("button", name="看第一页").last.click()
    expect(page.get_by_text(f"共 {count} 块码牌")).to_be_visible()
    picture(page, "office-print")
    page.get_by_role("button", name="做成 PDF").first.click()
    expect(page.get_by_text("个码全部读回")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("下载 PDF")).click()
    download.value.save_as(tmp_path / "sheets.pdf")
    document = pdfium.PdfDocument(tmp_path / "sheets.pdf")
    seen = {each.text for sheet in document for each in zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())}
    assert len(seen) == count
    assert any(text.endswith(number) for text in seen)

    inspector = at_work("示例录入", phone=True)
    inspector.goto(f"{service.base}/admin/plates/{number}/inspect")
    inspector.locator("label.damaged").click()
    inspector.fill("#note", "右上角撕了")
    picture(inspector, "office-inspect")
    inspector.get_by_role("button", name="记下").click()
    expect(inspector.get_by_text("已记下")).to_be_visible()

    page.goto(f"{service.base}/admin/plates/{number}")
    expect(page.get_by_text("右上角撕了").first).to_be_visible()
    for summary in page.locator("main details summary").all():
        summary.click()
    page.get_by_role("button", name="换新码号").click()
    told = page.get_by_text("新码号是").inner_text()
    new = re.search(r"新码号是 (\d{4}) (\d{4})", told)
    page.goto(f"{service.base}/v/{number}")
    expect(page.get_by_text("不再使用").or_(page.get_by_text("停用")).first).to_be_visible()
    page.goto(f"{service.base}/v/{''.join(new.groups())}")
    expect(page.locator("h1")).to_contain_text("村")


def test_an_import_with_three_errors_is_mended_and_taken_in(service, at_work, tmp_path):
    page = at_work("示例录入")
    with service.storage.reading() as session:
        near, other, third, fourth, far = (
            unit_by_code(session, code).name
            for code in (VILLAGE, "410923100210", "410923100211", "410923100212", "410923200201")
        )
    rows = [
        ["村名", *HEADS],
        [near, "2026年9月", 100, 50, 20, 130, "2026-09-03", "承包费", 50],
        ["", "", "", "", "", "", "2026-09-09", "修路灯", "", 20],
        [other, "2026年9月", "一百", 50, 0, 150, "2026-09-03", "承包费", 50],
        [far, "2026年9月", 100, 50, 0, 150, "2026-09-03", "承包费", 50],
        [third, "2026年9月", 100, 50, 0, 150, "九月初三", "承包费", 50],
    ]

    def upload(name):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / name)
        page.goto(f"{service.base}/admin/imports/new/{STATEMENT.key}")
        page.locator("#file").set_input_files(tmp_path / name)
        page.get_by_role("button", name="检查这个文件").click()
        expect(page.get_by_role("heading", name="检查结果")).to_be_visible(timeout=30_000)

    upload("有错.xlsx")
    expect(page.get_by_text(re.compile("有 3 处要改"))).to_be_visible()
    picture(page, "office-import")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标好的表格").click()
    download.value.save_as(tmp_path / "标好.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "标好.xlsx").active
    assert "要改的地方" in [cell.value for cell in marked[1]]
    rows[3][2], rows[4][0], rows[5][6] = 100, fourth, "2026-09-03"
    upload("改好.xlsx")
    expect(page.get_by_text("没有发现问题")).to_be_visible()
    page.get_by_role("button", name="导入并送审").click()
    expect(page.get_by_text(re.compile("4 条")).first).to_be_visible(timeout=30_000)
