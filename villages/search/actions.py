"""Verbs of the index: each in the transaction that changes what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from villages.search.entry import Entry
from villages.search.models import SearchEntry
from villages.search.words import words_of_database

BATCH = 500
COLUMNS = SearchEntry.__table__


def put(session: Session, entry: Entry) -> None:
    """Let one text be found, in place of what was found of it before."""
    remove(session, entry.subject, [entry.ref])
    add(session, [entry])


def add(session: Session, entries: Iterable[Entry]) -> int:
    """Let texts be found that are not in the index yet; returns how many."""
    words, done, waiting = words_of_database(session), 0, iter(entries)
    while batch := [entry.row() for entry in islice(waiting, BATCH)]:
        session.execute(insert(SearchEntry), batch)
        words.add(session, batch)
        done += len(batch)
    return done


def remove(session: Session, subject: str, refs: Sequence[int]) -> None:
    """Let texts no longer be found; those that are not in the index do no harm."""
    words, mine = words_of_database(session), SearchEntry.subject == subject
    kept = (session.scalar(select(func.count()).select_from(SearchEntry)) or 0) - len(refs) if len(refs) > BATCH else 0
    anew = len(refs) > max(kept, BATCH)  # to take most of them out costs more than to begin again
    if anew:
        words.clear(session)
    for at in range(0, len(refs), BATCH):
        gone = (mine, SearchEntry.ref.in_(refs[at : at + BATCH]))
        if not anew and (rows := _rows(session, *gone)):
            words.remove(session, rows)
        session.execute(delete(SearchEntry).where(*gone).execution_options(synchronize_session=False))
    if anew:
        for batch in _batches(session):
            words.add(session, batch)


def clear(session: Session) -> None:
    """Forget everything."""
    words_of_database(session).clear(session)
    session.execute(delete(SearchEntry).execution_options(synchronize_session=False))


def _rows(session: Session, *conditions: Any) -> list[Mapping[str, Any]]:
    return [dict(row) for row in session.execute(select(COLUMNS).where(*conditions)).mappings()]


def _batches(session: Session) -> Iterator[Sequence[Mapping[str, Any]]]:
    last = 0
    while rows := session.execute(
        select(COLUMNS).where(COLUMNS.c.key > last).order_by(COLUMNS.c.key).limit(BATCH)
    ).mappings().all():  # fmt: skip
        yield [dict(row) for row in rows]
        last = rows[-1]["key"]
