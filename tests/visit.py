"""One visitor through whom every page is tested, so that none can be tested without obeying the house's rules."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from villages.core.scripts import keep_script, shrink_script, speed_script

PHONE = (
    "Mozilla/5.0 (Linux; Android 9; vivo Y93) AppleWebKit/537.36 Chrome/70.0 Mobile Safari/537.36 MicroMessenger/8.0"
)


@dataclass
class Page:
    """One opened page."""

    response: TestResponse
    tree: html.HtmlElement

    @property
    def text(self) -> str:
        """What a person reads, white space folded."""
        body = self.tree.find("body")
        return re.sub(r"\s+", " ", " ".join(body.itertext())).strip()

    @property
    def title(self) -> str:
        """The largest heading."""
        return "".join(self.tree.find(".//h1").itertext())

    def links(self) -> dict[str, str]:
        """Text -> address of every link."""
        return {re.sub(r"\s+", "", "".join(a.itertext())): a.get("href") for a in self.tree.iter("a")}


class Visitor:
    """Opens pages like a phone's browser, and checks each one."""

    def __init__(self, app: Flask, *, public: bool = True) -> None:
        self.client = app.test_client()
        self.public = public
        # As a browser sees the service behind the county's portal; the staff's cookie is for https alone.
        self.base = "https://www.county.gov.cn"

    def fetch(self, path: str, **headers: str) -> TestResponse:
        """Ask for an address and check nothing."""
        # To its end, as a browser does: a stream that nobody reads would keep its session.
        return self.client.get(path, base_url=self.base, headers={"User-Agent": PHONE, **headers}, buffered=True)

    def post(self, path: str, **form: str) -> TestResponse:
        """Send a form."""
        return self.client.post(path, base_url=self.base, data=form)

    def get(self, path: str, *, status: int = 200, **headers: str) -> Page:
        """Open a page and check it."""
        response = self.fetch(path, **headers)
        assert response.status_code == status, f"{path} answered {response.status_code}"
        page = Page(response, html.document_fromstring(response.text))
        if self.public:
            assert "Set-Cookie" not in response.headers, f"{path} sets a cookie"
        check(page, path)
        return page


def check(page: Page, path: str) -> None:
    """What every page owes its readers."""
    tree, source = page.tree, page.response.text
    assert tree.get("lang") == "zh-CN", path
    assert tree.findtext(".//title", "").strip(), path
    assert len(tree.findall(".//h1")) == 1, path
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert [name for name, count in ids.items() if count > 1] == [], path
    for field in tree.xpath("//input[not(@type='hidden')]|//select|//textarea"):
        assert tree.xpath(f"//label[@for='{field.get('id')}']"), f"{path}: {field.get('name')} has no label"
    for script in tree.xpath("//script[not(contains(@src, '/admin/scripts/'))]"):
        assert script.get("src") is None, f"{path}: a script from elsewhere"
        assert script.text in (speed_script(), keep_script(), shrink_script()), f"{path}: a script that is not ours"
    assert not tree.xpath("//*[@style]|//@onclick"), f"{path}: inline style or handler"
    outside = tree.xpath(
        "//*[@src and not(starts-with(@src, 'data:')) and not(self::audio[@preload='none'])"
        " and not(contains(@src, '/admin/'))]|//link[@rel='stylesheet']"
    )
    assert not outside, f"{path}: asks for more than itself"
    for trace in ("Undefined", "None", "Traceback", "{{", "{%"):
        assert trace not in source, f"{path}: {trace}"
