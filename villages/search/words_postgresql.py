"""The index of words on PostgreSQL: GIN over numbers, as no text search configuration has an opinion on numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    column,
    delete,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    table,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from villages.search.conditions import TITLE, all_in_title, conditions
from villages.search.models import SearchEntry
from villages.search.question import Question

Row = Mapping[str, Any]
WORDS = table("search_words", column("key", BigInteger), column("grams", ARRAY(BigInteger)))
# A pair is two characters side by side in 42 bits; what stands in a title is also there with a bit above, and above
# that are a unit's number, a year, and marks of sections and kinds.
SHIFT, IN_TITLE, UNIT, YEAR, MARK = 21, 1 << 43, 1 << 44, 1 << 45, 1 << 46
# Words that are everywhere are found among the latest texts, without asking the index.
NEWEST = 1_000
# Hits are taken one by one until there are enough: never all at once, and never by reading every row.
PLAN = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true)"
)
# Up to this length a word is in the text when the set says so.
EXACT = 2


class PostgresWords:
    """Sets of single characters and pairs."""

    def add(self, session: Session, rows: Sequence[Row]) -> None:
        """As Words.add."""
        session.execute(insert(WORDS), [{"key": row["key"], "grams": _set(row)} for row in rows])

    def remove(self, session: Session, rows: Sequence[Row]) -> None:
        """As Words.remove."""
        session.execute(delete(WORDS).where(WORDS.c.key.in_([row["key"] for row in rows])))

    def clear(self, session: Session) -> None:
        """As Words.clear."""
        session.execute(delete(WORDS))

    def bounded(self, session: Session, question: Question, most: int) -> int:
        """As Words.bounded."""
        some = _by_index(session, question, _anywhere(question)).limit(most).subquery()
        return session.scalar(select(func.count()).select_from(some)) or 0

    def all(self, session: Session, question: Question) -> Iterable[Any]:
        """As Words.all."""
        entry = SearchEntry
        in_title = all_in_title(question, func.strpos).label("in_title")
        query = _by_index(session, question, _anywhere(question))
        return session.execute(query.with_only_columns(entry.key, in_title, entry.section, entry.kind, entry.day))

    def stream(self, session: Session, question: Question, which: str, limit: int, offset: int) -> list[int]:
        """As Words.stream."""
        entry, in_title = SearchEntry, all_in_title(question, func.strpos)
        which_words = in_title if which == TITLE else not_(in_title)
        if question.units is None and offset + limit < NEWEST:
            last = select(entry.key).order_by(entry.key.desc()).offset(NEWEST).limit(1).scalar_subquery()
            newest = select(entry.key).where(entry.key > func.coalesce(last, 0), *conditions(question), which_words)
            newest = newest.where(*_contains(question, least=1)).order_by(entry.key.desc())
            found = list(session.scalars(newest.limit(limit).offset(offset)))
            if len(found) == limit:
                return found
        grams = _in_title(question) if which == TITLE else _anywhere(question)
        query = _by_index(session, question, grams).where(which_words)
        return list(session.scalars(query.order_by(entry.key.desc()).limit(limit).offset(offset)))

    def count_titles(self, session: Session, question: Question) -> int:
        """As Words.count_titles."""
        query = _by_index(session, question, _in_title(question)).where(all_in_title(question, func.strpos))
        return session.scalar(query.with_only_columns(func.count())) or 0

    def count(self, session: Session) -> int:
        """As Words.count."""
        return session.scalar(select(func.count()).select_from(WORDS)) or 0


def _by_index(session: Session, question: Question, grams: set[int]) -> Select[Any]:
    """Hits by way of GIN whatever the planner thinks: rows hold long sets that it must never read one by one."""
    session.execute(PLAN)
    marks = {_mark("section", question.section)} if question.section else set()
    marks |= {_mark("kind", question.kind)} if question.kind else set()
    marks |= {YEAR + question.year} if question.year else set()
    found = select(WORDS.c.key).where(WORDS.c.grams.contains(_array(sorted(grams | marks))))
    if question.units is not None:
        found = found.where(WORDS.c.grams.overlap(_array([UNIT + unit for unit in question.units])))
    hits = found.cte("found").prefix_with("MATERIALIZED")
    query = select(SearchEntry.key).join(hits, hits.c.key == SearchEntry.key)
    return query.where(*conditions(question), *_contains(question, least=EXACT + 1))


def _array(numbers: Sequence[int]) -> Any:
    return literal(list(numbers), ARRAY(BigInteger))


def _contains(question: Question, *, least: int) -> list[ColumnElement[bool]]:
    """That each word of at least so many characters is in the title or the text."""
    entry = SearchEntry
    places = (
        (func.strpos(entry.folded_title, w), func.strpos(entry.folded_text, w))
        for w in question.words
        if len(w) >= least
    )
    return [or_(title > 0, body > 0) for title, body in places]


def _anywhere(question: Question) -> set[int]:
    return {gram for word in question.words for gram in _asked(word)}


def _in_title(question: Question) -> set[int]:
    return {IN_TITLE + gram for gram in _anywhere(question)}


def _asked(word: str) -> set[int]:
    """Pairs, which say all that single characters say; the character where there is no pair."""
    codes = [ord(character) for character in word]
    return {first << SHIFT | second for first, second in pairwise(codes)} or set(codes)


def _set(row: Row) -> list[int]:
    title, body = _grams(row["folded_title"]), _grams(row["folded_text"])
    marks = {UNIT + row["unit_id"], YEAR + row["day"].year}
    marks |= {_mark(name, row[name]) for name in ("section", "kind")}
    return sorted(title | body | {IN_TITLE + gram for gram in title} | marks)


@lru_cache(maxsize=1_000)
def _mark(name: str, word: str) -> int:
    """A number for a filter; should two words share one, the table's own column still tells them apart."""
    return MARK + int.from_bytes(blake2b(f"{name} {word}".encode(), digest_size=5).digest())


def _grams(folded: str) -> set[int]:
    found: set[int] = set()
    for line in folded.split("\n"):
        codes = [ord(character) for character in line]
        found.update(codes)
        found.update(first << SHIFT | second for first, second in pairwise(codes))
    return found
