"""A villager complains on the hall's screen, takes the receipt, leaves; at home the phone opens the case."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.visit import PHONE

pytestmark = pytest.mark.glass
NAME, NUMBER, TEXT = "示例", "13987654320", "路灯"


def writes(page, field, letters, word):
    page.tap(field)
    for letter in letters:
        page.tap(f'[data-sign="{letter}"]', force=True)
    page.tap(f'.words button:text-is("{word}")')
    page.tap('.board-keys button:text-is("写好了")')


def test_complaint_with_name_and_phone_receipt_end_and_the_phone_opens_it(glass, browser, hall):
    page = glass.pair().open().page  # by itself the paired screen begins anew, perhaps in the middle of a tap
    for place in ("能监督", "我要反映", "投诉"):
        page.locator("a.tile", has_text=place).click()
    page.locator("button.v", has_text=re.compile("^小江村$")).click()
    writes(page, "textarea", "ludeng", TEXT)
    glass.tap("下一步")
    writes(page, "input.line", "shili", NAME)
    glass.tap("下一步")
    for digit in NUMBER:
        page.locator(f"button[name=press][value='{digit}']").click(force=True)
    glass.tap("请工作人员帮忙")
    glass.sees("工作人员马上来")
    glass.tap("下一步")
    for told in ("小江村", TEXT, NAME, NUMBER):
        glass.sees(told)
    glass.tap("返回")
    expect(page.locator("[data-typed]")).to_have_text(NUMBER)
    for key in ("下一步", "没有错，交上去"):
        glass.tap(key)
    glass.sees("收到了，这是回执")
    number, code = (re.sub(r"\D", "", dd) for dd in page.locator(".receipt dd").all_inner_texts())
    assert page.url == f"{hall.address}tell/complaint"

    glass.mark()
    glass.tap("我记好了，结束")
    glass.is_fresh()
    glass.is_at("home")
    page.go_back()
    left = re.sub(r"\s", "", page.content())
    assert not any(each in left for each in (NUMBER, number, code))
    page.context.close()

    context = browser.new_context(viewport={"width": 360, "height": 800}, user_agent=PHONE, java_script_enabled=False)
    phone = context.new_page()
    phone.goto(hall.address.replace("/kiosk/", "/cases/find"))
    phone.get_by_label("编号").fill(number)
    phone.get_by_label("查询码").fill(code)
    phone.get_by_role("button", name="查").click()
    expect(phone.locator("h1")).to_have_text("已经收到")
    expect(phone.locator("dl")).to_contain_text("小江村")
    expect(phone.locator("dl")).to_contain_text(TEXT)
    context.close()


def test_without_a_line_nothing_is_lost_and_the_keys_wait(glass, hall):
    page = glass.pair().open("tell/suggestion?about=410923102201").page
    writes(page, "textarea", "ludeng", TEXT)
    hall.go_away()
    try:
        page.evaluate("kiosk.tell('lost')")
        expect(page.locator("textarea")).to_have_value(TEXT)
        expect(page.get_by_text("网络断了，现在交不上去；写的都在")).to_be_visible()
        expect(page.locator(".call-key")).to_have_attribute("aria-disabled", "true")
    finally:
        hall.come_back()
    glass.asks_for_the_pulse()
    expect(page.locator(".call-key")).not_to_have_attribute("aria-disabled", "true")
    glass.tap("下一步")
    glass.sees("您的姓名")
