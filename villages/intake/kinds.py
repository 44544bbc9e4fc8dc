"""The kinds of cases, as frozen data read from catalogue/*.toml; no code may name a kind. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from villages.intake.deadlines import Span, Terms

CATALOGUE = Path(__file__).with_name("catalogue")
BLOCKS = ("text", "lines", "name", "phone", "email", "address", "choice", "applicant", "photos", "plate")
# Who receives a case: the township of the place it is about, the county, whoever published what it is about, or the
# body that the writer chooses.
RECEIVERS = ("township", "county", "owner", "chosen")
LONGEST = 200


@dataclass(frozen=True)
class Field:
    """One question of a form. `longest` counts characters; `keep_days` after closing, where it goes before the rest."""

    name: str
    label: str
    block: str
    required: bool = False
    longest: int = LONGEST
    help: str = ""
    choices: tuple[str, ...] = ()
    keep_days: int | None = None

    @property
    def is_personal(self) -> bool:
        """Whether it says who wrote, not what about."""
        return self.block in ("name", "phone", "email", "address", "photos")

    @property
    def is_lasting_photos(self) -> bool:
        """Whether it takes photographs that are kept as long as the case."""
        return self.block == "photos" and self.keep_days is None


# Photographs that come after the form, where the form itself asks for none but what goes early: a proof of identity.
ADDED = Field("added", "补充的照片", "photos", help="和申请的内容有关的。身份证明不要放在这里")


@dataclass(frozen=True)
class Dated:
    """The periods of a kind from a day on: those of the clock, and those that others are given.

    `acknowledge`: within which the writer hears whether it is taken; `consult`: how long those who are consulted have;
    `fee`: how long a fee may be paid.
    """

    valid_from: date
    terms: Terms
    acknowledge: Span | None
    consult: Span | None
    fee: Span | None

    def span(self, name: str) -> Span | None:
        """The period that a verb moves: confirm, correct, extension, consult, fee; None where the kind knows none."""
        spans = {"confirm": self.terms.confirm, "correct": self.terms.correct, "extension": self.terms.extension,
                 "consult": self.consult, "fee": self.fee}  # fmt: skip
        return spans[name]


@dataclass(frozen=True)
class Kind:
    """One kind of case.

    `is_accusation`: whoever it is about must not see it; `is_restricted`: nor anybody but those who hold it.
    `anonymous`: whether it may come without a name and a number to call. `publishes_as`: the kind of disclosure that
    question and answer may become where the writer agrees, '' for never. `within_notice`: to be answered before
    the notice that it is about has ended. `order`: its place where kinds are offered. `at_hall`: whether it is written
    on a hall's screen. `is_reviewed`: whether its answer is a 信访处理意见, which the body above may be asked to review
    (信访工作条例 Arts 31(6), 35).
    """

    key: str
    label: str
    words: str
    receiver: str
    is_accusation: bool
    is_restricted: bool
    anonymous: bool
    keep_days: int
    fields: Sequence[Field]
    dated: Sequence[Dated]
    publishes_as: str = ""
    within_notice: bool = False
    order: int = 0
    at_hall: bool = True
    is_reviewed: bool = False

    @property
    def is_application(self) -> bool:
        """Whether it asks for government information: it ends with one of the results of table 3."""
        return any(field.block == "applicant" for field in self.fields)

    @property
    def offers_publication(self) -> bool:
        """Whether the writer is asked if question and answer may be shown to others."""
        return bool(self.publishes_as)

    def on(self, day: date) -> Dated:
        """The periods that are in force on a day; the earliest for days before any."""
        return next((each for each in reversed(self.dated) if each.valid_from <= day), self.dated[0])

    @property
    def later_photos(self) -> Sequence[Field]:
        """Where photographs that come later are kept, each as long as what it is."""
        own = tuple(each for each in self.fields if each.block == "photos")
        return own if any(each.is_lasting_photos for each in own) else (ADDED, *own)

    def field(self, name: str) -> Field | None:
        """The field of a name, that of what was added too."""
        return next((each for each in (*self.fields, ADDED) if each.name == name), None)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its key. Raises ValueError where a file says what is not known."""
    return {path.stem: _read(path) for path in sorted(CATALOGUE.glob("*.toml"))}


def offered() -> Sequence[Kind]:
    """Every kind in the order in which they are offered."""
    return sorted(kinds().values(), key=lambda kind: kind.order)


def _read(path: Path) -> Kind:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    fields = tuple(Field(**{**each, "choices": tuple(each.get("choices", ()))}) for each in data.pop("fields"))
    dated = tuple(sorted(map(_dated, data.pop("terms")), key=lambda each: each.valid_from))
    kind = Kind(key=path.stem, fields=fields, dated=dated, **data)
    if kind.receiver not in RECEIVERS or any(field.block not in BLOCKS for field in fields):
        raise ValueError(path)
    return kind


def _dated(data: dict[str, Any]) -> Dated:
    def span(name: str) -> Span | None:
        return Span(**data[name]) if name in data else None

    answer = span("answer")
    if answer is None:
        raise ValueError(data)
    terms = Terms(
        answer, span("extension"), data.get("by_confirmation", False), span("confirm"), span("correct"),
        data.get("pause", ""), data.get("restart", ""),
    )  # fmt: skip
    return Dated(data["valid_from"], terms, span("acknowledge"), span("consult"), span("fee"))
