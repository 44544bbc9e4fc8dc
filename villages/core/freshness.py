"""Content versions: every verb that changes what is shown raises the version of what it changed.

A kept page remembers the version it was made from and is compared on every request, in every process,
so that all are right on the next request after a publication without sending each other anything.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import String, Table, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from villages.core.db import Base, Moment, Storage, prepare_sqlite, upsert


class Freshness(Base):
    """The content version of one scope, such as `unit:17`."""

    __tablename__ = "freshness"

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(Moment)


# A database that does not answer by then is out of reach: the page that is kept is shown.
PATIENCE_S = 2
TABLE: Table = Freshness.__table__  # type: ignore[assignment]


def raise_versions(session: Session, scopes: Iterable[str], *, at: datetime) -> None:
    """Raise the version of each scope, within the transaction that changes its content."""
    upsert(
        session,
        TABLE,
        [{"scope": scope, "version": 1, "raised_at": at} for scope in sorted(set(scopes))],
        keys=["scope"],
        change={"version": TABLE.c.version + 1, "raised_at": at},
    )


def raise_all(session: Session) -> None:
    """Raise every version: what stands around the content of each page has changed, the content itself has not."""
    session.execute(update(TABLE).values(version=TABLE.c.version + 1))


def raise_others(session: Session, scope: str) -> None:
    """Raise every version but a scope's own, whose change any page may show; their content is no newer for it."""
    session.execute(update(TABLE).where(TABLE.c.scope != scope).values(version=TABLE.c.version + 1))


def freshness_of(session: Session, scope: str) -> tuple[int, datetime | None]:
    """The version of a scope and when it was last raised; (0, None) where nothing was ever shown."""
    row = session.execute(select(TABLE.c.version, TABLE.c.raised_at).where(TABLE.c.scope == scope)).first()
    return (row.version, row.raised_at) if row else (0, None)


def versions_of(session: Session, scopes: Iterable[str]) -> dict[str, int]:
    """The version of each scope that was ever shown."""
    return dict(session.execute(select(TABLE.c.scope, TABLE.c.version).where(TABLE.c.scope.in_(set(scopes)))).all())


class Watch:
    """Reads versions as cheaply as the database allows: one connection a thread, no SQL built, no ORM."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._local = threading.local()
        self._readers: list[_SqliteReader | _Reader] = []

    def version(self, scope: str) -> int:
        """The committed version of a scope; 0 where it has none. Raises the driver's error when unreachable."""
        try:
            reader = self._local.reader
        except AttributeError:
            reader = self._local.reader = self._open()
        try:
            return reader.version(scope)  # type: ignore[no-any-return]
        except Exception:
            del self._local.reader
            self._readers.remove(reader)
            reader.close()
            raise

    def _open(self) -> _SqliteReader | _Reader:
        reader = _SqliteReader(self._storage) if self._storage.is_sqlite else _Reader(self._storage)
        self._readers.append(reader)
        return reader

    def close(self) -> None:
        """Close the connections of all threads; none may be reading any more."""
        while self._readers:
            self._readers.pop().close()
        self._local = threading.local()


class _SqliteReader:
    """Asks SQLite only when another connection has committed since: `data_version` reads shared memory."""

    def __init__(self, storage: Storage) -> None:
        import sqlite3  # noqa: PLC0415 - only where SQLite is the database

        self._connection = sqlite3.connect(str(storage.path), isolation_level=None, check_same_thread=False)
        prepare_sqlite(self._connection)
        self._cursor = self._connection.cursor()
        self._data_version: tuple[int] | None = None
        self._known: dict[str, int] = {}

    def version(self, scope: str) -> int:
        data_version = self._cursor.execute("PRAGMA data_version").fetchone()
        if data_version != self._data_version:
            self._known.clear()
            self._data_version = data_version
        known = self._known.get(scope)
        if known is None:
            row = self._cursor.execute("SELECT version FROM freshness WHERE scope = ?", (scope,)).fetchone()
            known = self._known[scope] = row[0] if row else 0
        return known

    def close(self) -> None:
        self._connection.close()


class _Reader:
    """Asks PostgreSQL with one statement prepared per connection."""

    def __init__(self, storage: Storage) -> None:
        import psycopg  # noqa: PLC0415 - only where PostgreSQL is the database

        url = storage.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: Any = psycopg.connect(
            url,
            autocommit=True,
            prepare_threshold=0,
            connect_timeout=PATIENCE_S,
            options=f"-c statement_timeout={PATIENCE_S}s",
        )
        self._cursor: Any = self._connection.cursor(binary=True)

    def version(self, scope: str) -> int:
        row = self._cursor.execute("SELECT version FROM freshness WHERE scope = %s", (scope,)).fetchone()
        return row[0] if row else 0

    def close(self) -> None:
        self._connection.close()
