"""What every page shares: the request's database session, headers, conditional answers, compression, error pages."""

from __future__ import annotations

import base64
import gzip
import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

import brotli
from flask import Flask, Response, abort, current_app, g, render_template, request
from markupsafe import Markup
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from villages.core.db import Storage
from villages.core.prefix import address_of
from villages.core.scripts import keep_script, shrink_script, speed_script
from villages.settings import SURFACES, Settings

STATIC = Path(__file__).resolve().parents[2] / "static"
READING = ("GET", "HEAD", "OPTIONS")
View = TypeVar("View", bound=Callable[..., Any])
SMALLEST_COMPRESSED = 500
COMPRESSIBLE = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
# A picture of the word 码 needs no request: it is part of the page.
ICON = (
    "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2016%2016'%3E%3Crect%20width='16'"
    "%20height='16'%20rx='3'%20fill='%238e161b'/%3E%3Cpath%20d='M3%203h4v4H3zm6%200h4v4H9zM3%209h4v4H3zm6%200h2v2H9zm2"
    "%202h2v2h-2z'%20fill='%23fff'/%3E%3C/svg%3E"
)
ERRORS = {
    400: ("请求不完整", "页面可能放得太久了。请返回上一页，刷新后再试。"),
    403: ("没有权限", "您的账号不能打开这一页。需要的话，请联系管理员。"),
    404: ("没有这一页", "网址可能输错了，或者这一页已经不在了。"),
    405: ("不能这样打开", "请回到首页，从首页重新进入。"),
    410: ("已经撤回", "这个文件所在的内容已经撤回，文件也不再公开。"),
    413: ("内容太大", "一次最多提交 32 MB。请压缩图片，或分成几个文件再试。"),
    500: ("出了点问题", "这是系统的问题，不是您的操作有误。请过几分钟再试。"),
}
log = logging.getLogger(__name__)


def settings() -> Settings:
    """The settings of the running application."""
    return cast("Settings", current_app.extensions["settings"])


def storage() -> Storage:
    """The database of the running application."""
    return cast("Storage", current_app.extensions["storage"])


def only_reads(view: View) -> View:
    """Marks a view that is sent something and whose request's own session reads: others need not wait for it.

    What is sent is asked in no address; whatever such a view writes goes in a short transaction of its own.
    """
    view.only_reads = True  # type: ignore[attr-defined] # functions carry it through functools.wraps
    return view


def db() -> Session:
    """The request's own session; one that writes only where the request may (`only_reads`)."""
    if "db" not in g:
        view = current_app.view_functions.get(request.endpoint or "")
        reads = request.method in READING or getattr(view, "only_reads", False)
        g.db = storage().session(writes=not reads, address=client_address())
    return cast("Session", g.db)


def client_address() -> str:
    """Where the request comes from, as far as we know it: for the audit and for limits, never for a log."""
    return address_of(request.environ, settings().trusted_proxies)


@contextmanager
def transaction() -> Iterator[Session]:
    """The request's session, committed at the end or rolled back: the one place where a view commits."""
    session = db()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@cache
def style(audience: str) -> Markup:
    """The style sheets of an audience, to stand inside the page: a second request would cost a slow phone seconds."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / audience).glob("*.css")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    # Not the space before a colon: "header :focus" is what has the focus in it, "header:focus" the header itself.
    return Markup(re.sub(r"\s*([{};,>])\s*|(:)\s+", r"\1\2", text).strip())  # noqa: S704 - our own file


@cache
def policy(audience: str) -> str:
    """The content security policy: nothing but the page itself, one of our style sheets, pictures and sounds.

    Public pages may run the three scripts that stand in them, by their digests, and tell us what one measured.
    Those of staff and of halls may load our own scripts, and these may ask us; a hall's keep its pages at hand.
    """
    more = "script-src 'self'; connect-src 'self'; frame-src 'self'; "
    if audience == "public":
        scripts = " ".join(_digest(script()) for script in (speed_script, keep_script, shrink_script))
        more = f"script-src {scripts}; connect-src 'self'; "
    elif audience == "kiosk":
        more += "worker-src 'self'; "
    styles = " ".join(_digest(style(each)) for each in (*SURFACES, "cases"))
    return (
        f"default-src 'none'; {more}style-src {styles}; "
        "img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def set_up_pages(app: Flask) -> None:
    """Give an application the shared behaviour of this module."""
    picture = Markup(ICON)  # noqa: S704 - our own
    app.jinja_env.globals.update(style=style, icon=picture, domain=app.extensions["settings"].domain)
    app.teardown_appcontext(_give_session_back)
    app.before_request(_refuse_unseen_characters)
    app.before_request(_refuse_closed_surfaces)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, unexpected_error)
    app.register_error_handler(OverflowError, _too_large)
    app.register_error_handler(DataError, _too_large)


def surface_of(path: str) -> str:
    """The door a path belongs to: public, kiosk or admin."""
    first = path.split("/", 2)[1] if "/" in path else ""
    return first if first in ("kiosk", "admin") else "public"


def _refuse_unseen_characters() -> None:
    """No address of ours has a NUL in it, no person types one, and PostgreSQL takes none."""
    if "\x00" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(404)
    if request.method not in READING and surface_of(request.path) == "admin":
        typed = chain(request.form, *request.form.listvalues(), (each.filename for each in _files()))
        if any("\x00" in (each or "") for each in typed):
            abort(400)


def _files() -> Iterator[FileStorage]:
    return chain.from_iterable(request.files.listvalues())


def _refuse_closed_surfaces() -> Any:
    closed = surface_of(request.path) not in settings().surfaces
    if closed and request.path not in ("/healthz", "/readyz"):
        return _error_page(404)
    return None


def _give_session_back(_error: BaseException | None) -> None:
    session: Session | None = g.pop("db", None)
    if session is not None:
        session.close()


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - answers made by hand
        return error
    page, code = _error_page(error.code)
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return page, code, ({"Allow": ", ".join(sorted(allowed))} if allowed else {})


def _too_large(error: Exception) -> Any:
    """A number larger than any that a row can have, in an address or a form, names nothing. SQLite and PostgreSQL."""
    if isinstance(error, DataError) and "out of range" not in str(error.orig):
        return unexpected_error(error)
    return _error_page(404)


def unexpected_error(error: Exception) -> Any:
    """What nobody foresaw: noted, and said in the words of whoever asked, a villager or staff."""
    log.error(
        "request failed: %s",
        request.endpoint,
        exc_info=error,
        extra={"request_id": request.environ.get("villages.request_id")},
    )
    if current_app.testing:
        raise error
    return _error_page(500)


def _error_page(code: int) -> tuple[str, int]:
    title, text = ERRORS.get(code, ("打不开这一页", "请回到首页，从首页重新进入。"))
    staff = surface_of(request.path) == "admin"
    return render_template("parts/staff_error.html" if staff else "parts/error.html", title=title, text=text), code


def _finish(response: Response) -> Response:
    audience = surface_of(request.path)
    headers = response.headers
    # By header, as robots.txt is the portal's and not ours.
    if audience != "public" or response.status_code >= 400 or "q" in request.args:  # noqa: PLR2004
        headers.setdefault("X-Robots-Tag", "noindex")
    if response.location is not None:
        # The path alone: the host that we are asked under may be one that only the proxy knows.
        parts = urlsplit(response.location)
        if parts.netloc == request.host:
            response.location = urlunsplit(("", "", parts.path, parts.query, ""))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Content-Security-Policy", policy(audience))
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if settings().public_url.startswith("https://") and not settings().prefix:  # else the host is the portal's
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    typed = audience != "admin" and request.method == "POST"  # the next person must find nothing of it
    if typed or (audience == "admin" and "immutable" not in headers.get("Cache-Control", "")):  # scripts alone are kept
        headers["Cache-Control"] = "no-store"
    else:
        # In-app browsers keep pages stubbornly: they must ask each time, and are mostly told that nothing changed.
        headers.setdefault("Cache-Control", "no-cache")
    if response.direct_passthrough or response.is_streamed:
        return response
    if audience != "admin" and response.status_code == 200 and request.method in ("GET", "HEAD"):  # noqa: PLR2004
        response.set_etag(hashlib.blake2b(response.get_data(), digest_size=12).hexdigest(), weak=True)
        if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
            return _not_modified(response)
    if audience != "admin" and not typed:  # a secret and a visitor's words must not be compressed together
        _compress(response)
    return response


def _not_modified(response: Response) -> Response:
    response.status_code = 304
    response.set_data(b"")
    for name in ("Content-Length", "Content-Type"):
        response.headers.pop(name, None)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _compress(response: Response) -> None:
    body = response.get_data()
    if len(body) < SMALLEST_COMPRESSED or not (response.mimetype or "").startswith(COMPRESSIBLE):
        return
    response.headers["Vary"] = "Accept-Encoding"
    encoding = best_encoding(request.headers.get("Accept-Encoding", ""))
    if encoding == "br":
        response.set_data(brotli.compress(body, mode=brotli.MODE_TEXT, quality=5))
    elif encoding == "gzip":
        response.set_data(gzip.compress(body, 9, mtime=0))
    if encoding:
        response.headers["Content-Encoding"] = encoding


def best_encoding(accepted: str) -> str:
    """The best encoding we have among those a client accepts: 'br', 'gzip' or '' (RFC 9110 §12.5.3)."""
    taken = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        quality = parameters.replace(" ", "").removeprefix("q=")
        taken[name.strip()] = quality not in ("0", "0.0", "0.00", "0.000")
    for encoding in ("br", "gzip"):
        if taken.get(encoding, taken.get("*", False)):
            return encoding
    return ""
