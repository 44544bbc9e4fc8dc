"""Whose page sent a request, as its browser says. No page can make a browser say another's (Fetch Metadata, RFC 6454).

Asked where nobody signs in, so that no session's token tells.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from villages.core.web import settings


def is_from_our_page() -> bool | None:
    """Whether one of our own pages sent it; None where the browser does not say, or the person typed the address.

    Old telephones and WeChat's old engine send no Sec-Fetch-Site, as none does where the address is neither https nor
    local; most say by Origin, or by Referer, from where they send.
    """
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return None if said == "none" else said == "same-origin"
    for name in ("Origin", "Referer"):
        told = request.headers.get(name)
        if told is not None and told != "null":  # of a page that may not say what it is; ours may, by its Referer
            return _host(told) in _ours() - {""}
    return False if "Origin" in request.headers else None


def _ours() -> set[str]:
    """The hosts under which our pages are seen: the public one, what was asked for, what the proxy was asked for.

    Without their scheme, as a proxy shows us http for https. What the proxy says is believed of anybody: no page has a
    browser send that header elsewhere without asking first (CORS), and we permit none; a program may say what it likes.
    """
    asked = (request.host, request.headers.get("X-Forwarded-Host", "").split(",")[0].strip())
    return {_host(f"//{host}") for host in asked if host} | {_host(settings().base_url)}


def _host(address: str) -> str:
    """The host of an address, and its port unless it is the usual one; '' for what is no address."""
    try:
        parts = urlsplit(address)
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        return ""
    return f"{parts.hostname}{port}" if parts.hostname and parts.scheme in ("", "http", "https") else ""
