"""Lock-down: the machine's policies in a real Chromium, and what a visitor may try."""

import sqlite3
import time
from contextlib import closing

import pytest
from playwright.sync_api import Error, sync_playwright

from kiosk.deploy.chromium import Chromium
from kiosk.deploy.policies import policies
from kiosk.deploy.settings import Settings
from tests.kiosk.provisioned import Site, under_policies
from tests.service_process import free_port, served

CELLS = """rows => rows.map(row => [...row.shadowRoot.querySelectorAll(".policy.row > div")]
    .map(cell => cell.innerText.trim()))"""
BLOCKED = "ERR_BLOCKED_BY_ADMINISTRATOR"
pytestmark = pytest.mark.glass


@pytest.fixture(scope="module")
def site():
    with Site(0) as site:
        yield site


@pytest.fixture(scope="module")
def rules(site):
    return policies(Settings(site.base, printer="ipp://192.168.1.20/ipp/print"), "http://127.0.0.1:8127/")


@pytest.fixture(scope="module")
def launch():
    """Start a browser with a profile of its own."""
    with sync_playwright() as play:
        yield play.chromium.launch_persistent_context


@pytest.fixture(scope="module")
def hall(rules, launch, tmp_path_factory):
    """A browser with a profile of its own, under every policy but the one that keeps us out, too."""
    open_to_us = {name: value for name, value in rules.items() if name != "DeveloperToolsAvailability"}
    open_to_us["URLAllowlist"] = [*rules["URLAllowlist"], "chrome://policy"]
    folder = tmp_path_factory.mktemp("hall")
    browser = launch(
        folder / "profile",
        executable_path=under_policies(open_to_us, folder),
        ignore_default_args=["--disable-popup-blocking"],
    )
    yield browser
    browser.close()


@pytest.fixture
def page(hall, site):
    page = hall.new_page()
    page.goto(f"{site.base}kiosk/")
    site.asked.clear()
    yield page
    for each in hall.pages[1:]:
        each.close()


def test_chromium_knows_every_policy_and_finds_nothing_wrong_with_it(hall, rules):
    page = hall.new_page()
    page.goto("chrome://policy")
    rows = page.locator("policy-row")
    rows.first.wait_for(state="attached")
    found = {row[0]: row[-2:] for row in rows.evaluate_all(CELLS) if row}
    states = {name: found.get(name) for name in rules if name != "DeveloperToolsAvailability"}
    page.close()
    assert {name: state for name, state in states.items() if state not in (["OK", ""], ["Deprecated", ""])} == {}


REFUSED = [
    "{site}admin/",
    "{site}kiosk/../admin/",
    "{site}kiosk/%2e%2e/admin/",
    "{site}",
    "{site}v/12345678",
    "{site}kioskette/",
    "http://localhost:{port}/kiosk/",
    "http://127.0.0.1:{other}/kiosk/",
    "https://127.0.0.1:{port}/kiosk/",
    "http://127.0.0.1.example.org:{port}/kiosk/",
    "http://www.example.org/",
    "https://www.example.org/",
    "ftp://127.0.0.1/",
    "file:///",
    "file:///etc/passwd",
    "view-source:{site}kiosk/",
    "view-source:file:///etc/passwd",
    "data:text/html,hello",
    "chrome://settings",
    "chrome://history",
    "chrome://downloads",
    "chrome://version",
    "chrome://flags",
    "chrome://inspect",
    "chrome://extensions",
    "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html",
    "devtools://devtools/bundled/inspector.html",
    "mailto:somebody@example.org",
    "tel:12345",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_the_kiosks_is_refused(hall, site, address):
    port = int(site.base.rsplit(":", 1)[1].rstrip("/"))
    site.asked.clear()
    page = hall.new_page()
    with pytest.raises(Error, match=BLOCKED):
        page.goto(address.format(site=site.base, port=port, other=free_port()))
    page.close()
    assert [path for path in site.asked if not path.startswith("/kiosk/")] == []


@pytest.mark.parametrize("path", ["kiosk/", "kiosk/village", "kiosk/village?low=1"])
def test_the_kiosk_opens(page, site, path):
    assert page.goto(site.base + path).url == site.base + path


def test_what_draws_silent_printing_opens(page):
    page.context.new_page().goto("chrome://print")


@pytest.mark.parametrize("link", ["away", "staff"])
def test_a_link_that_leads_out_leads_nowhere(page, site, link):
    page.click(f"#{link}")
    page.wait_for_function("() => document.title !== '首页 · 码上公开'")
    assert page.url.startswith("chrome-error://")
    assert "/admin/" not in site.asked


def test_a_window_that_a_page_opens_by_itself_is_stopped(page, site):
    page.goto(f"{site.base}kiosk/pushy")
    assert page.title() == "没有开"
    assert "/kiosk/village" not in site.asked


def test_a_window_to_elsewhere_shows_nothing_even_when_tapped_for(page, site):
    with page.context.expect_page() as opened:
        page.evaluate("document.querySelector('h1').onclick = () => window.open('/admin/')")
        page.click("h1")
    opened.value.wait_for_load_state()
    assert opened.value.title() != "后台"
    assert "/admin/" not in site.asked


def test_no_file_dialogue_opens(page):
    page.evaluate("document.title = '开着'; document.querySelector('#file').oncancel = () => document.title = '没有开'")
    page.click("#file")
    page.wait_for_function("() => document.title === '没有开'")


@pytest.mark.parametrize("name", ["geolocation", "notifications", "camera", "microphone", "clipboard-read", "midi"])
def test_no_page_gets_at_the_machine(page, name):
    state = page.evaluate("name => navigator.permissions.query({name}).then(answer => answer.state)", name)
    assert state in ({"denied", "prompt"} if name == "midi" else {"denied"})


def test_sound_plays_without_a_tap(page):
    assert page.evaluate("() => new Audio('/kiosk/sound.wav').play().then(() => true)")


def test_developer_tools_are_closed_even_to_the_session(rules, site, tmp_path):
    with Chromium(starting(rules, tmp_path), f"{site.base}kiosk/") as browser:
        assert browser.ask("Target.attachToTarget", targetId=browser.first(), flatten=True) == {}


def starting(rules, folder):
    return [str(under_policies(rules, folder)), "--headless=new", f"--user-data-dir={folder / 'profile'}"]


@pytest.mark.parametrize(("left_out", "files"), [("", []), ("DownloadRestrictions", ["paper.zip"])])
def test_nothing_is_downloaded(rules, site, tmp_path, monkeypatch, left_out, files):
    """The second case shows that the first can fail."""
    monkeypatch.setenv("HOME", str(tmp_path))
    kept = {name: value for name, value in rules.items() if name != left_out}
    site.asked.clear()

    def found():
        return [path.name for path in (tmp_path / "Downloads").glob("*")]

    with Chromium(starting(kept, tmp_path), f"{site.base}kiosk/pushy"):
        end = time.monotonic() + 60
        while ("/kiosk/paper.zip" not in site.asked or found() != files) and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(1)
    assert "/kiosk/paper.zip" in site.asked
    assert found() == files


def test_the_profile_keeps_the_copy_and_the_cookie_but_no_history(rules, tmp_path, launch):
    """What a cold start without network needs survives; what was read does not."""
    port = free_port()
    rules = {name: value for name, value in rules.items() if name != "DeveloperToolsAvailability"}
    rules["URLAllowlist"] = [f"http://.127.0.0.1:{port}/kiosk/"]
    program = under_policies(rules, tmp_path)
    home = f"http://127.0.0.1:{port}/kiosk/"
    with Site(port):
        browser = launch(tmp_path / "profile", executable_path=program)
        page = browser.pages[0]
        page.goto(home)
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        page.goto(f"{home}village")
        browser.close()
    with closing(sqlite3.connect(tmp_path / "profile/Default/History")) as history:
        assert history.execute("SELECT url FROM urls").fetchall() == []
    browser = launch(tmp_path / "profile", executable_path=program)
    page = browser.pages[0]
    page.goto(home)
    assert page.title() == "首页 · 码上公开"
    assert [cookie["value"] for cookie in browser.cookies(home)] == ["token"]
    browser.close()


def test_the_real_screens_work_under_the_policies(make_settings, launch, tmp_path):
    with served(make_settings("nanle"), tmp_path / "serve.log") as service:
        rules = policies(Settings(f"{service.base}/", printer="ipp://192.168.1.20/ipp/print"))
        del rules["DeveloperToolsAvailability"]
        portrait = {"width": 1080, "height": 1920}
        browser = launch(tmp_path / "profile", executable_path=under_policies(rules, tmp_path), viewport=portrait)
        page = browser.pages[0]
        failed = []
        page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
        page.goto(f"{service.base}/kiosk/")
        for step in ("township", "village"):
            page.locator("main .v:not(.more)").first.click()
            page.wait_for_selector(f"body[data-screen={step}]")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        assert failed == []
        browser.close()
