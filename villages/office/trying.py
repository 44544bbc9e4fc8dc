"""A verb tried out and taken back, so that a person sees what it would do, or why it would be refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from villages.core.web import db


@contextmanager
def tried() -> Iterator[Session]:
    """The request's own session, with all that is done to it undone at the end."""
    trial = db().begin_nested()
    try:
        yield db()
    finally:
        trial.rollback()
