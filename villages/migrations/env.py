"""Alembic's entry: runs migrations on the engine that `villages.core.migration` hands over."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Engine

from villages.core.db import Base, Moment


def plain_types(kind: str, value: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types into migrations as what they are, so that old migrations need none of our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, Moment) else False


engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # Batch mode: SQLite cannot alter a table, so it is copied; keys are checked again when all is done.
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
