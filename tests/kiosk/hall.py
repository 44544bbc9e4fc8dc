"""A township hall for trials: the service, a line that can be cut, and a paired screen in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright
from sqlalchemy import select

from tests.chromium import CHROMIUM, QUIET
from tests.kiosk.line import Line
from tests.kiosk.replaced import TRIES, ask
from tests.portal.published import DECISION, ROSTER, STATEMENT, given_of, publish, statement_given
from tests.service_process import Service, started
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.db import Storage
from villages.machines import actions
from villages.machines.models import Kiosk
from villages.machines.tokens import new_token
from villages.registry.queries import township_named, villages_of
from villages.settings import Settings

TOWNSHIP = "410923102"
LONGEST_MS = 60_000
NOT_NOW = 0.7  # seconds for which a touch that ended the idle loop or the countdown can hit nothing else
# What a person must never read on the screen.
ERRORS = ("ERR_", "Traceback", "Error", "undefined", "null", "出了点问题", "没有这一页", "This site")
# Says every 50 ms whether the screen is blank, and counts the screens that came, or were said not to come.
WATCH = """() => {
  window.blank = window.shown = window.lost = window.heard = 0;
  setInterval(() => {
    const heading = document.querySelector("h1")?.textContent.trim(), keys = document.querySelectorAll(".keys .key");
    if (!(heading && keys.length >= 8) && document.readyState === "complete") window.blank += 1;
  }, 50);
  document.addEventListener("kiosk:shown", () => (window.shown += 1));
  document.addEventListener("kiosk:lost", ({ detail }) => detail && (window.lost += 1));
  addEventListener("click", () => (window.heard += 1));
}"""
# A finger on one of the things that a selector names, found and touched at once: how many there were, and whether the
# touch was let through to it. It touches what another page of the reader holds, too.
TOUCH = """([selector, chance]) => {
  const found = document.querySelectorAll(selector), at = found[Math.floor(chance * found.length)];
  const before = window.heard;
  window.lost = 0;
  window.before = window.shown;
  for (const [kind, name] of [[PointerEvent, "pointerdown"], [PointerEvent, "pointerup"], [MouseEvent, "click"]])
    at?.dispatchEvent(new kind(name, { bubbles: true, cancelable: true }));
  return [found.length, window.heard > before];
}"""
GO = """path => {
  dispatchEvent(new PointerEvent("pointerdown"));
  return kiosk.go(new URL(path, location.href));
}"""
# Also true in the fresh document of a visit that ended meanwhile.
NEXT = "() => document.readyState === 'complete' && (window.lost || window.shown !== window.before)"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) found.push(url.replace(location.origin, ""));
  return found;
}"""


@dataclass
class Hall:
    """The hall's screen. `page` is the one that visitors see."""

    settings: Settings
    service: Service
    line: Line
    profile: Path
    log: Path
    token: str
    play: Playwright
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)
    slowest: float = 0.0  # seconds from a finger to the next screen

    @property
    def base(self) -> str:
        """Where the screen finds the service."""
        return f"http://127.0.0.1:{self.line.port}"

    def switch_on(self, *, wait: bool = True) -> None:
        """Start the browser with the hall's profile and open the screen."""
        self.context = self.play.chromium.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, args=QUIET, viewport={"width": 1080, "height": 1920}
        )
        cookie = {"name": "kiosk", "value": self.token, "url": f"{self.base}/kiosk/", "expires": time.time() + 9e6}
        self.context.add_cookies([cookie])
        self.page = self.context.pages[0]
        self.page.add_init_script(f"({WATCH})()")
        self.open()
        if wait:
            self.until_kept()

    def switch_off(self) -> None:
        """End the browser."""
        self.context.close()

    def kill(self) -> None:
        """End the service as a power cut would."""
        self.service.kill()

    def restart(self) -> None:
        """Start the service again, where it was."""
        self.service = started(self.settings, self.log, port=self.line.to)

    def ask(self, script: str, *given: Any) -> Any:
        """What a script answers in the document that stands there; asked anew where that is just being replaced."""
        return ask(self.page, script, *given)

    def kept(self) -> list[str]:
        """The addresses of all copies."""
        found: list[str] = self.ask(KEPT)
        return found

    def until_kept(self, seconds: float = 300) -> None:
        """Wait until all that the list names is kept."""
        list_ = self.ask("async () => (await (await fetch('/kiosk/keep.json')).json()).keep")
        wait_for(lambda: len(self.kept()) == len(list_) + 1, seconds)

    def open(self, path: str = "/kiosk/") -> None:
        """Have the browser open an address, whatever it is about to open by itself."""
        for _ in range(TRIES):
            try:
                self.page.goto(self.base + path)
            except Error as error:
                if "interrupted by another navigation" not in error.message:
                    raise
            else:
                return
        raise AssertionError("one document after another")

    def go(self, path: str) -> None:
        """Have an address shown, as by somebody who has the way to it, and tries again where it could not be had."""
        wait_for(lambda: self.ask(GO, path), LONGEST_MS / 1000)

    def tap(self, selector: str) -> str:
        """Tap the first of some things, as soon as there is one, until the next screen comes; returns its name."""
        # Without a handle, which would keep the element.
        self.page.locator(selector).first.wait_for(state="attached", timeout=LONGEST_MS)
        name = self.tap_any(selector)
        return self.tap(selector) if not name or self.ask("() => window.lost") else name

    def tap_any(self, selector: str, chance: float = 0) -> str:
        """Tap one of the things that are there now and wait for the next screen; its name, '' where there are none."""
        began = time.monotonic()
        while (told := self.ask(TOUCH, [selector, chance])) and not all(told):
            if not told[0]:
                return ""
            assert time.monotonic() - began < LONGEST_MS / 1000, "deaf"
            time.sleep(NOT_NOW)
        began = time.monotonic()
        self.page.wait_for_function(NEXT, timeout=LONGEST_MS)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.is_fine()
        return self.screen()

    def path(self) -> str:
        """The address that is shown, as the page has it: what the driver has heard of it may be old."""
        path: str = self.ask("() => location.pathname")
        return path

    def screen(self) -> str:
        """The name of the screen that is shown."""
        name: str = self.ask("() => document.body?.dataset.screen ?? ''")
        return name

    def is_fine(self) -> None:
        """Check that the screen is one of ours, was never blank, and shows no error."""
        self.page.wait_for_load_state()
        told: dict[str, Any] = self.ask("""() => ({
            url: location.href, blank: window.blank, text: document.body.innerText,
            heading: document.querySelector("h1")?.textContent, keys: document.querySelectorAll(".keys .key").length,
        })""")
        assert told["url"].startswith(f"{self.base}/kiosk/"), told
        assert told["heading"], told
        assert told["keys"] >= 8, told
        assert not told["blank"], told
        assert not [each for each in ERRORS if each in told["text"]], told


def wait_for(is_so: Callable[[], object], seconds: float) -> float:
    """Wait until something is so; returns how many seconds that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "it took too long"
        time.sleep(0.1)
    return time.monotonic() - began


@contextmanager
def opened(settings: Settings, folder: Path) -> Iterator[Hall]:
    """A hall whose screen is not yet switched on. Its villages have published something."""
    token = _fill(settings)
    log = folder / "serve.log"
    service = started(settings, log)
    line = Line(int(service.base.rsplit(":", 1)[1]))
    with sync_playwright() as play:
        hall = Hall(settings, service, line, folder / "profile", log, token, play)
        try:
            yield hall
        finally:
            if hall.service.process.poll() is None:
                hall.service.kill()
            line.close()


def _fill(settings: Settings) -> str:
    storage = Storage(settings.database_url, settings=settings)
    with storage.transaction() as session:
        township = township_named(session, TOWNSHIP)
        for village in villages_of(session, township)[:3]:
            publish(session, village.division_code, STATEMENT, statement_given(rows=30))
            for kind in (DECISION, ROSTER):
                publish(session, village.division_code, kind, given_of(kind))
        token = new_token()
        machine = actions.ask(session, token=token, screen="1080x1920", at=now())
        actions.approve(session, machine, unit=township, name="", orientation="portrait", by=COMMAND_LINE, at=now())
    storage.close()
    return token


def machine_of(session: Any) -> Kiosk:
    """The hall's machine."""
    found: Kiosk = session.scalars(select(Kiosk)).one()
    return found
