"""Documents that are dear to make and often asked for: kept in each process until something that is shown changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

MOST = 64
State = tuple[int, datetime]


class Kept:
    """The last documents by their address, each with the state it was made from."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, tuple[State, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, state: State, make: Callable[[], bytes]) -> bytes:
        """The document of a name for a state, made if it is not there."""
        found = self._documents.get(name)
        if found is not None and found[0] == state:
            return found[1]
        made = make()
        with self._lock:
            self._documents[name] = (state, made)
            self._documents.move_to_end(name)
            while len(self._documents) > MOST:
                self._documents.popitem(last=False)
        return made
