"""What both databases ask of search_entry in the same words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from villages.search.models import SearchEntry
from villages.search.question import Question

TITLE, REST = "title", "rest"


def conditions(question: Question) -> list[ColumnElement[bool]]:
    """All that a hit must be besides containing the words."""
    entry = SearchEntry
    found: list[ColumnElement[bool]] = [or_(entry.until.is_(None), entry.until >= question.today)]
    if question.units is not None:
        found.append(entry.unit_id.in_(question.units))
    if question.section:
        found.append(entry.section == question.section)
    if question.kind:
        found.append(entry.kind == question.kind)
    if question.year:
        found.append(entry.day.between(date(question.year, 1, 1), date(question.year, 12, 31)))
    return found


def all_in_title(question: Question, position: Callable[..., Any]) -> ColumnElement[bool]:
    """Whether the title has all words; `position` is the database's function (text, part) -> place from 1, or 0."""
    return and_(*(position(SearchEntry.folded_title, word) > 0 for word in question.words))
