"""A villager on a slow line, without JavaScript: scan, complain with a photograph, keep the receipt, follow.

With PICTURES=folder each step leaves its picture there: those of docs/intake.md are made like this.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Error, expect

# Slow 3G: 400 kbit/s, 300 ms for the way there and back.
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
TEXT = "村口的路灯三个月没有亮过了"
pytestmark = pytest.mark.glass


@pytest.fixture
def phone(old_phone):
    """An old phone's browser on slow 3G, 360 px wide, with JavaScript switched off; `line` sets how its line is."""
    page = old_phone
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def line(**how: object) -> None:
        session.send("Network.emulateNetworkConditions", {**SLOW, **how})

    line()
    page.line = line  # type: ignore[attr-defined]
    return page


@pytest.fixture
def photograph(tmp_path) -> Path:
    """A photograph that says where it was taken."""
    path = tmp_path / "IMG_20261128.jpg"
    picture = Image.effect_noise((480, 360), 40).convert("RGB")
    exif = picture.getexif()
    exif[0x8825] = {1: "N", 2: (36.0, 4.0, 0.0)}
    picture.save(path, quality=60, exif=exif)
    return path


def picture(page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def digits(text: str | None) -> str:
    return re.sub(r"\D", "", text or "")


@pytest.fixture
def large(tmp_path) -> Path:
    """A large photograph held sideways: the camera noted that its left is the top, and the left half is white."""
    path = tmp_path / "IMG_20261129.jpg"
    picture = Image.effect_noise((2400, 1800), 60).convert("RGB")
    picture.paste("white", (0, 0, 1200, 1800))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(path, quality=90, exif=exif)
    return path


def test_scan_complain_keep_the_receipt_find_add_and_read(service, phone, photograph, browser, large):
    phone.goto(f"{service.base}/v/{service.number_of('西邵集村')}")
    phone.get_by_role("link", name="写给政府：咨询").click()
    picture(phone, "intake-chooser")
    phone.get_by_role("link", name="投诉").click()
    expect(phone.locator(".context summary")).to_contain_text("西邵集村")
    phone.get_by_label("什么事").fill(TEXT)
    phone.get_by_label("照片").set_input_files(photograph)
    picture(phone, "intake-form")

    phone.line(offline=True)  # the line breaks in the middle of sending
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"), phone.expect_navigation():
        phone.get_by_role("button", name="提交").click()
    phone.line()
    phone.go_back()
    expect(phone.get_by_label("什么事")).to_have_value(TEXT)
    phone.get_by_label("照片").set_input_files(photograph)
    phone.get_by_role("button", name="提交").click()

    expect(phone.locator("h1")).to_have_text("收到了，这是回执")
    picture(phone, "intake-receipt")
    number, code = (digits(each) for each in phone.locator(".receipt dd").all_text_contents())
    assert (len(number), len(code)) == (12, 8)
    phone.context.clear_cookies()  # another day, another telephone

    phone.goto(f"{service.base}/cases/find")
    phone.get_by_label("编号").fill(number)
    phone.get_by_label("查询码").fill(code)
    phone.get_by_role("button", name="查").click()
    expect(phone.locator("h1")).to_have_text("已经收到")
    assert code not in phone.url + phone.content()
    phone.get_by_text("再补充几句").click()
    phone.get_by_label("要补充的话").fill("灯杆号是 12")
    phone.get_by_role("button", name="交上去").click()
    expect(phone.get_by_text("灯杆号是 12")).to_be_visible()
    expect(phone.get_by_text(TEXT)).to_be_visible()
    expect(phone.get_by_role("link", name="第 1 张")).to_have_count(1)
    picture(phone, "intake-case")
    assert phone.locator(".by").first.text_content()

    goes_small(service, browser.new_page(), large)


def goes_small(service, page, large) -> None:
    """With scripts a large photograph is sent small, and arrives upright."""
    page.goto(f"{service.base}/cases/new?kind=complaint")
    page.get_by_label("什么事").fill("井盖坏了，有照片")
    page.get_by_label("照片").set_input_files(large)
    expect(page.get_by_text("照片已缩小，好传一些")).to_be_visible()
    with page.expect_request("**/cases/new*") as sent:
        page.get_by_role("button", name="提交").click()
    assert int(sent.value.all_headers()["content-length"]) < large.stat().st_size / 2
    page.get_by_role("button", name="我记好了").click()
    answer = page.request.get(service.base + page.get_by_role("link", name="第 1 张").get_attribute("href"))
    with Image.open(io.BytesIO(answer.body())) as stored:
        assert stored.size == (1200, 1600)
        assert min(stored.convert("L").getpixel((x, y)) for x in (100, 1100) for y in (100, 700)) > 240
