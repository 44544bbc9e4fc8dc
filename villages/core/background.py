"""Work that a process does off the request path: every so often, and once more when it ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


class Background:
    """Calls `work` every `lag_s` seconds in a thread of each process that asked for it."""

    def __init__(self, name: str, lag_s: float, work: Callable[[], None]) -> None:
        self._name, self._lag_s, self._work = name, lag_s, work
        self._pid = 0
        self._starting = threading.Lock()
        self._closed = threading.Event()

    def ensure(self) -> bool:
        """Start the thread unless this process has it; returns whether it was started just now.

        Server processes come by copying or anew, so a process starts its own with its first request.
        """
        if self._pid == os.getpid():
            return False
        with self._starting:
            if self._pid == os.getpid():
                return False
            # Explicitly no daemon: a server's own threads are, and a thread takes after the one that starts it.
            threading.Thread(target=self._run, name=self._name, daemon=False).start()
            self._pid = os.getpid()
        return True

    def _run(self) -> None:
        # No daemon: the interpreter waits for it, also in a server's child process, where `atexit` is never called.
        while threading.main_thread().is_alive() and not self._closed.wait(self._lag_s):
            self._work()
        self._work()

    def close(self) -> None:
        """Do the work a last time and stop the thread."""
        self._closed.set()
        self._work()
