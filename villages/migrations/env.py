"""Alembic's entry: runs migrations on the engine that `villages.core.migration` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine

from villages.core.db import Base, Moment
from villages.core.refusal import Refusal


def plain_types(kind: str, value: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types into migrations as what they are, so that old migrations need none of our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, Moment) else False


def has_loose_ends(connection: Connection) -> bool:
    """Whether a SQLite database refers to rows that are not there."""
    return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None


engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # Batch mode: SQLite cannot alter a table, so it is copied, dropped and renamed. References are not looked at
    # meanwhile, which SQLite takes outside of a transaction only, and all of them are when all is done.
    is_sqlite = connection.dialect.name == "sqlite"
    raw: Any = connection.connection.driver_connection
    if is_sqlite:
        raw.execute("PRAGMA foreign_keys=OFF").close()
    try:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and has_loose_ends(connection):
                raise Refusal("升级后有的记录指向不存在的内容，没有升级，数据库没有改动。请保留备份，并联系技术人员")
        connection.commit()
    finally:
        if is_sqlite:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys=ON").close()
