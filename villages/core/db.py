"""The database: tables' base, engines and sessions; the one place that knows SQLite from PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session

from villages.settings import Settings

# Named constraints, since SQLite can only alter a table by copying it, and a copy needs the names.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_MS = 5_000
CONNECT_S = 5
# Any number will do, as long as nobody else on the database uses it.
ALONE = 7_270_923


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases (SQLite itself knows no zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, without zone where the database has none."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database: always aware, always UTC."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Storage:
    """The engines of one database: one that reads, one that writes (the same one on PostgreSQL)."""

    def __init__(self, url: str, *, settings: Settings | None = None) -> None:
        self.url = make_url(url)
        # Given to every session, for those below it who need the keys and folders; and where acts come from.
        self.settings, self.address = settings, ""
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.reader = _sqlite_engine(url, begin="BEGIN")
            # Deferred transactions that read before they write fail at once under load; immediate ones wait (measured).
            self.writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE")
        else:
            self.writer = create_engine(
                url,
                pool_pre_ping=True,
                pool_size=8,
                max_overflow=8,
                hide_parameters=True,
                connect_args={"connect_timeout": CONNECT_S},
            )
            # A page reads its version first and its content after: both must be of one moment, as they are on SQLite.
            self.reader = self.writer.execution_options(isolation_level="REPEATABLE READ")

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def session(self, *, writes: bool, address: str = "") -> Session:
        """A session that somebody else closes; `address` is where its acts come from."""
        info = {"settings": self.settings, "address": address or self.address}
        return Session(self.writer if writes else self.reader, expire_on_commit=False, info=info)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only asks."""
        with self.session(writes=False) as session:
            yield session

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[Session]:
        """A session that commits at the end, or rolls everything back.

        `alone`: no other such transaction runs at the same time, for verbs that must not cross each other. On SQLite
        writers are always alone.
        """
        with self.session(writes=True) as session, session.begin():
            if alone:
                self.be_alone(session)
            yield session

    def be_alone(self, session: Session) -> None:
        """Wait until no other transaction that is to be alone runs, and keep others waiting until this one ends."""
        if not self.is_sqlite:
            session.execute(select(func.pg_advisory_xact_lock(ALONE)))

    @contextmanager
    def hasty(self, patience_ms: int = 200) -> Iterator[Session]:
        """A transaction for what may be left undone: raises OperationalError rather than wait for another's."""
        with self.writer.connect() as connection:
            raw: Any = connection.connection.driver_connection
            if self.is_sqlite:
                raw.execute(f"PRAGMA busy_timeout={patience_ms:d}").close()
            try:
                with Session(connection, expire_on_commit=False) as session, session.begin():
                    if not self.is_sqlite:
                        session.execute(select(func.set_config("lock_timeout", f"{patience_ms:d}ms", True)))  # noqa: FBT003
                    yield session
            finally:
                if self.is_sqlite:
                    raw.execute(f"PRAGMA busy_timeout={BUSY_MS}").close()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees one consistent state of the whole database, however long it reads."""
        with self.reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.reader.dispose()
        self.writer.dispose()


def _sqlite_engine(url: str, *, begin: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        prepare_sqlite(connection)

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def prepare_sqlite(connection: Any) -> None:
    """Set one SQLite connection up: write-ahead log, durable commits, patience, foreign keys."""
    for pragma in (
        f"busy_timeout={BUSY_MS}",  # first, so that the others wait too
        "journal_mode=WAL",
        "synchronous=FULL",  # what a person was told had arrived must survive a power cut
        "foreign_keys=ON",
        "cache_size=-16384",
        "mmap_size=134217728",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def upsert(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *, keys: Sequence[str], change: Mapping[str, Any]
) -> None:
    """Insert rows, or apply `change` (column -> expression) to those whose `keys` are there already."""
    if not rows:
        return
    module: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(
        module.insert(table).on_conflict_do_update(index_elements=list(keys), set_=dict(change)),
        [dict(row) for row in rows],
    )
