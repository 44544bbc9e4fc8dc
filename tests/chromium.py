"""The browser of the journeys: which one, and how it starts without a screen and without asking anybody anything."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = os.environ.get("CHROME_PATH", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@contextmanager
def started(arguments: Sequence[str] = QUIET) -> Iterator[Browser]:
    """A browser, closed at the end."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*arguments])
        yield browser
        browser.close()
