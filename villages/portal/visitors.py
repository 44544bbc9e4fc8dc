"""Tells people from robots and prefetches, so that only people's scans are counted. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

ROBOTS = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/;_-]|spider|crawl|slurp|curl/|wget/|python-|python/|java/|go-http|okhttp|headless|lighthouse"
    r"|monitor|preview|facebookexternalhit|feedfetcher|httpclient|libwww|^-?$",
    re.IGNORECASE,
)
WISHES = re.compile("prefetch|preview|prerender", re.IGNORECASE)
PREFETCHES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


@lru_cache(maxsize=4096)
def is_robot(user_agent: str) -> bool:
    """Whether a browser's name is a robot's, a tool's or empty."""
    return ROBOTS.search(user_agent) is not None


def is_person(environ: dict[str, Any]) -> bool:
    """Whether a request was made because a person wanted to see the page now."""
    return not is_robot(environ.get("HTTP_USER_AGENT", "")) and not any(
        WISHES.search(environ[name]) for name in PREFETCHES if name in environ
    )
