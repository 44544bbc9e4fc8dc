"""What can be looked through with filters: one kind's items, or several kinds' under a column for oversight."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from villages.disclosures.facet_values import is_year, label_of
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.site.queries import Site

COLUMNS = Path(__file__).with_name("columns.toml")
PROGRAMME, BATCH = "programme", "batch"


@dataclass(frozen=True)
class Filter:
    """A filter: its name in the address, what it is called, and the facet that it means in each kind."""

    name: str
    label: str
    of: Mapping[str, str]
    is_year: bool

    def spoken(self, value: str) -> str:
        """A value as a page shows it."""
        return f"{value}年" if self.is_year else value


@dataclass(frozen=True)
class Shelf:
    """Kinds that are looked through together. `only`: values that all have, by name of facet."""

    title: str
    words: str
    kinds: tuple[Kind, ...]
    filters: tuple[Filter, ...]
    only: Mapping[str, str]

    @property
    def listed(self) -> bool:
        """Whether search engines may know of it: not where one of its kinds ends with its notice."""
        return all(kind.listed for kind in self.kinds)

    @property
    def ends(self) -> bool:
        """Whether some of it is taken away at the end of its notice."""
        return any(kind.after_notice == "archive" for kind in self.kinds)

    def filter(self, name: str) -> Filter | None:
        """The filter of a name."""
        return next((each for each in self.filters if each.name == name), None)


@dataclass(frozen=True)
class Column:
    """One column of the oversight page. `shows`: lists, search or complaints; `see`: columns that belong to it."""

    key: str
    title: str
    words: str
    shows: str
    shelf: Shelf | None
    see: tuple[str, ...]


@dataclass(frozen=True)
class Phone:
    """A telephone for everybody in the county."""

    label: str
    number: str
    words: str


@dataclass(frozen=True)
class Oversight:
    """The oversight page: its title, its columns, and whom to call."""

    title: str
    words: str
    columns: tuple[Column, ...]
    phones: tuple[Phone, ...]

    def column(self, key: str) -> Column | None:
        """The column of a key."""
        return next((each for each in self.columns if each.key == key), None)


def oversight(site: Site) -> Oversight:
    """The columns, with the titles that a county gave them."""
    told = bundled()
    given = {each.key: site.column_title(each.key) for each in told.columns}
    return replace(told, columns=tuple(_titled(each, given[each.key]) for each in told.columns))


def _titled(column: Column, title: str) -> Column:
    if not title:
        return column
    shelf = replace(column.shelf, title=title) if column.shelf else None
    return replace(column, title=title, shelf=shelf)


@cache
def bundled() -> Oversight:
    """The bundled columns. Raises KeyError where the file names a kind or a field that is not there."""
    data = tomllib.loads(COLUMNS.read_text(encoding="utf-8"))
    phones = tuple(Phone(**each) for each in data["phones"])
    return Oversight(data["title"], data["words"], tuple(map(_column, data["columns"])), phones)


def filter_names() -> set[str]:
    """Every name by which some list is narrowed."""
    columns = {each.name for column in bundled().columns if column.shelf for each in column.shelf.filters}
    return columns.union(*(kind.filters for kind in kinds().values()))


def shelf_of(kind: Kind) -> Shelf | None:
    """A kind's own items; None where its file names no filter."""
    if not kind.filters:
        return None
    filters = tuple(Filter(n, label_of(kind, n), {kind.key: n}, is_year(kind, n)) for n in kind.filters)
    return Shelf(kind.label, kind.words, (kind,), filters, {})


def shelves_in(section: str, column: str) -> list[Kind]:
    """The kinds of a section's column that can be looked through."""
    return [kind for kind in kinds().values() if kind.section == section and kind.column == column and kind.filters]


def _column(data: Mapping[str, Any]) -> Column:
    shelf = None
    if data["shows"] == "lists":
        held = tuple(kinds()[key] for key in data["kinds"])
        shelf = Shelf(data["title"], data["words"], held, tuple(map(_filter, data["filters"])), data["only"])
    return Column(data["key"], data["title"], data["words"], data["shows"], shelf, tuple(data.get("see", ())))


def _filter(data: Mapping[str, Any]) -> Filter:
    years = any(is_year(kinds()[key], name) for key, name in data["of"].items())
    return Filter(data["name"], data["label"], data["of"], years)
