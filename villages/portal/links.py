"""The addresses of other sites that an item names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from villages.disclosures.kind import Kind


def links_of(kind: Kind, values: Mapping[str, Any]) -> frozenset[str]:
    """Every address of a page elsewhere in an item's values: its link fields, and the links within its texts."""
    found: set[str] = set()
    for field in kind.fields:
        value = values.get(field.name)
        if field.block == "link" and value:
            found.add(value)
        elif field.block == "rich" and value:
            reader = _Links()
            reader.feed(value)
            reader.close()
            found |= reader.found
    return frozenset(address for address in found if address.startswith(("http://", "https://")))


class _Links(HTMLParser):
    """Gathers the addresses of links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if tag == "a" and name == "href" and value}
