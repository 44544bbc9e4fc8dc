"""The service: cage, and in it a browser, watched, so that the hall never sees an error page or a dead tab.

    python3 -m deploy.session

Ends whenever something is wrong; the service starts it again within seconds, and a new start is the one cure for all
of it. Where the service has never been reached, or its kept copy has failed, the waiting page comes first.
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

from .chromium import Chromium, Page, Silent, command
from .screen import cage, keep_turned
from .settings import Settings, read
from .waiting import WaitingPage

APPLIED = Path("/usr/local/lib/villages-kiosk/applied.conf")  # a file edited since the installation does not count
PULSE = 2.0
LOOKS = 4  # so many looks in a row must find an error page; one that is loading has no title either
TRIES = 30
FRUITLESS = 100  # starts in a row (some ten minutes) after which the profile is taken to be broken
# Our pages have Chinese titles; Chromium's own (errors, what is blocked) English ones: it runs without chromium-l10n.
OURS = re.compile(r"[\u4e00-\u9fff]")
log = logging.getLogger("villages-kiosk")


class Ended(Exception):  # noqa: N818 - it is what the session has
    """The session is over; the message says why."""


class Stopped(Exception):  # noqa: N818 - it is what the session was
    """The service was told to stop."""


class State:
    """What is kept between two starts, in one folder: the profile, and two marks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile = folder / "profile"
        self._kept = folder / "kept"
        self._starts = folder / "starts"

    @property
    def is_kept(self) -> bool:
        """Whether the browser has a copy of the service that opens without network."""
        return self._kept.exists()

    def found_good(self) -> None:
        """Our page is on the screen."""
        self._starts.unlink(missing_ok=True)
        if any(self.profile.glob("Default/Service Worker/CacheStorage/*/*")):
            self._kept.touch()

    def found_bad(self) -> None:
        """An error page is on the screen: the copy, if any, did not help."""
        self._kept.unlink(missing_ok=True)

    def prepare(self) -> None:
        """Count this start; take away what hinders a start, and the last visitor's tabs."""
        starts = len(self._starts.read_bytes()) if self._starts.exists() else 0
        if starts >= FRUITLESS:
            log.warning("%s starts without a page: the profile is set aside, the machine must be paired again", starts)
            shutil.rmtree(self.folder / "profile.broken", ignore_errors=True)
            self.profile.rename(self.folder / "profile.broken")
            self._kept.unlink(missing_ok=True)
            starts = 0
        self._starts.write_bytes(b"." * (starts + 1))
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


def judge(page: Page | None, waiting: str) -> str:
    """What is on the screen: "waiting", "good", "bad" or "nothing"."""
    if page is None:
        return "nothing"
    if page.url == waiting:
        return "waiting"
    return "good" if OURS.search(page.title) else "bad"


def only(pages: list[Page], first: str, browser: Chromium) -> Page | None:
    """The hall's one tab; any other is closed."""
    for page in pages:
        if page.key != first:
            browser.close(page)
    return next((page for page in pages if page.key == first), None)


def watch(browser: Chromium, state: State, settings: Settings, waiting: str) -> None:
    """Look at the screen again and again; Ended as soon as it needs a new start."""
    first, bad = browser.first(), 0
    while True:
        seen = judge(only(browser.pages(), first, browser), waiting)
        bad = bad + 1 if seen in {"bad", "nothing"} else 0
        if browser.crashed:
            raise Ended("the page has crashed")
        if bad == LOOKS:
            state.found_bad()
            raise Ended(f"no page of ours on the screen ({seen})")
        if seen == "good":
            state.found_good()
        keep_turned(settings.rotate)
        tell_systemd("WATCHDOG=1")
        time.sleep(PULSE)


def run(settings: Settings, state: State, start: list[str], waiting: WaitingPage) -> None:
    """One session, from start to end."""
    state.prepare()
    url = settings.home if state.is_kept else waiting.url
    with waiting, Chromium(start, url) as browser:
        tell_systemd("READY=1")
        watch(browser, state, settings, waiting.url)


def stop(number: int, _: object) -> None:
    """End the session as asked, the browser first."""
    raise Stopped(signal.Signals(number).name)


def main() -> int:
    """The service's process: 0 when it was told to stop, else 1, as it never ends by itself."""
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    settings = read(APPLIED.read_text(encoding="utf-8"))
    state = State(Path(os.environ["STATE_DIRECTORY"]))
    threading.Thread(target=set_volume, args=(settings.volume,), daemon=True).start()
    signal.signal(signal.SIGTERM, stop)
    try:
        start = [*cage(settings.rotate), *command(settings, state.profile)]
        run(settings, state, start, WaitingPage(settings.home))
    except Stopped:
        return 0
    except (Ended, Silent) as why:
        log.warning("%s", why or "the browser does not answer")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
