"""A kind of disclosure, as frozen data. kinds.py makes it from a catalogue file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from villages.disclosures.fields import Field
from villages.disclosures.self_check import SelfCheck
from villages.disclosures.sheets import Sheet

CYCLES = ("none", "at_once", "month", "quarter", "half_year", "year", "long_term", "batch")
PERIODICAL = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True)
class Short:
    """How an item is shown in one line: its title, then `fields`.

    `title` names the field that is the title; without one ('') the kind's label is.
    """

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One kind. All its periods are defaults that a dated row may override.

    `due_days` in `due_unit` count from the end of the period, or from the day in `formed_field`. `items` are codes
    of the 三务公开 template (facts §3.2). Each sort of unit in `publishers` has the duty.

    `settles`: publishing it settles its own duty, or (本期无此项) the duty of another kind. `check`: the arithmetic
    of checks.py that a published item must pass. `filters`: the fields by which people narrow a list of its items, in
    the order shown; `period` is the year of a periodical kind's period. Without any there is no such list. `names`: the
    fields by which others name its items (文号, 标题); `refers`: the field that names an item of another kind, or ''.
    `shared`: whether a township may fill one form for many villages: none, whole (each item is complete), or
    completed (each village adds what only it knows). `self_check`: how people find themselves in its rosters.
    """

    key: str
    label: str
    words: str
    section: str
    column: str
    items: tuple[str, ...]
    publishers: tuple[str, ...]
    review: tuple[str, ...]
    cycle: str
    due_days: int
    due_unit: str
    warn_days: int
    formed_field: str
    may_be_nothing: bool
    settles: str
    notice_days: int
    notice_unit: str
    after_notice: str
    listed: bool
    exported: bool
    shared: str
    filters: tuple[str, ...]
    names: tuple[str, ...]
    refers: str
    check: str
    law: str
    valid_from: date
    fields: tuple[Field, ...]
    short: Short
    sheet: Sheet
    self_check: SelfCheck | None = None

    @property
    def is_personal(self) -> bool:
        """Whether its items are about particular people: who of the staff reads one is noted."""
        columns = (column for field in self.fields for column in (field, *field.columns))
        return not self.exported or any(column.mask != "none" for column in columns)

    def field(self, name: str) -> Field:
        """The field of a name; KeyError when there is none."""
        return {field.name: field for field in self.fields}[name]
