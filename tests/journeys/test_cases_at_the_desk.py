"""A complaint by telephone, at the desk: written down, answered, agreed to; not solved; closed; forgotten.

With PICTURES=folder each step leaves its picture there: those of docs/intake.md are made like this.
"""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.factories import NOON, PASSWORD, TESTER
from tests.service_process import served
from tests.staff import TOWNSHIP, VILLAGE
from villages.accounts.actions import add_staff
from villages.calendar.actions import seed
from villages.core.clock import now
from villages.core.db import Storage
from villages.intake.following import find, not_solved
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.registry.queries import unit_by_code

PEOPLE = ("示例登记", "示例承办", "示例审批")


@pytest.fixture
def service(make_settings, tmp_path):
    settings = make_settings("nanle")
    storage = Storage(settings.database_url, settings=settings)
    with storage.transaction() as session:
        seed(session, by=TESTER, at=NOON)
        for name in PEOPLE:
            unit = unit_by_code(session, TOWNSHIP)
            add_staff(session, name, role="handler", unit=unit, password=PASSWORD, by=TESTER, at=NOON)
    with served(settings, tmp_path / "serve.log") as running:
        running.storage = storage
        yield running
    storage.close()


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"cases-{name}.png", full_page=name != "today")


def step(page, verb, **given):
    """Open a form of the case's page, fill it in, send it."""
    form = page.locator(f"#do-{verb}")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for name, text in given.items():
        form.locator(f"[name={name}]").fill(text)
    if (interest := form.locator("[name=no_interest]")).count():
        interest.check()
    form.locator("button[type=submit]").click()
    expect(page.get_by_text("办好了")).to_be_visible()


def answer(page, text):
    page.locator("#do-draft").get_by_role("link", name="去写答复").click()
    draft = page.locator("#text").input_value()
    page.locator("#text").fill(re.sub("【写明查到的情况】\n【[^】]*】", text, draft))
    picture(page, "answer")
    page.get_by_role("button", name="写好了，请人同意").click()
    expect(page.get_by_text("请另一位同事")).to_have_count(2)


def opened(page, number):
    page.get_by_role("link", name="诉求和申请").click()
    page.locator(f"a[href$='/{number}']").click()


def test_a_complaint_by_telephone_to_its_end_and_until_it_is_forgotten(service, at_work):
    clerk, handler, chief = map(at_work, PEOPLE)
    clerk.get_by_role("link", name="诉求和申请").click()
    clerk.get_by_role("link", name="登记一件").click()
    clerk.get_by_role("link", name="投诉").click()
    clerk.select_option("#f-channel", "phone")
    clerk.select_option("#f-about", VILLAGE)
    clerk.fill("#f-text", "示例：村口的路灯三个月没有亮过了，报修了两次没有人来。")
    clerk.fill("#f-phone", "13800000000")
    picture(clerk, "entry")
    clerk.get_by_role("button", name="登记，出回执").click()
    number, code = (text.replace(" ", "") for text in clerk.locator(".receipt .spelled").all_inner_texts())
    picture(clerk, "receipt")

    handler.reload()
    expect(handler.get_by_role("link", name="1 新来的诉求")).to_be_visible()
    picture(handler, "today")
    opened(handler, number)
    step(handler, "accept")
    answer(handler, "已经查实，灯泡坏了，明天就换。")
    opened(chief, number)
    step(chief, "approve")
    handler.reload()
    step(handler, "answer")
    with service.storage.transaction() as session:
        case = find(session, number, code, network="192.0.2.1", at=now()).case
        not_solved(session, case, "灯换了，还是不亮", at=now())
    handler.reload()
    expect(handler.get_by_text("灯换了，还是不亮")).to_be_visible()
    picture(handler, "case")
    answer(handler, "线路也修好了，今晚已经亮了。")
    chief.reload()
    step(chief, "approve")
    handler.reload()
    step(handler, "answer")
    step(handler, "deliver", how="电话告知本人")
    step(handler, "close")
    expect(handler.get_by_text("已办结")).to_be_visible()

    with service.storage.transaction() as session:  # the years pass
        case = session.scalar(select(Case).where(Case.number == number))
        case.closed_at = now() - timedelta(days=kinds()["complaint"].keep_days + 1)
    service.villages("run-due")
    handler.reload()
    expect(handler.get_by_text("已到保存期限，内容已经删除。")).to_be_visible()
    assert "路灯" not in handler.locator("main").inner_text()
    picture(handler, "forgotten")
    phone = handler.context.browser.new_page(viewport={"width": 360, "height": 800})
    phone.goto(f"{service.base}/cases/find")
    phone.fill("#number", number)
    phone.fill("#code", code)
    phone.get_by_role("button", name="查").click()
    expect(phone.get_by_role("alert")).to_contain_text("没有打开")
