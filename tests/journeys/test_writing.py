"""A village's clerk writes the month's statement in a real browser: from a spreadsheet, by paste, by drop, by keys."""

import time

import openpyxl
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.factories import NOON, PASSWORD, STATEMENT, TESTER
from tests.portal.published import ARTICLE
from tests.service_process import served
from tests.staff import VILLAGE
from villages.accounts.actions import add_staff
from villages.core.db import Storage
from villages.disclosures.models import Item, Unfinished
from villages.registry.bodies import make_missing
from villages.registry.queries import unit_by_code

HEADS = ["月份", "期初余额", "本期收入", "本期支出", "期末余额", "日期", "摘要", "收入", "支出"]
PASTE = """(grid) => {
    const cell = document.querySelector(grid);
    cell.focus();
    const data = new DataTransfer();
    data.setData("text/plain", [
        "2026-09-03\\t承包费\\t50\\t", "2026-09-09\\t修路灯\\t\\t20",
        "2026-09-10\\t还款\\t1\\t", "2026-09-11\\t纸笔\\t\\t1",
    ].join("\\n"));
    cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
DROP = """() => {
    const data = new DataTransfer();
    data.items.add(new File(["收据"], "收据.txt", {type: "text/plain"}));
    document.querySelector("#f-vouchers").closest("[data-drop]")
        .dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
WORD = """() => {
    const surface = document.querySelector(".surface");
    surface.focus();
    const data = new DataTransfer();
    data.setData("text/html", "<p class=MsoNormal style='color:red' onclick='x()'>"
        + "第一段<b>要紧</b></p><script>alert(1)</script>");
    surface.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
pytestmark = pytest.mark.glass


@pytest.fixture
def service(make_settings, tmp_path):
    settings = make_settings("nanle")
    storage = Storage(settings.database_url)
    with storage.transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        for name, code in (("示例录入", VILLAGE), ("示例县录入", "410923")):
            unit = unit_by_code(session, code)
            add_staff(session, name, role="editor", unit=unit, password=PASSWORD, by=TESTER, at=NOON)
    with served(settings, tmp_path / "serve.log") as running:
        running.storage = storage
        yield running
    storage.close()


@pytest.fixture
def page(service, browser):
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if "Content Security" in said.text else None)
    yield page
    assert page.faults == []


def sign_in(page, service, name):
    page.goto(f"{service.base}/admin/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="写一条")).to_be_visible()


def new_statement(page, service):
    page.goto(f"{service.base}/admin/items/new/{STATEMENT.key}")


def a_workbook(path):
    book = openpyxl.Workbook()
    rows = [
        HEADS,
        ["2026年9月", 100, 50, 20, 130, "2026-09-03", "承包费", 50],
        [""] * 5 + ["2026-09-09", "修路灯", "", 20],
    ]
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_month_s_statement_from_a_spreadsheet_takes_few_clicks(service, page, tmp_path):
    sign_in(page, service, "示例录入")
    began, clicks = time.monotonic(), 0
    for link in ("写一条", f"{STATEMENT.label}"):
        page.get_by_role("link", name=link, exact=True).first.click()
        clicks += 1
    with page.expect_file_chooser() as chooser:
        page.locator("#sheet").click()
        clicks += 1
    chooser.value.set_files(a_workbook(tmp_path / "九月.xlsx"))
    clicks += 2  # the file and 打开, in the system's own window
    expect(page.get_by_text("已从表格填入 2 行")).to_be_visible()
    page.get_by_role("button", name="保存并送审").click()
    clicks += 1
    expect(page.get_by_text("已送审")).to_be_visible()
    assert clicks <= 8
    assert time.monotonic() - began < 120
    with service.storage.reading() as session:
        assert session.scalars(select(Item.state)).all() == ["in_review"]


def test_rows_come_by_paste_and_by_keys_and_are_added_up(service, page):
    sign_in(page, service, "示例录入")
    new_statement(page, service)
    page.evaluate(PASTE, "#f-lines-0-day")
    expect(page.locator("#f-lines tbody tr")).to_have_count(4)
    assert page.input_value("#f-lines-3-expenditure") == "1"
    expect(page.locator("#f-lines tfoot")).to_contain_text("51.00")
    page.locator("#f-lines-3-summary").press("Enter")
    expect(page.locator("#f-lines tbody tr")).to_have_count(5)
    page.keyboard.type("2026-09-30")
    assert page.input_value("#f-lines-4-day") == "2026-09-30"
    page.get_by_role("button", name="再加 5 行").click()
    expect(page.locator("#f-lines tbody tr")).to_have_count(10)
    assert page.input_value("#f-lines-0-summary") == "承包费"


def test_a_file_is_dropped_and_what_was_typed_is_kept_by_itself(service, page):
    sign_in(page, service, "示例录入")
    page.clock.install()
    new_statement(page, service)
    page.fill("#f-note", "大额说明")
    page.clock.run_for(21_000)
    expect(page.get_by_text("已自动存下")).to_be_visible()
    with service.storage.reading() as session:
        assert session.scalars(select(Unfinished)).one().typed["values"]["note"] == "大额说明"
    page.evaluate(DROP)
    expect(page.get_by_role("button", name="去掉 收据.txt")).to_be_visible()
    assert page.input_value("#f-note") == "大额说明"
    expect(page.get_by_text("没写完的内容")).to_be_visible()


def test_an_article_is_pasted_from_word_and_cleaned(service, page):
    sign_in(page, service, "示例县录入")
    page.goto(f"{service.base}/admin/items/new/{ARTICLE.key}")
    if page.locator(".surface").count() == 0:
        page.locator("main .names a").first.click()
    surface = page.locator(".surface")
    expect(surface).to_be_visible()
    page.evaluate(WORD)
    expect(surface).to_contain_text("第一段要紧")
    assert "alert" not in surface.inner_html()
    assert "style" not in surface.inner_html()
    assert "<b>要紧</b>" in page.locator("textarea[data-rich]").input_value()


def test_a_statement_is_written_with_the_keyboard_alone(service, page):
    sign_in(page, service, "示例录入")
    new_statement(page, service)
    page.locator("#f-opening").focus()
    for text in ("100", "50", "20", "130"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.locator("#f-lines-0-day").focus()
    for text in ("2026-09-03", "承包费", "50"):
        page.keyboard.insert_text(text)
        page.keyboard.press("Tab")
    page.locator("#f-lines-1-day").focus()
    for text in ("2026-09-09", "修路灯", "", "20"):
        page.keyboard.insert_text(text)
        page.keyboard.press("Tab")
    page.select_option("#period", "2026年9月")
    page.locator("#f-note").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("已送审")).to_be_visible()
