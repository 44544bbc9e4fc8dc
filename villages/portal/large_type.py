"""Large type: the choice rides in the address, so that it needs no cookie and no script.

Every page opened with `?type=large` is drawn larger, and every link and form of it that stays with us carries the
choice on, whoever wrote its template: that is done once, on the finished page.
"""

from __future__ import annotations

import re
from collections.abc import Container
from html import escape, unescape
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, request
from werkzeug.urls import iri_to_uri

from villages.core.web import surface_of
from villages.portal.shelves import filter_names

bp = Blueprint("large_type", __name__)
NAME, LARGE = "type", "large"
QUERY = f"{NAME}={LARGE}"
# What makes another page of a page, for the address that search engines are told; the rest only narrows a list.
SAID = ("q", "column", "page", "part", "edition", "whole", "to")
NARROWED = ("within", "kind", "section", "year", "group", "by", "about", "item", "plate")
_LINK = re.compile(r'(<(?:a|area)\b[^>]*?\shref=")([^"]*)(")')
_FORM = re.compile(r"<form\b[^>]*>")
_ACTION = re.compile(r'(\saction=")([^"]*)(")')
_FIELD = f'<input type="hidden" name="{NAME}" value="{LARGE}">'
OK, REDIRECTS = 200, range(300, 400)


def is_large() -> bool:
    """Whether this page is to be drawn in large type."""
    return request.args.get(NAME) == LARGE and surface_of(request.path) == "public"


@bp.app_context_processor
def _switch() -> dict[str, Any]:
    """`large`, and for pages that can be asked for again the address of the same page in the other type."""
    large, here = is_large(), _plain_address({*SAID, *NARROWED, *filter_names()})
    other = here if large else carried(here, request.script_root)
    return {"large": large, "other_type": other if request.method in ("GET", "HEAD") else ""}


def _plain_address(names: Container[str]) -> str:
    """This page's address without the choice, with those of its words that are named."""
    told = [pair for pair in request.args.items(multi=True) if pair[0] != NAME and pair[0] in names]
    query = urlencode(told, quote_via=quote)
    return iri_to_uri(quote(request.script_root + request.path)) + (f"?{query}" if query else "")


@bp.after_app_request
def _carry_on(answer: Response) -> Response:
    if not is_large():
        return answer
    prefix = request.script_root
    if answer.status_code in REDIRECTS and answer.location is not None:
        answer.location = carried(answer.location, prefix)
    if answer.mimetype == "text/html" and not answer.direct_passthrough and not answer.is_streamed:
        answer.set_data(_carrying(answer.get_data(as_text=True), prefix, answer.status_code))
    return answer


def _carrying(html: str, prefix: str, status: int) -> str:
    """A page whose links and forms carry the choice on, and whose plain address is its canonical one."""
    head, found, body = html.partition("<body>")
    if status == OK and 'rel="canonical"' not in head:
        head = head.replace("</head>", f'<link rel="canonical" href="{escape(_plain_address(SAID))}">\n</head>', 1)
    switch = 'class="type"'
    body = _LINK.sub(lambda m: m[0] if switch in m[1] else m[1] + escape(carried(unescape(m[2]), prefix)) + m[3], body)
    return head + found + _FORM.sub(lambda m: _form(m[0], prefix), body)


def _form(tag: str, prefix: str) -> str:
    """A form's first tag: one that is posted carries the choice in its address, another in a field of its own."""
    if 'method="post"' in tag.lower():
        return _ACTION.sub(lambda m: m[1] + escape(carried(unescape(m[2]), prefix)) + m[3], tag)
    action = _ACTION.search(tag)
    return tag + _FIELD if action is None or _is_ours(unescape(action[2]), prefix) else tag


def carried(address: str, prefix: str) -> str:
    """An address with the choice, if it is a page of ours: `/v/12345678#call` -> `/v/12345678?type=large#call`."""
    if not address or address.startswith("#") or not _is_ours(address, prefix):
        return address
    parts = urlsplit(address)
    if QUERY in parts.query.split("&"):
        return address
    return urlunsplit(parts._replace(query=f"{parts.query}&{QUERY}" if parts.query else QUERY))


def _is_ours(address: str, prefix: str) -> bool:
    """Whether an address is a villager's page here: not elsewhere, no file, neither the staff's nor the hall's."""
    if address in ("", "?") or address.startswith("?"):
        return True
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith(f"{prefix}/"):
        return False
    path = parts.path[len(prefix) :]
    return surface_of(path) == "public" and "." not in path.rpartition("/")[2]
