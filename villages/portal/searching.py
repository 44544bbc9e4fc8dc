"""The page for searching. What a person looks for is theirs: it is in no log and no cache.

Only where nothing at all was found it is handed on to be counted; villages/visits says what little of that is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from villages.core.clock import day_of, now
from villages.core.web import db
from villages.disclosures.kinds import kinds
from villages.portal.answers import note_vain
from villages.portal.sections import BY_KEY, SECTIONS
from villages.registry.models import Unit
from villages.registry.queries import (
    contact_of,
    counties,
    find_villages,
    merged_into,
    unit_by_code,
    unit_by_former_code,
    units_below,
)  # fmt: skip
from villages.search.folding import LONGEST_QUERY, words_of
from villages.search.queries import find, years
from villages.search.question import Found, Question

bp = Blueprint("searching", __name__)
MOST_VILLAGES, MOST_KINDS, MOST_YEARS = 6, 6, 6
# Digits are a village's when they are at least a county's code; shorter ones are the start of every code.
LEAST_CODE = 6
FIRST_YEAR, LAST_YEAR, LAST_PAGE = 1900, 9998, 10_000_000


@dataclass(frozen=True)
class Choice:
    """A filter's link: how many hits it leaves, where that is known."""

    label: str
    address: str
    count: int | None = None


@dataclass(frozen=True)
class Asked:
    """What the address asks for; whatever makes no sense is as if it were not there."""

    text: str
    within: Unit | None
    section: str
    kind: str
    year: int
    page: int

    def address(self, **change: Any) -> str:
        """The address of the same search with something changed; from the first page on."""
        values = {
            "q": self.text, "within": self.within.division_code if self.within else None,
            "section": self.section, "kind": self.kind, "year": self.year,
        } | change  # fmt: skip
        return url_for("searching.search", **{name: value for name, value in values.items() if value})

    @property
    def is_narrow(self) -> bool:
        """Whether hits may be missing because of a filter or a page beyond the last, and not of the words."""
        return bool(self.section or self.kind or self.year or self.page > 1)

    @property
    def question(self) -> Question:
        """As the index is asked."""
        units = None if self.within is None else _units(db(), self.within)
        return Question(words_of(self.text), day_of(now()), units, self.section, self.kind, self.year)


@bp.get("/search")
def search() -> Response:
    """Villages by name, pinyin or initials, then what was published, found by any part of its words."""
    asked = _asked(db())
    question = asked.question
    found = find(db(), question, page=asked.page)
    villages = _villages(asked, question.words)
    if question.words and not found.hits and not villages and not asked.is_narrow:
        note_vain(asked.text)
    several = counties(db())
    page = render_template(
        "portal/search.html", asked=asked, words=question.words, found=found, kinds=kinds(), sections=BY_KEY,
        units=_units_of(db(), found), villages=villages[:MOST_VILLAGES], more_villages=len(villages) > MOST_VILLAGES,
        narrower=_narrower(asked, found), applied=_applied(asked), longest=LONGEST_QUERY,
        place=asked.within or (several[0] if len(several) == 1 else None),
        contact=contact_of(db(), asked.within or several[0]) if several and not found.hits else None,
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _asked(session: Session) -> Asked:
    given = request.args
    code, kind, section = given.get("within", ""), given.get("kind", ""), given.get("section", "")
    unit = (unit_by_code(session, code) or unit_by_former_code(session, code)) if code else None
    alone = unit is not None and unit.level == "county" and len(counties(session)) == 1
    year, page = given.get("year", 0, type=int), given.get("page", 1, type=int)
    return Asked(
        text=" ".join(given.get("q", "")[:LONGEST_QUERY].split()),
        within=None if unit is None or alone else unit.successor,
        section=section if section in BY_KEY else "",
        kind=kind if kind in kinds() else "",
        year=year if FIRST_YEAR <= year <= LAST_YEAR else 0,
        page=min(max(page, 1), LAST_PAGE),
    )


def _units(session: Session, unit: Unit) -> tuple[int, ...]:
    """The units whose texts are a unit's: those below it, and those merged into it."""
    return tuple(each.id for each in (*units_below(session, unit), *merged_into(session, unit)))


def _villages(asked: Asked, words: Sequence[str]) -> Sequence[Unit]:
    text = "".join(words)
    if asked.is_narrow or (asked.within and asked.within.level == "village"):
        return ()
    if text.isascii() and text.isdigit() and len(text) < LEAST_CODE:
        return ()
    found = find_villages(db(), text, most=MOST_VILLAGES + 1)
    return [unit for unit in found if asked.within is None or asked.within.id in (unit.id, unit.parent_id)]


def _units_of(session: Session, found: Found) -> Mapping[int, Unit]:
    ids = {hit.unit_id for hit in found.hits}
    query = select(Unit).where(Unit.id.in_(ids)).options(joinedload(Unit.parent))
    return {unit.id: unit for unit in session.scalars(query)} if ids else {}


def _narrower(asked: Asked, found: Found) -> list[tuple[str, list[Choice]]]:
    """Filters that leave some of the hits and not all, by what they filter."""
    if not found.hits:
        return []
    named = {"section": {each.key: each.title for each in SECTIONS}, "kind": {}, "year": {}}
    named["kind"] = {key: kinds()[key].label for key, _ in _commonest(found.kinds)}
    of_years = sorted(found.years, reverse=True) if found.years else list(reversed(years(db())))
    named["year"] = {str(year): f"{year}年" for year in of_years[:MOST_YEARS]}
    counted: dict[str, Mapping[Any, int]] = {"section": found.sections, "kind": found.kinds, "year": found.years}
    rows = []
    for name, title in (("section", "只看一类"), ("kind", "只看一种"), ("year", "只看一年")):
        counts = {str(key): count for key, count in counted[name].items()}
        choices = [
            Choice(label, asked.address(**{name: key}), counts.get(key))
            for key, label in named[name].items()
            if found.count is None or counts.get(key)
        ]
        if not getattr(asked, name) and len(choices) > 1:
            rows.append((title, choices))
    return rows


def _commonest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_KINDS]


def _applied(asked: Asked) -> list[Choice]:
    """What is filtered by now; its link takes it away."""
    choices = [Choice(asked.within.name, asked.address(within=None))] if asked.within else []
    if asked.section:
        choices.append(Choice(BY_KEY[asked.section].title, asked.address(section=None)))
    if asked.kind:
        choices.append(Choice(kinds()[asked.kind].label, asked.address(kind=None)))
    if asked.year:
        choices.append(Choice(f"{asked.year}年", asked.address(year=None)))
    return choices
