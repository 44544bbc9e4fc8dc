"""Whether what a program has is still right: one state of all that is published, and the moment of its last change."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.http import http_date

from villages.core.clock import day_of, now
from villages.core.freshness import Freshness
from villages.data.queries import starts

# A program that starts anew may draw its answers in another way.
STARTED = now()
# HTTP counts seconds, and a transaction may take some: what is so fresh is told by its ETag alone.
MARGIN = timedelta(seconds=10)


def state_of(session: Session) -> tuple[int, datetime]:
    """A number that every change of what is shown raises, and when that was last; midnight is a change too."""
    versions, at = session.execute(select(func.sum(Freshness.version), func.max(Freshness.raised_at))).one()
    last = at.replace(tzinfo=at.tzinfo or UTC) if at else STARTED
    return int(versions or 0), max(last, STARTED, starts(day_of(now())))


def tag_of(versions: int, at: datetime) -> str:
    """An ETag for an answer that is streamed, of the address asked for."""
    told = f"{versions} {at.isoformat()} {STARTED.isoformat()} {request.full_path} {request.script_root}"
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def unchanged(at: datetime) -> bool:
    """Whether If-Modified-Since says that a program has all; If-None-Match, where given, counts alone."""
    since = request.if_modified_since
    return since is not None and "If-None-Match" not in request.headers and at.replace(microsecond=0) <= since


def dated(response: Response, at: datetime) -> Response:
    """The response with its Last-Modified, where seconds can tell it."""
    if now() - at > MARGIN:
        response.headers["Last-Modified"] = http_date(at)
    return response


def not_modified(at: datetime, tag: str = "") -> Response:
    """The answer to who has all."""
    response = dated(Response(status=304), at)
    if tag:
        response.set_etag(tag, weak=True)
    return response
