"""How often one network may have a code made: so that whoever asks on and on takes nobody else's place. In memory."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from villages.accounts.delays import network_of

# All halls of a county may stand behind one address. Of those who ask machines.actions keeps fifty.
MOST, WITHIN = 20, timedelta(minutes=15)
MOST_NETWORKS = 10_000


class Pace:
    """Who asked lately, in one process: network -> when. Networks are forgotten, the longest silent first."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def may(self, address: str, *, at: datetime) -> bool:
        """Whether a network may ask once more; if so, that is counted. `address`: of IPv4 or IPv6."""
        network = network_of(address)
        with self._lock:
            asked = [moment for moment in self._asked.pop(network, []) if at - moment < WITHIN]
            is_free = len(asked) < MOST
            self._asked[network] = [*asked, at] if is_free else asked
            if len(self._asked) > MOST_NETWORKS:
                self._asked.popitem(last=False)
        return is_free
