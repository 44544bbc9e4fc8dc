"""Structured logs: one JSON object a line on standard error, written off the request path.

A line never holds an address, a query string, a form or a name: only what is needed to follow a request.
"""

from __future__ import annotations

import itertools
import json
import logging
import secrets
import sys
import time
from collections import deque
from functools import lru_cache
from typing import IO

from villages.core.background import Background

LAG_S = 0.2


class JsonLines(logging.Formatter):
    """Formats the records of the standard logging module like our own lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON for one record."""
        line = {"at": stamp(record.created), "level": record.levelname.lower(), "event": record.getMessage()}
        if record.exc_info:
            line["error"] = without_values(self.formatException(record.exc_info))
        request_id = getattr(record, "request_id", None)
        if request_id:
            line["request_id"] = request_id
        return json.dumps(line, ensure_ascii=False)


def stamp(seconds: float) -> str:
    """A moment in UTC as RFC 3339 with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03}Z"


def without_values(trace: str) -> str:
    """A traceback without the lines in which PostgreSQL quotes the values it refused."""
    return "\n".join(line for line in trace.splitlines() if not line.lstrip().startswith("DETAIL:"))


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send everything logged in this process to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


class AccessLog:
    """The access log: a request costs one append; a thread writes the lines a moment later."""

    def __init__(self, out: IO[str] | None = None) -> None:
        self._out = out
        self._waiting: deque[tuple[float, str, str, str, int, int, float]] = deque()
        self._background = Background("access-log", LAG_S, self.flush)
        self._prefix = ""
        self._count = itertools.count(1)

    def request_id(self) -> str:
        """A new id for one request, unique across processes and restarts."""
        if self._background.ensure():
            self._prefix = secrets.token_hex(4) + "-"
        return f"{self._prefix}{next(self._count):x}"

    def note(
        self, started: float, request_id: str, method: str, path: str, status: int, size: int, seconds: float
    ) -> None:
        """Remember one answered request; it is written within LAG_S seconds."""
        self._waiting.append((started, request_id, method, path, status, size, seconds))

    def close(self) -> None:
        """Write what is waiting and stop."""
        self._background.close()

    def flush(self) -> None:
        """Write what is waiting, in one system call."""
        lines: list[str] = []
        take, add = self._waiting.popleft, lines.append
        second, at = -1, ""
        while True:
            try:
                started, request_id, method, path, status, size, seconds = take()
            except IndexError:
                break
            if second != (second := int(started)):
                at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            add(
                f'{{"at": "{at}.{int(started * 1000) % 1000:03}Z", "level": "info", "event": "request", '
                f'"request_id": "{request_id}", "method": {quoted(method)}, "path": {quoted(path)}, '
                f'"status": {status}, "bytes": {size}, "ms": {seconds * 1000:.2f}}}\n'
            )
        if lines:
            out = self._out or sys.stderr
            try:
                out.write("".join(lines))
                out.flush()
            except (OSError, ValueError):  # nobody reads the log any more: readers come first
                return


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """A text as JSON; the same few methods and paths come over and over."""
    return json.dumps(text, ensure_ascii=False)
