"""The tallies of one process."""

from __future__ import annotations

from villages.core.db import Storage
from villages.core.tally import Tally
from villages.visits.actions import count_speeds, count_vain, count_visits
from villages.visits.speeds import Mark

# Beyond so many a second it is not people: what comes more is dropped, so that nobody can fill a process.
MOST_TELLINGS, MOST_SEARCHES = 3_000, 300


class Counting:
    """What is opened, looked for in vain and told by browsers, waiting to be written."""

    def __init__(self, storage: Storage) -> None:
        self.visits: Tally[int] = Tally("visits", storage, count_visits)
        self.vain: Tally[str] = Tally("vain searches", storage, count_vain, most=MOST_SEARCHES)
        self.speeds: Tally[Mark] = Tally("page speeds", storage, count_speeds, most=MOST_TELLINGS)

    def close(self) -> None:
        """Write what is waiting and stop."""
        for tally in (self.visits, self.vain, self.speeds):
            tally.close()
