"""Chromium as the kiosk runs it, and the pipe by which its session sees what is on the screen.

The policies forbid to look into a page (DeveloperToolsAvailability), for us too. What the browser itself says through
its pipe is enough: which pages are open, their titles, and whether one has crashed. Nobody but the parent can use it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .policies import PREVIEW
from .settings import Settings

PATIENCE = 20.0
TO_CLOSE = 8.0
ABOVE_THE_PIPE = 10  # Chromium wants its pipe at 3 and 4: ours must lie elsewhere until then
_AT_3_AND_4 = 'exec "${@:3}" 3<&"$1" 4>&"$2"'


# What the browser draws its own window and its prints with; tabs to it, none to anybody else.
_FURNITURE = re.compile(r"chrome(?:-untrusted)?://(?:print|[\w-]+\.top-chrome)/")


class Silent(Exception):  # noqa: N818 - it is what the browser is
    """The browser has ended, or did not answer in time."""


@dataclass(frozen=True)
class Page:
    """What a tab shows."""

    key: str
    title: str
    url: str


def command(settings: Settings, profile: Path) -> list[str]:
    """Chromium with everything off that a hall does not need; no sandbox is switched off."""
    return [
        "chromium",
        "--ozone-platform=wayland",
        "--kiosk",
        "--kiosk-printing",
        f"--user-data-dir={profile}",
        f"--force-device-scale-factor={settings.zoom / 100:g}",
        "--password-store=basic",
        "--no-first-run",
        "--noerrdialogs",
        "--hide-crash-restore-bubble",
        "--disable-pinch",
        "--overscroll-history-navigation=0",
        "--pull-to-refresh=0",
        "--disable-touch-drag-drop",
        "--disable-background-networking",
        "--disable-breakpad",
    ]


def noting(file: Path) -> list[str]:
    """What stands before the browser's command, so that a file tells its exit status: not every cage hands it on."""
    return ["sh", "-c", '"$@"; echo $? >"$0"', str(file)]


class Chromium:
    """A running browser; as a context it ends with it."""

    def __init__(self, command: Sequence[str], url: str, patience: float = PATIENCE) -> None:
        """Start it on an address; it has so many seconds to answer."""
        self._patience = patience
        asked, self._asking = os.pipe()
        self._answers, answering = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, ABOVE_THE_PIPE) for end in (asked, answering)]
        self._process = subprocess.Popen(
            ["bash", "-c", _AT_3_AND_4, "pipe", *map(str, ends), *command, "--remote-debugging-pipe", url],
            pass_fds=ends,
        )
        for end in (asked, answering, *ends):
            os.close(end)
        self._heard = b""
        self._asked = 0
        self.crashed = False
        self.asks_to_print = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(Silent, subprocess.TimeoutExpired):
            self.ask("Browser.close")  # by itself, so that cookies and copies are on the disk
            self._process.wait(TO_CLOSE)
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(TO_CLOSE)
        self._process.kill()
        self._process.wait()
        os.close(self._asking)
        os.close(self._answers)

    def pages(self) -> list[Page]:
        """The open tabs; Silent when the browser is gone or hangs."""
        found = self.ask("Target.getTargets")["targetInfos"]
        pages = [Page(each["targetId"], each["title"], each["url"]) for each in found if each["type"] == "page"]
        self.asks_to_print = any(page.url.startswith(PREVIEW) for page in pages)
        return [page for page in pages if not _FURNITURE.match(page.url)]

    def first(self) -> str:
        """The key of the tab that it was started with, of whose crash it tells from now on; Silent when none opens."""
        self.ask("Target.setDiscoverTargets", discover=True)
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            for page in self.pages():
                return page.key
            time.sleep(0.1)
        raise Silent

    def close(self, page: Page) -> None:
        """Close a tab."""
        self.ask("Target.closeTarget", targetId=page.key)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The browser's answer; what else it says meanwhile is noted."""
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": parameters}
        try:
            os.write(self._asking, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise Silent from error
        for answer in self._messages(time.monotonic() + self._patience):
            if answer.get("method") == "Target.targetCrashed":
                self.crashed = True
            if answer.get("id") == self._asked:
                result: dict[str, Any] = answer.get("result", {})
                return result
        raise Silent

    def _messages(self, until: float) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" in self._heard:
                message, _, self._heard = self._heard.partition(b"\0")
                yield json.loads(message)
            wait = until - time.monotonic()
            if wait <= 0 or not select.select([self._answers], [], [], wait)[0]:
                return
            heard = os.read(self._answers, 65_536)
            if not heard:
                return
            self._heard += heard
