"""By which values an item is found, as its kind's file states them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from villages.disclosures.kind import Kind
from villages.disclosures.wording import half_width, one_line

# The year of a periodical kind's period, in the place of a field's name.
PERIOD = "period"
# A facet without a name: the words of the item, in small letters.
WORDS = ""
# What others call an item (文号, 标题), and what it calls another one: two that are equal belong together.
NAMED, REFERS = "=", ">"
APART = (WORDS, NAMED, REFERS)
# Brackets and spaces are typed in many ways.
_LOOSE = re.compile(r"[\s〔〕［］\[\]【】()（）《》〈〉]+")
# Blocks whose values many items share. Nobody is found by a name, a number or a sum.
NARROWING = ("choice", "several", "text", "date", "yesno")
# Words of the address that are no filters.
RESERVED = ("q", "within", "page", "by")
LONGEST_VALUE, LONGEST_WORDS = 60, 200
YES, NO = "是", "否"

Value = tuple[str, str]


def facets_of(kind: Kind, title: str, content: Mapping[str, Any], period_start: date | None) -> list[Value]:
    """(name, value) of an item's public content, in JSON's types; where people do not narrow, the names only."""
    named = [*_named(NAMED, kind.names, content), *_named(REFERS, (kind.refers,), content)]
    if not kind.filters:
        return named
    found = [(name, value) for name in kind.filters for value in _values(kind, name, content, period_start)]
    words = " ".join(dict.fromkeys([title, *_told(kind, content), *(value for _, value in found)]))
    return [(WORDS, one_line(words).lower()[:LONGEST_WORDS]), *dict.fromkeys(found), *named]


def _named(name: str, fields: Sequence[str], content: Mapping[str, Any]) -> list[Value]:
    told = (_LOOSE.sub("", half_width(content.get(field) or "")) for field in fields)
    return [(name, text[:LONGEST_VALUE]) for text in dict.fromkeys(told) if text]


def label_of(kind: Kind, name: str) -> str:
    """What a filter is called."""
    return "年份" if name == PERIOD else kind.field(name).label


def is_year(kind: Kind, name: str) -> bool:
    """Whether a filter's values are years."""
    return name == PERIOD or kind.field(name).block == "date"


def folded(text: str) -> str:
    """A text as a value is kept: one line, at most LONGEST_VALUE characters."""
    return one_line(text)[:LONGEST_VALUE]


def _values(kind: Kind, name: str, content: Mapping[str, Any], period_start: date | None) -> Iterator[str]:
    if name == PERIOD:
        if period_start is not None:
            yield str(period_start.year)
        return
    data, block = content.get(name), kind.field(name).block
    if data is None:
        return
    if block == "date":
        yield str(date.fromisoformat(data).year)
    elif block == "yesno":
        yield YES if data else NO
    elif block == "several":
        yield from data
    elif text := folded(data):
        yield text


def _told(kind: Kind, content: Mapping[str, Any]) -> Iterator[str]:
    """The short texts that a list shows beside the title; of rosters only what they are narrowed by."""
    for field in map(kind.field, kind.short.fields if kind.listed else ()):
        data = content.get(field.name)
        if field.mask == "none" and field.block == "text" and data is not None:
            yield str(data)
