"""Field types, one file each. A new file here is a new type that catalogue files may name.

A file holds one subclass of `Block` and its instance BLOCK: `label` (its Chinese name), `options` (the settings that
a field of this type must state besides the common ones), `cell` (whether one cell of a spreadsheet can hold it) and
what it does otherwise than `Block`. Whoever uses a type calls the functions below, which see to what is the same for
all types: empty values, and masks.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

from villages.core.spreadsheet import FORMULA
from villages.disclosures.fields import Column
from villages.disclosures.gate.findings import Edit
from villages.disclosures.masks import masked

V = TypeVar("V")


class BlockError(Exception):
    """A value that cannot be taken: Chinese sentences that say what is wrong and what to do."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Passage:
    """A text that a privacy scan must see, and where it stands in words for staff.

    `public`: its field is declared public. Passages of the same `row` stand side by side in a table.
    """

    where: str
    text: str
    public: bool = False
    row: str = ""


class Block(Generic[V]):
    """A field type. Values are never None in here: what is absent is seen to by the functions below."""

    label: str
    options: frozenset[str] = frozenset()
    cell = True

    def parse(self, given: object, field: Column, /) -> V:
        """The value of a text as typed or pasted, or of a value already parsed. Raises BlockError."""
        raise NotImplementedError

    def show(self, value: V, _field: Column, /) -> str:
        """The value as plain text."""
        return str(value)

    def typed(self, value: V, field: Column, /) -> Any:
        """The value as it stands in a form: a text, or what the type's template takes; parse gives the value again."""
        return self.show(value, field)

    def to_json(self, value: V, _field: Column, /) -> Any:
        """The value in JSON's types."""
        return value

    def from_json(self, data: Any, _field: Column, /) -> V:
        """The value that to_json was given."""
        return cast("V", data)

    def nothing(self) -> Any:
        """What stands in an empty form."""
        return ""

    def columns(self, field: Column, /) -> tuple[Column, ...]:
        """The columns of a type that has rows; rows of a spreadsheet can be read into it."""
        return field.columns

    def texts(self, value: V, field: Column, /) -> Iterator[Passage]:
        """Every text that a privacy scan must see."""
        yield Passage(field.label, self.show(value, field), field.public)

    def rewritten(self, value: V, field: Column, edits: Iterator[Sequence[Edit]], /) -> V | None:
        """The value with the texts that `texts` gives written over, as the edits of each say. Raises BlockError."""
        wanted = next(edits)
        if not wanted:
            return value
        if not isinstance(value, str):
            if field.required:
                raise BlockError(f"“{field.label}”里有要打码的号码，可是这里只能填{self.label}，请改正后再打码")
            return None
        return cast("V", written_over(value, wanted) or ("****" if field.required else None))


@cache
def blocks() -> Mapping[str, Block[Any]]:
    """All field types by name."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}").BLOCK for name in sorted(names)}


def parse(given: object, field: Column) -> Any:
    """A field's value, masked as the field demands; None where nothing is given or nothing may be kept.

    Raises BlockError when it is not understood, or lacks though required.
    """
    if field.mask == "omit":
        return None
    if given == FORMULA:
        raise BlockError(f"“{field.label}”是公式，请复制后用“粘贴为数值”，不要留公式")
    if given is None or given in ("", (), []) or (isinstance(given, str) and not given.strip()):
        if field.required:
            raise BlockError(f"“{field.label}”不能空着，请填写")
        return None
    value = blocks()[field.block].parse(given, field)
    return masked(value, field.mask) if isinstance(value, str) else value


def show(value: Any, field: Column) -> str:
    """A field's value as plain text; an empty text for none."""
    return "" if value is None else blocks()[field.block].show(value, field)


def typed(value: Any, field: Column) -> Any:
    """A field's value as it stands in a form; an empty text or an empty list for none."""
    block = blocks()[field.block]
    return block.nothing() if value is None else block.typed(value, field)


def to_json(value: Any, field: Column) -> Any:
    """A field's value in JSON's types."""
    return None if value is None else blocks()[field.block].to_json(value, field)


def from_json(data: Any, field: Column) -> Any:
    """The value that to_json was given."""
    return None if data is None else blocks()[field.block].from_json(data, field)


def texts(value: Any, field: Column) -> Iterator[Passage]:
    """Every text of a value that a privacy scan must see, as it will be shown."""
    if value is not None:
        yield from blocks()[field.block].texts(value, field)


def rewritten(value: Any, field: Column, edits: Iterator[Sequence[Edit]]) -> Any:
    """A value whose texts are written over; takes the edits of as many passages as `texts` gives. Raises BlockError."""
    return None if value is None else blocks()[field.block].rewritten(value, field, edits)


def written_over(text: str, edits: Sequence[Edit]) -> str:
    """A text with edits applied; they are in order and do not overlap."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
