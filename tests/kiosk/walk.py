"""A visitor's walk through the screens, and what befalls the service meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from sqlalchemy import text

from tests.kiosk.hall import Hall
from villages.core.db import Storage

# What a visitor may tap on a screen, but for what turns it, and the keys below it.
DOORS = ":is(.grid a.v, a.tile, .lines a, .news a, .ways a.key, .card a.key):not([aria-disabled=true])"
HOME, BACK = ".keys li:first-child a", "[data-back]"
LOCK = "LOCK TABLE kiosk, unit, item, edition, freshness IN ACCESS EXCLUSIVE MODE"


def walk(hall: Hall, taps: int, *, seed: int = 1, between: Callable[[int], None] = lambda _: None) -> list[str]:
    """Tap so many times what lies on the screens, now and then back or home; returns the screens seen.

    `between` is called before each tap with its number.
    """
    chance, seen = Random(seed), []  # noqa: S311 - the same walk each time
    for number in range(taps):
        between(number)
        door = hall.tap_any(DOORS, chance.random()) if chance.random() < 0.7 else ""
        back = hall.tap_any(BACK) if not door and chance.random() < 0.7 else ""
        seen.append(door or back or hall.tap(HOME))
    return seen


@contextmanager
def locked(storage: Storage) -> Iterator[None]:
    """The database held by somebody else: its one writer in SQLite, every table of the screens in PostgreSQL."""
    with storage.writer.connect() as connection:
        connection.execute(text("SELECT 1" if storage.is_sqlite else LOCK))  # SQLite's writer begins immediately
        yield
        connection.rollback()
