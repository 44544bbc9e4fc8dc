"""Serves under a path of the county's portal, and believes X-Forwarded-… from the proxies that may say it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from villages.settings import Network, Settings


class Prefixed:
    """WSGI: sets SCRIPT_NAME to the public address's path, whether the proxy strips that path or not."""

    def __init__(self, app: Callable[..., Iterable[bytes]], settings: Settings) -> None:
        self._app = app
        self._prefix = settings.prefix
        self._proxies = settings.trusted_proxies

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass one request on."""
        prefix, path = self._prefix, environ["PATH_INFO"]
        if prefix:
            environ["SCRIPT_NAME"] = prefix
            if path == prefix or path.startswith(prefix + "/"):
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
        if self._proxies and is_trusted(environ.get("REMOTE_ADDR", ""), self._proxies):
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")[-1].strip()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
            environ["REMOTE_ADDR"] = address_of(environ, self._proxies)
        return self._app(environ, start_response)


def address_of(environ: dict[str, Any], proxies: tuple[Network, ...]) -> str:
    """The client's IP address: the nearest one that is not a trusted proxy's; '' where nobody says."""
    nearest = str(environ.get("REMOTE_ADDR", ""))
    told = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    while told and is_trusted(nearest, proxies):
        before = told.pop().strip()
        if not _is_address(before):  # what a trusted proxy cannot name is no better than the proxy itself
            break
        nearest = before
    return nearest[:45]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1024)
def is_trusted(address: str, proxies: tuple[Network, ...]) -> bool:
    """Whether an address is one of the trusted proxies'."""
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(host in network for network in proxies)
