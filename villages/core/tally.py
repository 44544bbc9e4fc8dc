"""Counts off the request path: a request costs one append, a thread adds up by key and day and writes once a second."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from villages.core.background import Background
from villages.core.clock import day_of
from villages.core.db import Storage

LAG_S = 1.0
# While the database cannot be written, counts wait; beyond so many the oldest are given up, and that is logged.
MOST_WAITING = 200_000
Key = TypeVar("Key", bound=Hashable)
log = logging.getLogger(__name__)


class Tally(Generic[Key]):
    """What waits to be counted, in one process. `write` adds counts by key and day in China to the database."""

    def __init__(
        self, name: str, storage: Storage, write: Callable[[Session, dict[tuple[Key, date], int]], None], *,
        most: int = MOST_WAITING,
    ) -> None:  # fmt: skip
        self._name, self._storage, self._write = name, storage, write
        self._waiting: deque[tuple[Key, float]] = deque(maxlen=most)
        self._writing = Lock()
        self._background = Background(name, LAG_S, self.flush)

    def note(self, key: Key) -> None:
        """Remember one more of a key, now."""
        self._waiting.append((key, time.time()))
        self._background.ensure()

    def close(self) -> None:
        """Write what is waiting and stop."""
        self._background.close()

    def flush(self) -> None:
        """Write what is waiting, in one transaction; what cannot be written waits for the next time."""
        with self._writing:
            counts: Counter[tuple[Key, date]] = Counter()
            taken = []
            while self._waiting:
                taken.append(self._waiting.popleft())
            days: dict[int, date] = {}
            for key, at in taken:
                minute = int(at // 60)
                if minute not in days:
                    days[minute] = day_of(datetime.fromtimestamp(at, UTC))
                counts[key, days[minute]] += 1
            if not counts:
                return
            try:
                with self._storage.transaction() as session:
                    self._write(session, dict(counts))
            except Exception:  # whatever happens here, reading goes on
                log.exception("%s could not be counted; %d wait", self._name, len(taken))
                self._waiting.extendleft(reversed(taken))
