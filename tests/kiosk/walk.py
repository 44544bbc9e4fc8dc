"""A visitor's walk through the screens, and what befalls the service meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from sqlalchemy import text

from tests.kiosk.hall import Hall
from villages.core.db import Storage

# What a visitor may tap on a screen, but for what turns it.
DOORS = ".grid a.v, a.tile, .lines a, .news a, .ways a.key, .card a.key"
LOCK = "LOCK TABLE kiosk, unit, item, edition, freshness IN ACCESS EXCLUSIVE MODE"


def walk(hall: Hall, taps: int, *, seed: int = 1, between: Callable[[int], None] = lambda _: None) -> list[str]:
    """Tap so many times what lies on the screens, now and then back or home; returns the screens seen.

    `between` is called before each tap with its number.
    """
    chance, seen = Random(seed), []  # noqa: S311 - the same walk each time
    for number in range(taps):
        between(number)
        doors = hall.page.locator(DOORS).count()
        if doors and chance.random() < 0.7:
            seen.append(hall.tap(f":nth-match({DOORS}, {chance.randrange(doors) + 1})"))
        else:
            back = chance.random() < 0.7 and hall.screen() != "home"
            seen.append(hall.tap("[data-back]" if back else ".keys li:first-child a"))
    return seen


@contextmanager
def locked(storage: Storage) -> Iterator[None]:
    """The database held by somebody else: its one writer in SQLite, every table of the screens in PostgreSQL."""
    with storage.writer.connect() as connection:
        connection.execute(text("SELECT 1" if storage.is_sqlite else LOCK))  # SQLite's writer begins immediately
        yield
        connection.rollback()
