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
            environ["REMOTE_ADDR"] = _visitor(environ, self._proxies)
        return self._app(environ, start_response)


def _visitor(environ: dict[str, Any], proxies: tuple[Network, ...]) -> str:
    """Who asked the first of our proxies: the last address that is not one of theirs; earlier ones anybody may write."""
    for told in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = told.strip()
        try:
            ipaddress.ip_address(address)
        except ValueError:
            break
        if not is_trusted(address, proxies):
            return address
    return str(environ["REMOTE_ADDR"])


@lru_cache(maxsize=1024)
def is_trusted(address: str, proxies: tuple[Network, ...]) -> bool:
    """Whether an address is one of the trusted proxies'."""
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(host in network for network in proxies)
