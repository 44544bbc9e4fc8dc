"""A form as its templates see it: what stands in each field, what is wrong with it, what the gate found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from villages.disclosures import blocks
from villages.disclosures.attachments import spoken_size, what
from villages.disclosures.blocks.money import yuan
from villages.disclosures.blocks.steps import COLUMNS as STEP_COLUMNS
from villages.disclosures.blocks.steps import COUNTS
from villages.disclosures.blocks.steps import FILES as STEP_FILES
from villages.disclosures.fields import Column, Step
from villages.disclosures.findings import Place
from villages.disclosures.kind import Kind
from villages.disclosures.models import Attachment, WaitingFile
from villages.disclosures.typed import MOST_SHOWN, Problems, Typed, shown_fields
from villages.disclosures.typed import columns_of as shown_columns

BLANK_ROWS, MORE_ROWS = 3, 5
_OF_MEETINGS = ("meeting", *(column.name for column in COUNTS))


@dataclass(frozen=True)
class Stored:
    """A file that is there: what it is and how large, in words; `address` opens it."""

    what: str
    size: str
    address: str = ""


@dataclass
class Drawn:
    """What the templates of the blocks ask of a form."""

    kind: Kind
    typed: Typed
    problems: Problems = field(default_factory=dict)
    stored: Mapping[tuple[str, str], Stored] = field(default_factory=dict)
    places: Sequence[Place] = ()
    is_open: bool = False  # one form for many, where nothing must be there yet
    most_rows: int = MOST_SHOWN
    step_files: Column = STEP_FILES

    @property
    def fields(self) -> list[Column]:
        """The fields in order."""
        return shown_fields(self.kind)

    def found(self, name: str) -> list[Place]:
        """What the gate found in a field."""
        return [place for place in self.places if name in place.fields]

    def wrong(self) -> list[tuple[str, str]]:
        """The fields in which something is wrong, as (place, label), for the summary at the top."""
        names = dict.fromkeys(place.split(".")[0] for place in self.problems)
        return [(each.name, each.label) for each in self.fields if each.name in names]

    def columns(self, column: Column) -> tuple[Column, ...]:
        """The columns of a table."""
        return shown_columns(column)

    def blank_rows(self, _field: Column) -> list[Typed]:
        """The rows of an empty table."""
        return [{} for _ in range(BLANK_ROWS)]

    def step_columns(self, step: Step, row: Mapping[str, Any]) -> list[Column]:
        """What is asked of a step: votes only where people meet, and whatever stands there already."""
        return [
            column
            for column in STEP_COLUMNS
            if column.name != "step" and (step.meetings or column.name not in _OF_MEETINGS or row.get(column.name))
        ]

    def meeting(self, column: Column, step: Step) -> Column:
        """The question which body met."""
        return replace(column, choices=tuple(each.label for each in step.meetings))

    def totals(self, column: Column, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """The totals of a table's amounts of money, in yuan; what is no amount counts nothing."""
        sums = {each.name: 0 for each in shown_columns(column) if each.block == "money"}
        for row in rows:
            for each in shown_columns(column):
                if each.name in sums:
                    sums[each.name] += _fen(row.get(each.name), each)
        return {name: yuan(fen) for name, fen in sums.items()}


def stored(rows: Iterable[Attachment | WaitingFile], addresses: Mapping[str, str]) -> dict[tuple[str, str], Stored]:
    """The files that are there, by digest and name."""
    return {
        (each.digest, each.name): Stored(
            what(each.media_type), spoken_size(each.size), addresses.get(f"{each.digest}/{each.name}", "")
        )
        for each in rows
    }


def _fen(text: object, column: Column) -> int:
    try:
        return blocks.parse(text, column) or 0 if text else 0
    except blocks.BlockError:
        return 0
