"""A villager's way in a real browser: scan -> page -> township -> another village; without JavaScript."""

import re
import urllib.request
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect


@pytest.fixture
def phone(old_phone):
    """An old phone's browser, 360 px wide, with JavaScript switched off."""
    page = old_phone
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.asked = requests  # type: ignore[attr-defined]
    yield page
    assert page.context.cookies() == []


def read_code(path: Path) -> str:
    """What a phone's camera reads from a drawn code."""
    return zxingcpp.read_barcodes(Image.open(path))[0].text


def test_from_a_drawn_code_to_the_page_and_on_to_another_village(service, phone, tmp_path):
    picture = tmp_path / "码.png"
    service.villages("plates", "draw", service.number_of("西邵集村"), "--output", picture)
    address = read_code(picture)
    assert address.startswith(f"{service.base}/v/")

    phone.goto(address)
    expect(phone.locator("h1")).to_have_text("西邵集村")
    assert phone.asked == [address], "the page is one request"
    phone.get_by_role("link", name="知村事").click()
    expect(phone.locator("h1")).to_have_text("知村事")
    phone.get_by_role("link", name="回到西邵集村").click()
    phone.get_by_role("link", name="西邵乡的其他村").click()
    expect(phone.locator("h1")).to_have_text("西邵乡")
    phone.get_by_role("link", name="傅苑村").click()
    expect(phone.locator("h1")).to_have_text("傅苑村")

    phone.goto(service.base)
    phone.get_by_label("找一个村").fill("xsj")
    phone.get_by_role("button", name="查找").click()
    phone.get_by_role("link", name="西邵集村").click()
    expect(phone.locator("h1")).to_have_text("西邵集村")


def test_every_process_shows_a_change_on_the_next_request(service):
    address = f"{service.base}/v/{service.number_of('西邵集村')}"

    def titles() -> set[str]:
        """What many connections, spread over the processes, get to see."""
        seen = set()
        for _ in range(40):
            with urllib.request.urlopen(address, timeout=5) as response:
                seen.add(re.search("<h1>(.*?)</h1>", response.read().decode()).group(1))
        return seen

    assert titles() == {"西邵集村"}
    for name in ("西邵一村", "西邵二村", "西邵三村"):
        service.villages("registry", "rename", "410923205201", name)
        assert titles() == {name}


def test_scans_are_counted_even_when_the_service_is_stopped_at_once(service, phone):
    number = service.number_of("西邵集村")
    for _ in range(3):
        phone.goto(f"{service.base}/v/{number}")
    service.stop()
    assert service.villages("plates", "scans", number).split()[-1] == "3"
