"""Questions to the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.search.conditions import REST, TITLE
from villages.search.folding import marked, snippet
from villages.search.models import SearchEntry
from villages.search.question import MOST_COUNTED, Found, Hit, Question
from villages.search.words import words_of_database

PER_PAGE = 20
NOTHING = Found((), 0, has_more=False, sections={}, kinds={}, years={})


def find(session: Session, question: Question, *, page: int = 1) -> Found:
    """A page of hits, counted from 1: title hits first, then the latest, then the greatest number."""
    if not question.words:
        return NOTHING
    words, first = words_of_database(session), (page - 1) * PER_PAGE
    if words.bounded(session, question, MOST_COUNTED + 1) > MOST_COUNTED:
        keys = _among_many(session, question, first, PER_PAGE + 1)
        return Found(_hits(session, keys[:PER_PAGE], question), None, len(keys) > PER_PAGE, {}, {}, {})
    rows = list(words.all(session, question))
    keys = [row.key for row in sorted(rows, key=lambda row: (bool(row.in_title), row.key), reverse=True)]
    return Found(
        hits=_hits(session, keys[first : first + PER_PAGE], question),
        count=len(keys),
        has_more=len(keys) > first + PER_PAGE,
        sections=Counter(row.section for row in rows),
        kinds=Counter(row.kind for row in rows),
        years=Counter(row.day.year for row in rows),
    )


def finds(session: Session, question: Question) -> bool:
    """Whether there is any hit."""
    return bool(question.words) and words_of_database(session).bounded(session, question, 1) > 0


def years(session: Session) -> range:
    """The years of which there is anything, the first to the last."""
    ends = (SearchEntry.key.asc(), SearchEntry.key.desc())  # one by one: SQLite looks through all for both at once
    days = [session.scalar(select(SearchEntry.day).order_by(end).limit(1)) for end in ends]
    return range(days[0].year, days[1].year + 1) if days[0] and days[1] else range(0)


def counts(session: Session) -> tuple[int, int]:
    """How many texts are held, and how many the index of words has; the same unless something went wrong."""
    held = session.scalar(select(func.count()).select_from(SearchEntry)) or 0
    return held, words_of_database(session).count(session)


def row_of(session: Session, subject: str, ref: int) -> dict[str, Any] | None:
    """What is held of one text, as columns; None where it cannot be found."""
    table = SearchEntry.__table__
    row = session.execute(select(table).where(table.c.subject == subject, table.c.ref == ref)).mappings().first()
    return dict(row) if row else None


def _among_many(session: Session, question: Question, first: int, size: int) -> list[int]:
    """Keys from a place on, where there are too many to sort."""
    words = words_of_database(session)
    keys = words.stream(session, question, TITLE, size, first)
    if len(keys) == size:
        return keys
    titles = first + len(keys) if keys or not first else words.count_titles(session, question)
    return keys + words.stream(session, question, REST, size - len(keys), max(0, first - titles))


def _hits(session: Session, keys: Sequence[int], question: Question) -> list[Hit]:
    rows = session.scalars(select(SearchEntry).where(SearchEntry.key.in_(keys)))
    by_key = {row.key: row for row in rows}
    return [_hit(by_key[key], question.words) for key in keys]


def _hit(row: SearchEntry, words: Sequence[str]) -> Hit:
    return Hit(
        row.subject, row.ref, row.unit_id, row.section, row.kind, row.day,
        title=marked(row.title, words), snippet=snippet(row.text, row.folded_text, words),
    )  # fmt: skip
