"""The layer that answers kept pages before Flask wakes.

A page is kept as Flask answered it: status, headers and compressed bytes. On every request its version is
compared with the database's, so that a page is right on the next request after any change, in every process.
Whatever this layer answers, Flask would have answered in the same way; a test holds the two against each other.
Of addresses with a query it keeps one variant: large type, exactly as our own links ask for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from villages.core import clock
from villages.core.freshness import Watch
from villages.core.logs import AccessLog
from villages.core.web import best_encoding
from villages.portal.large_type import QUERY as LARGE
from villages.portal.visitors import is_person

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]
# What notes that a page was opened, and the number of the plate or item that it notes.
Count = tuple[Callable[[int], None] | None, int]
# Prefix, path, query, encoding.
Key = tuple[str, str, str, str]

MOST_BYTES = 128 * 1024 * 1024
MOST_ENCODINGS = 1_000
# After a failed check, how long the database is left alone.
BLIND_S = 2
KEEP = "villages.keep"
COUNT = "villages.count"
NOT_IN_304 = {"content-length", "content-type", "content-encoding"}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Keep:
    """A view's word that its answer may be kept as long as a scope stays at a version and the day does not end."""

    scope: str
    version: int


@dataclass(frozen=True, slots=True)
class Page:
    """One kept answer in one encoding."""

    scope: str
    version: int
    until: float
    note: Callable[[int], None] | None
    noted: int
    etag: str
    headers: Headers
    headers_304: Headers
    body: list[bytes]
    size: int


class Front:
    """WSGI: answers what it has kept, asks the application for the rest, counts what is opened, writes the access log.

    A view names what its page counts as: (a name of `notes`, a number), under COUNT in the environment.
    """

    def __init__(
        self, app: Callable[[Environ, StartResponse], Iterable[bytes]], *, watch: Watch, access: AccessLog,
        notes: Mapping[str, Callable[[int], None]], is_open: bool = True,
    ) -> None:  # fmt: skip
        self._app = app
        self._watch = watch
        self._version = watch.version
        self._access = access
        self._notes = dict(notes)
        self._is_open = is_open
        self._pages: dict[Key, Page] = {}
        self._encodings: dict[str, str] = {}
        self._bytes = 0
        self._blind_until = 0.0
        self.room = MOST_BYTES
        self._keeping = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.time()
        request_id = self._access.request_id()
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        key = None
        query = environ.get("QUERY_STRING", "")
        if (method == "GET" or method == "HEAD") and (not query or query == LARGE) and self._is_open:  # noqa: PLR1714 - twice as fast
            accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
            encoding = self._encodings.get(accepted)
            if encoding is None:
                encoding = self._learn_encoding(accepted)
            key = (environ.get("SCRIPT_NAME", ""), path, query, encoding)
            page = self._pages.get(key)
            if page is not None and started < page.until and self._is_fresh(page):
                return self._answer(page, environ, start_response, started, request_id)
        return self._ask(key, environ, start_response, started, request_id)

    def close(self) -> None:
        """Write the log's last lines and give the connections back."""
        self._access.close()
        self._watch.close()

    def _is_fresh(self, page: Page) -> bool:
        # Nothing can be published while the database is out of reach: the last page seen is the best there is.
        if self._blind_until > (now := time.monotonic()):
            return True
        try:
            return self._version(page.scope) == page.version
        except Exception:
            log.exception("freshness unknown; kept pages are shown for %d seconds", BLIND_S)
            self._blind_until = now + BLIND_S
            return True

    def _answer(
        self, page: Page, environ: Environ, start_response: StartResponse, started: float, request_id: str
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        if wanted is not None and (page.etag in wanted or wanted == "*"):
            status, size, body = 304, 0, []
            start_response("304 NOT MODIFIED", [*page.headers_304, ("X-Request-Id", request_id)])
        else:
            status, size = 200, page.size
            body = page.body if method == "GET" else []
            start_response("200 OK", [*page.headers, ("X-Request-Id", request_id)])
        note = page.note
        if note is not None and method == "GET" and is_person(environ):
            note(page.noted)
        self._access.note(started, request_id, method, environ["PATH_INFO"], status, size, time.time() - started)
        return body

    def _ask(
        self, key: Key | None, environ: Environ, start_response: StartResponse,
        started: float, request_id: str,
    ) -> Iterable[bytes]:  # fmt: skip
        environ["villages.request_id"] = request_id
        answer: list[Any] = [HTTPStatus.INTERNAL_SERVER_ERROR, []]

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            answer[:] = [int(status[:3]), headers]
            return start_response(status, [*headers, ("X-Request-Id", request_id)], exc_info)

        body = self._app(environ, start)
        status, headers = answer
        keep: Keep | None = environ.get(KEEP)
        what, noted = environ.get(COUNT, ("", 0))
        note = self._notes.get(what)
        if key is not None and keep is not None and status == HTTPStatus.OK and environ["REQUEST_METHOD"] == "GET":
            body = [b"".join(body)]
            self._keep(key, keep, (note, noted), headers, body)
        if note is not None and environ["REQUEST_METHOD"] == "GET" and is_person(environ):
            note(noted)
        size = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        self._access.note(
            started, request_id, environ["REQUEST_METHOD"], environ["PATH_INFO"], status, size, time.time() - started
        )
        return body

    def _keep(self, key: Key, keep: Keep, count: Count, headers: Headers, body: list[bytes]) -> None:
        # Only what stands between the quotes: a tag is the same whether a proxy has weakened it or not.
        etag = next((value.removeprefix("W/").strip('"') for name, value in headers if name.lower() == "etag"), "-")
        page = Page(
            scope=keep.scope,
            version=keep.version,
            until=clock.next_midnight(clock.now()).timestamp(),
            note=count[0],
            noted=count[1],
            etag=etag,
            headers=list(headers),
            headers_304=[(name, value) for name, value in headers if name.lower() not in NOT_IN_304],
            body=body,
            size=len(body[0]),
        )
        with self._keeping:
            old = self._pages.pop(key, None)
            self._bytes += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self._bytes > self.room:
                oldest = next(iter(self._pages))
                self._bytes -= self._pages.pop(oldest).size

    def _learn_encoding(self, accepted: str) -> str:
        if len(self._encodings) >= MOST_ENCODINGS:
            self._encodings.clear()
        encoding = self._encodings[accepted] = best_encoding(accepted)
        return encoding
