"""The service: cage, and in it a browser, watched, so that the hall never sees an error page or a dead tab.

    python3 -m deploy.session

Ends whenever something is wrong; the service starts it again within seconds, and a new start is the one cure for all
of it. Where the service has never been reached, or its kept copy has failed, the connecting page comes first.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from .chromium import Chromium, Page, Silent, command, noting
from .connecting import ConnectingPage
from .policies import CONNECTING_PORT
from .screen import cage, is_there, keep_turned
from .settings import read

APPLIED = Path("/usr/local/lib/villages-kiosk/applied.conf")  # a file edited since the installation does not count
PULSE = 2.0
LOOKS = 4  # so many looks in a row must find an error page; one that is loading has no title either
PRINTING_LOOKS = 10  # silent printing takes two seconds, and nothing but a new start closes its dialogue
TRIES = 30
BY_SIGNAL = 128
CRASHES = 100  # in a row (some ten minutes), after which the profile is taken to be broken
# Our pages have Chinese titles; Chromium's own (errors, what is blocked) English ones: it runs without chromium-l10n.
OURS = re.compile(r"[\u4e00-\u9fff]")
log = logging.getLogger("villages-kiosk")


class Ended(Exception):  # noqa: N818 - it is what the session has
    """The session is over; the message says why."""


class Stopped(Exception):  # noqa: N818 - it is what the session was
    """The service was told to stop."""


class State:
    """What is kept between two starts, in one folder: the profile, and marks that hold for one address."""

    def __init__(self, folder: Path, home: str) -> None:
        self.folder = folder
        self.home = home
        self.profile = folder / "profile"
        self._kept = folder / "kept"
        self._met = folder / "met"
        self.ended = folder / "ended"
        self._crashes = folder / "crashes"

    @property
    def is_kept(self) -> bool:
        """Whether the browser has a copy of the service that opens without network."""
        return self._holds(self._kept)

    @property
    def aim(self) -> str:
        """What is to be opened: a machine that has never shown the service asks to be paired first."""
        return self.home if self._holds(self._met) else f"{self.home}pair"

    def _holds(self, mark: Path) -> bool:
        return mark.exists() and mark.read_text(encoding="utf-8") == self.home

    def found_good(self, url: str) -> None:
        """Our page is on the screen."""
        self._crashes.unlink(missing_ok=True)
        if not self.is_kept and any(self.profile.glob("Default/Service Worker/CacheStorage/*/*")):
            self._kept.write_text(self.home, encoding="utf-8")
        if url == self.home:
            self._met.write_text(self.home, encoding="utf-8")

    def found_bad(self) -> None:
        """An error page is on the screen: the copy, if any, did not help."""
        self._kept.unlink(missing_ok=True)

    def found_gone(self) -> None:
        """The browser is gone; it counts when a signal ended it, not when cage could not show it."""
        status = self.ended.read_text(encoding="ascii").strip() if self.ended.exists() else ""
        if status and int(status) > BY_SIGNAL:
            with self._crashes.open("ab") as crashes:
                crashes.write(b".")

    def prepare(self) -> None:
        """Take away what hinders a start, and the last visitor's tabs."""
        if self._crashes.exists() and self._crashes.stat().st_size >= CRASHES:
            log.warning("%s crashes and no page: the profile is set aside, the machine must be paired again", CRASHES)
            shutil.rmtree(self.folder / "profile.broken", ignore_errors=True)
            self.profile.rename(self.folder / "profile.broken")
            for mark in (self._kept, self._met, self._crashes):
                mark.unlink(missing_ok=True)
        self.ended.unlink(missing_ok=True)
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.profile / name).unlink(missing_ok=True)  # names the host: after a change of name nothing would start
        shutil.rmtree(self.profile / "Default" / "Sessions", ignore_errors=True)


def tell_systemd(word: str) -> None:
    """READY=1 or WATCHDOG=1, where systemd listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(word.encode(), address.replace("@", "\0", 1))


def set_volume(per_cent: int) -> None:
    """Of the loudspeaker that PipeWire has chosen; it may start later than the screen, or not be there at all."""
    orders = (("set-mute", "@DEFAULT_AUDIO_SINK@", "0"), ("set-volume", "@DEFAULT_AUDIO_SINK@", f"{per_cent}%"))
    for _ in range(TRIES):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            for order in orders:
                subprocess.run(["wpctl", *order], capture_output=True, timeout=10, check=True)
            return
        time.sleep(PULSE)


def judge(page: Page | None, connecting: str) -> str:
    """What is on the screen: "connecting", "good", "bad" or "nothing"."""
    if page is None:
        return "nothing"
    if page.url == connecting:
        return "connecting"
    return "good" if OURS.search(page.title) else "bad"


def only(pages: list[Page], first: str, browser: Chromium) -> Page | None:
    """The hall's one tab; any other is closed."""
    for page in pages:
        if page.key != first:
            browser.close(page)
    return next((page for page in pages if page.key == first), None)


def watch(browser: Chromium, state: State, rotate: int, connecting: str, pulse: float = PULSE) -> None:
    """Look at the screen every `pulse` seconds; Ended as soon as it needs a new start."""
    first, bad, printing = browser.first(), 0, 0
    while True:
        page = only(browser.pages(), first, browser)
        seen = judge(page, connecting)
        bad = bad + 1 if seen in {"bad", "nothing"} else 0
        printing = printing + 1 if browser.asks_to_print else 0
        if browser.crashed:
            raise Ended("the page has crashed")
        if bad == LOOKS:
            state.found_bad()
            raise Ended(f"no page of ours on the screen ({seen})")
        if printing == PRINTING_LOOKS:
            raise Ended("a print dialogue stays on the screen: there is no printer, or it does not answer")
        if page is not None and seen == "good":
            state.found_good(page.url)
        keep_turned(rotate)
        tell_systemd("WATCHDOG=1")
        time.sleep(pulse)


def run(state: State, start: list[str], *, rotate: int = 0, port: int = CONNECTING_PORT, pulse: float = PULSE) -> None:
    """One session, from start to end; `start` is the browser's command, `port` the connecting page's."""
    state.prepare()
    aim = state.aim
    try:
        with (
            ConnectingPage(aim, port) as connecting,
            Chromium(start, aim if state.is_kept else connecting.url) as browser,
        ):
            tell_systemd("READY=1")
            watch(browser, state, rotate, connecting.url, pulse)
    except Silent:
        state.found_gone()
        raise


def wait_for_screen() -> None:
    """Chromium does not start where there is nothing to show it on: a screen that is off at night is waited for."""
    tell_systemd("READY=1")
    while not is_there():
        tell_systemd("WATCHDOG=1")
        time.sleep(PULSE)


def stop(number: int, _: object) -> None:
    """End the session as asked, the browser first."""
    raise Stopped(signal.Signals(number).name)


def main() -> int:
    """The service's process: 0 when it was told to stop, else 1, as it never ends by itself."""
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    settings = read(APPLIED.read_text(encoding="utf-8"))
    state = State(Path(os.environ["STATE_DIRECTORY"]), settings.home)
    threading.Thread(target=set_volume, args=(settings.volume,), daemon=True).start()
    signal.signal(signal.SIGTERM, stop)
    try:
        wait_for_screen()
        start = [*cage(settings.rotate), *noting(state.ended), *command(settings, state.profile)]
        run(state, start, rotate=settings.rotate)
    except Stopped:
        return 0
    except (Ended, Silent) as why:
        log.warning("%s", why or "the browser does not answer")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
