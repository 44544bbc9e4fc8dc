"""Pairs of neighbouring characters, by which both databases find what contains a word: the sole home of their SQL.

SQLite: FTS5, every pair a token in its place, so that a phrase is a substring; hits come in the order of their key.
PostgreSQL: GIN over the set of single characters and pairs as numbers; longer words are looked at again in the text.
Any database query here may be asked with any words: what a person typed is never part of a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session

from villages.search.question import Question
from villages.search.words_postgresql import PostgresWords
from villages.search.words_sqlite import SqliteWords

Row = Mapping[str, Any]


class Words(Protocol):
    """What each database does in its own way."""

    def add(self, session: Session, rows: Sequence[Row]) -> None:
        """Take in rows of search_entry, which are there already."""

    def remove(self, session: Session, rows: Sequence[Row]) -> None:
        """Take out rows of search_entry, which are still there."""

    def clear(self, session: Session) -> None:
        """Take out everything."""

    def bounded(self, session: Session, question: Question, most: int) -> int:
        """How many hits there are, or `most` where there are as many or more."""

    def all(self, session: Session, question: Question) -> Iterable[Any]:
        """All hits without order: key, in_title, section, kind, day."""

    def stream(self, session: Session, question: Question, which: str, limit: int, offset: int) -> list[int]:
        """Keys of hits of which the title has all words, or of the rest, the greatest first."""

    def count_titles(self, session: Session, question: Question) -> int:
        """How many hits have all words in their title."""

    def count(self, session: Session) -> int:
        """How many texts are in the index of words."""


def words_of_database(session: Session) -> Words:
    """The way of the database that a session speaks to."""
    return SqliteWords() if session.get_bind().dialect.name == "sqlite" else PostgresWords()
