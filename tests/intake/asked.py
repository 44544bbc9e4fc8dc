"""What is asked of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that runs meanwhile."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "after_cursor_execute", note)
