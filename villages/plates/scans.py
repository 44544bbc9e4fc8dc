"""Counts scans off the request path: a request costs one append, a thread adds them up and writes once a second."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from datetime import UTC, date, datetime

from villages.core.background import Background
from villages.core.clock import day_of
from villages.core.db import Storage
from villages.plates.actions import count_scans

LAG_S = 1.0
# While the database cannot be written, counts wait; beyond so many the oldest are given up, and that is logged.
MOST_WAITING = 200_000
log = logging.getLogger(__name__)


class ScanCounter:
    """Scans waiting to be written, in one process."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: deque[tuple[int, float]] = deque(maxlen=MOST_WAITING)
        self._writing = threading.Lock()
        self._background = Background("scans", LAG_S, self.flush)

    def note(self, plate_id: int) -> None:
        """Remember one scan of a plate, now."""
        self._waiting.append((plate_id, time.time()))
        self._background.ensure()

    def close(self) -> None:
        """Write what is waiting and stop."""
        self._background.close()

    def flush(self) -> None:
        """Write what is waiting, in one transaction; what cannot be written waits for the next time."""
        with self._writing:
            counts: Counter[tuple[int, date]] = Counter()
            taken = []
            while self._waiting:
                taken.append(self._waiting.popleft())
            days: dict[int, date] = {}
            for plate_id, at in taken:
                minute = int(at // 60)
                if minute not in days:
                    days[minute] = day_of(datetime.fromtimestamp(at, UTC))
                counts[plate_id, days[minute]] += 1
            if not counts:
                return
            try:
                with self._storage.transaction() as session:
                    count_scans(session, dict(counts))
            except Exception:  # whatever happens here, reading goes on
                log.exception("scans could not be counted; %d wait", len(taken))
                self._waiting.extendleft(reversed(taken))
