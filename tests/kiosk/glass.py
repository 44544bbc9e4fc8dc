"""A touchscreen in a hall: real Chromium before a served application that can go away and come back."""

from __future__ import annotations

import re
import threading

from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from tests import chromium
from tests.factories import TESTER
from tests.kiosk.replaced import ask
from villages.core.clock import now
from villages.machines.actions import approve, move, revoke
from villages.machines.models import Kiosk
from villages.machines.queries import kiosk_asking
from villages.registry.queries import township_named
from villages.site.actions import set_detail

QUIET = [*chromium.QUIET, "--autoplay-policy=user-gesture-required"]
LONGEST = 30  # seconds, on a busy machine
PORTRAIT = {"width": 1080, "height": 1920}
IDLE = 60  # a county's rule, unless it sets another
COUNTDOWN, UNTIL_LOOP, SLIDE = 10, 30, 8


class Silent(WSGIRequestHandler):
    """Says nothing."""

    def log(self, *_given):
        pass


class Hall:
    """The service as a hall reaches it."""

    def __init__(self, app):
        self.app, self.storage = app, app.extensions["storage"]
        self.server, self.port = None, 0
        self.come_back()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/kiosk/"

    def come_back(self):
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True, request_handler=Silent)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def go_away(self):
        self.server.shutdown()
        self.server.server_close()

    def rule(self, key, value):
        with self.storage.transaction() as session:
            set_detail(session, key, str(value), by=TESTER, at=now())

    def approve(self, code, township="韩张镇"):
        with self.storage.transaction() as session:
            unit, found = township_named(session, township), kiosk_asking(session, code, at=now())
            approve(session, found, unit=unit, name="", orientation="portrait", by=TESTER, at=now())

    def move(self, township):
        with self.storage.transaction() as session:
            unit = township_named(session, township)
            move(session, self.machine(session), unit=unit, name="", orientation="portrait", by=TESTER, at=now())

    def revoke(self):
        with self.storage.transaction() as session:
            revoke(session, self.machine(session), by=TESTER, at=now())

    def machine(self, session):
        return session.scalars(select(Kiosk).order_by(Kiosk.id.desc())).first()


class Glass:
    """The screen itself, and whoever stands before it."""

    def __init__(self, page, hall):
        self.page, self.hall = page, hall
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(LONGEST * 1000)

    def open(self, path=""):
        self.page.goto(self.hall.address + path)
        self.is_at(None)
        return self

    def pair(self, township="韩张镇"):
        self.open("pair")
        code = self.page.inner_text(".pair-code")
        self.hall.approve(code, township)
        self.asks_for_the_pulse()
        self.is_at("home")
        return self

    def tap(self, text):
        self.page.locator("a, button").filter(has_text=re.compile(rf"^\s*{text}\s*$")).first.click()

    def is_at(self, name):
        """Wait until a screen stands there and its scripts have begun."""
        at = f"[data-screen={name}]" if name else "[data-screen]"
        self.page.wait_for_selector(f"body{at} [data-view][role]")

    def is_in_reach_of_a_seated_person(self):
        """Whatever can be touched on this portrait screen stands in its lower 1000 px, places among it."""
        tops = self.page.locator(".key, .tile, .v").evaluate_all(
            "all => all.map(each => [each.getBoundingClientRect().top, each.innerText])"
        )
        assert [text for top, text in tops if top < PORTRAIT["height"] - 1000] == []
        assert self.page.locator(".reader").evaluate("room => room.clientHeight") >= 96

    def mark(self):
        """Mark the document, so that another one is noticed."""
        self.page.evaluate("document.documentElement.dataset.marked = '1'")

    def is_marked(self):
        return self.page.evaluate("document.documentElement.dataset.marked") == "1"

    def waits(self, seconds):
        """Nobody touches anything for so long; the page's clock is put on, where it was taken in hand (`clock`)."""
        self.page.clock.fast_forward(seconds * 1000)

    def leaves(self):
        """Nobody touches anything until the visit is over."""
        self.mark()
        self.waits(IDLE + COUNTDOWN + 1)
        self.is_fresh()
        self.is_at("home")

    def is_fresh(self):
        """Wait for another document than the marked one."""
        self.page.wait_for_selector("html:not([data-marked])")

    def asks_for_the_pulse(self):
        """As it does every few seconds; it may be the one that puts a fresh document here."""
        ask(self.page, "dispatchEvent(new Event('online'))")

    def sees(self, text):
        expect(self.page.locator("body")).to_contain_text(text)
