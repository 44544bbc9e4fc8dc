"""The rules of the sitemaps protocol 0.9 (sitemaps.org/protocol.html), written as a check of bytes. Not of our code."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST, LARGEST, LONGEST = 50_000, 50 * 1024 * 1024, 2_048
SHAPES = {
    "urlset": ("url", ["loc", "lastmod", "changefreq", "priority"]),
    "sitemapindex": ("sitemap", ["loc", "lastmod"]),
}
# W3C's profile of ISO 8601: a year, a month, a day, or a moment with its zone.
MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")


def breaches(data: bytes, *, at: str) -> list[str]:
    """What a sitemap at an absolute address, or an index of them, breaks; nothing where it keeps every rule."""
    found = [f"larger than {LARGEST} bytes"] if len(data) > LARGEST else []
    if not data.startswith(b'<?xml version="1.0" encoding="utf-8"?>'):
        found.append("not declared as UTF-8")
    data.decode("utf-8")
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    name = etree.QName(root)
    if name.namespace != XMLNS or name.localname not in SHAPES:
        return [*found, f"the root is {root.tag}"]
    entry, allowed = SHAPES[name.localname]
    if not 1 <= len(root) <= MOST:
        found.append(f"{len(root)} entries")
    for each in root:
        found += _of_entry(each, entry, allowed, at)
    locs = [each.findtext(f"{{{XMLNS}}}loc") for each in root]
    return found + ([f"{len(locs) - len(set(locs))} addresses twice"] if len(set(locs)) < len(locs) else [])


def _of_entry(element: etree._Element, entry: str, allowed: list[str], at: str) -> list[str]:
    """The breaches of one entry: its elements, and that its address lies at or below the sitemap's folder."""
    names = [etree.QName(each).localname for each in element]
    found = [] if element.tag == f"{{{XMLNS}}}{entry}" else [f"an entry is {element.tag}"]
    if names.count("loc") != 1 or len(set(names)) < len(names) or not set(names) <= set(allowed):
        found.append(f"an entry has {names}")
    loc = element.findtext(f"{{{XMLNS}}}loc") or ""
    here, there = urlsplit(at), urlsplit(loc)
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) or not there.path.startswith(folder_of(at)):
        found.append(f"{loc} is not below {folder_of(at)} of {here.netloc}")
    if len(loc) >= LONGEST or not re.fullmatch(r"[!-~]+", loc):
        found.append(f"{loc} is no address")
    last = element.findtext(f"{{{XMLNS}}}lastmod")
    if last is not None and not MOMENT.fullmatch(last):
        found.append(f"{last} is no moment")
    elif last is not None:
        datetime.fromisoformat(last)
    return found


def folder_of(at: str) -> str:
    """The folder a sitemap lies in; it may speak for what is below only, unless robots.txt names it."""
    return urlsplit(at).path.rsplit("/", 1)[0] + "/"
