"""Atom feeds (RFC 4287) with ids that outlive every change but that of the domain (tag: URIs, RFC 4151). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from villages.core.xml import HEAD, element
from villages.data.changes import Change
from villages.data.documents import Address, moment
from villages.data.operations import LICENCE
from villages.data.queries import Row
from villages.disclosures.kinds import kinds
from villages.disclosures.public_queries import label_of, period_told
from villages.disclosures.values import summary_of, values_from_json

NEWEST = 30
SINCE = "2026"


@dataclass(frozen=True)
class Feed:
    """A feed's own part. `page` is the page that people read, `here` the feed's address, `name` its id's last part."""

    title: str
    name: str
    here: str
    page: str
    base_url: str
    updated: datetime

    def tag(self, name: str) -> str:
        """The id of something: the service's host and path, then its name."""
        parts = urlsplit(self.base_url)
        return f"tag:{parts.hostname},{SINCE}:{(parts.path + name).lstrip('/')}"


def of_items(feed: Feed, rows: Sequence[Row], address: Address) -> bytes:
    """Items by their latest edition; a correction is the same entry with a later `updated`."""
    return _atom(feed, [row[1].published_at for row in rows], (_item(feed, row, address) for row in rows))


def of_changes(feed: Feed, found: Sequence[Change], address: Address) -> bytes:
    """The log; without lists of names, which are in no feed."""
    told = [each for each in found if kinds()[each.item.kind].exported]
    return _atom(feed, [each.at for each in told], (_change(feed, each, address) for each in told))


def _atom(feed: Feed, moments: Sequence[datetime], entries: Iterable[str]) -> bytes:
    parts = [
        element("id", feed.tag(f"feeds/{feed.name}")),
        element("title", feed.title),
        element("updated", moment(max(moments, default=feed.updated))),
        element("link", rel="self", type="application/atom+xml", href=feed.here),
        element("link", rel="alternate", type="text/html", href=feed.page),
        element("author", [element("name", "码上公开")]),
        element("rights", LICENCE),
        *entries,
    ]
    root = {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "zh-CN"}
    return (HEAD + element("feed", parts, **root) + "\n").encode()


def _item(feed: Feed, row: Row, address: Address) -> str:
    item, edition = row
    kind = kinds()[item.kind]
    period = label_of(period_told(kind, item))
    words = [f"更正说明：{edition.note}"] if edition.note else []
    words += [summary_of(kind, values_from_json(kind, edition.content)) or kind.words]
    return element("entry", [
        element("id", feed.tag(f"items/{item.id}")),
        element("title", f"{item.unit.name}：{edition.title}" + (f" {period}" if period else "")),
        element("updated", moment(edition.published_at)),
        element("published", moment(item.published_at or edition.published_at)),
        element("author", [element("name", item.publisher.name)]),
        element("link", rel="alternate", type="text/html", href=address("portal.item", item_id=item.id)),
        element("category", term=kind.key, label=kind.label),
        element("summary", "。".join(words)),
    ])  # fmt: skip


def _change(feed: Feed, change: Change, address: Address) -> str:
    _, number, turn = change.place
    if change.item_id is None:
        page = address("portal.unit", code=change.item.unit.division_code)
    else:
        page = address("portal.item", item_id=change.item_id)
    return element("entry", [
        element("id", feed.tag(f"changes/{number}/{turn}")),
        element("title", f"{change.word}：{change.item.unit.name} {change.title} {change.period}".strip()),
        element("updated", moment(change.at)),
        element("author", [element("name", change.item.publisher.name)]),
        element("link", rel="alternate", type="text/html", href=page),
        element("category", term=change.type, label=change.word),
        element("summary", change.note or f"{change.item.publisher.name}{change.word}。"),
    ])  # fmt: skip
