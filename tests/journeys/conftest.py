"""A browser for every journey, an old phone, somebody who signs in."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium
from tests.factories import PASSWORD
from tests.service_process import Service, served
from tests.visit import PHONE

DESK, SMALL = {"width": 1366, "height": 768}, {"width": 360, "height": 800}


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser of the journey's own."""
    with chromium.started() as browser:
        yield browser


@pytest.fixture
def service(make_settings, tmp_path) -> Iterator[Service]:  # type: ignore[no-untyped-def]
    """The real county, served; a journey that needs more has a service of its own."""
    with served(make_settings("nanle"), tmp_path / "serve.log") as running:
        yield running


@pytest.fixture
def old_phone(browser: Browser) -> Page:
    """A page of an old phone, 360 px wide, with JavaScript switched off."""
    context = browser.new_context(
        viewport=SMALL, is_mobile=True, java_script_enabled=False, locale="zh-CN", user_agent=PHONE
    )  # fmt: skip
    return context.new_page()


@pytest.fixture
def at_work(service: Service, browser: Browser) -> Callable[..., Page]:
    """Somebody at a browser of their own, signed in; `phone`: at one of 360 px."""

    def enter(name: str, password: str = PASSWORD, *, phone: bool = False) -> Page:
        page = browser.new_context(viewport=SMALL if phone else DESK).new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{service.base}/admin/sign-in")
        page.fill("#name", name)
        page.fill("#password", password)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="今天要办的事")).to_be_visible()
        return page

    return enter
