"""The index of words on SQLite: FTS5 (3.40 and later), without content of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from villages.search.conditions import TITLE, all_in_title
from villages.search.models import SearchEntry
from villages.search.question import Question

Row = Mapping[str, Any]
WORDS = table("search_words", column("rowid"), column("search_words"))
NONE = '"none"'
CHANGE = "(rowid, title, body, marks) VALUES (:key, :title, :body, :marks)"


class SqliteWords:
    """Each character is five hexadecimal digits, so that no tokenizer has an opinion on it."""

    def add(self, session: Session, rows: Sequence[Row]) -> None:
        """As Words.add."""
        session.execute(text(f"INSERT INTO search_words {CHANGE}"), list(map(_tokens, rows)))

    def remove(self, session: Session, rows: Sequence[Row]) -> None:
        """As Words.remove; the index must be told what it was given."""
        query = (
            "INSERT INTO search_words (search_words, rowid, title, body, marks) "
            "VALUES ('delete', :key, :title, :body, :marks)"
        )
        session.execute(text(query), list(map(_tokens, rows)))

    def clear(self, session: Session) -> None:
        """As Words.clear."""
        session.execute(text("INSERT INTO search_words (search_words) VALUES ('delete-all')"))

    def bounded(self, session: Session, question: Question, most: int) -> int:
        """As Words.bounded."""
        some = _matching(question, _anywhere(question)).limit(most).subquery()
        return session.scalar(select(func.count()).select_from(some)) or 0

    def all(self, session: Session, question: Question) -> Iterable[Any]:
        """As Words.all."""
        entry = SearchEntry
        in_title = all_in_title(question, func.instr).label("in_title")
        query = _matching(question, _anywhere(question)).join(entry, entry.key == WORDS.c.rowid)
        return session.execute(query.with_only_columns(entry.key, in_title, entry.section, entry.kind, entry.day))

    def stream(self, session: Session, question: Question, which: str, limit: int, offset: int) -> list[int]:
        """As Words.stream."""
        match = _in_title(question) if which == TITLE else f"({_anywhere(question)}) NOT ({_in_title(question)})"
        query = _matching(question, match).order_by(WORDS.c.rowid.desc()).limit(limit).offset(offset)
        return list(session.scalars(query))

    def count_titles(self, session: Session, question: Question) -> int:
        """As Words.count_titles."""
        query = _matching(question, _in_title(question)).with_only_columns(func.count())
        return session.scalar(query) or 0

    def count(self, session: Session) -> int:
        """As Words.count. An index without content counts what it can find: every text has its unit's mark."""
        query = select(func.count()).select_from(WORDS).where(_matches('marks : "u" *'))
        return session.scalar(query) or 0


def _matching(question: Question, match: str) -> Select[Any]:
    """Filters are marks in the index itself: to look at the table for each hit would take several times as long."""
    marks = _marks(question)
    over = select(SearchEntry.key).where(SearchEntry.until < question.today)  # few, as what is due takes them out
    return (
        select(WORDS.c.rowid)
        .select_from(WORDS)
        .where(_matches(f"({match}) AND {marks}" if marks else match), WORDS.c.rowid.not_in(over))
    )


def _matches(match: str) -> ColumnElement[bool]:
    return literal_column("search_words").op("MATCH", is_comparison=True)(match)


def _anywhere(question: Question) -> str:
    return " AND ".join(f"{{title body}} : {_phrase(word)}" for word in question.words)


def _in_title(question: Question) -> str:
    return " AND ".join(f"title : {_phrase(word)}" for word in question.words)


def _phrase(word: str) -> str:
    """A word as a phrase of pairs; one character as the start of a pair, or a line's last character by itself."""
    codes = _codes(word)
    return f'"{codes[0]}" *' if len(codes) == 1 else f'"{" ".join(map(str.__add__, codes, codes[1:]))}"'


def _marks(question: Question) -> str:
    """The filters as an expression; a word that could not be a section or a kind fits nothing."""
    marks = []
    if question.units is not None:
        marks.append(" OR ".join(f'"u{unit}"' for unit in question.units) or NONE)
    for sign, word in (("s", question.section), ("k", question.kind)):
        if word:
            marks.append(f'"{sign}{word}"' if word.isascii() and word.isidentifier() else NONE)
    if question.year:
        marks.append(f'"y{question.year}"')
    return " AND ".join(f"marks : ({mark})" for mark in marks)


def _tokens(row: Row) -> dict[str, Any]:
    return {
        "key": row["key"],
        "title": _pairs(row["folded_title"]),
        "body": _pairs(row["folded_text"]),
        "marks": f"u{row['unit_id']} s{row['section']} k{row['kind']} y{row['day'].year}",
    }


def _pairs(folded: str) -> str:
    tokens: list[str] = []
    for line in folded.split("\n"):
        codes = _codes(line)
        tokens += map(str.__add__, codes, codes[1:])
        tokens += codes[-1:]
    return " ".join(tokens)


class _Codes(dict[str, str]):
    def __missing__(self, character: str) -> str:
        code = self[character] = f"{ord(character):05x}"
        return code


CODES = _Codes()


def _codes(line: str) -> list[str]:
    return [CODES[character] for character in line]
