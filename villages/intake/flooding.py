"""What looks like a flood: it is kept back for somebody to look at, and slowed down, and never refused for good.

Many honest people may sit behind one address (a village, an office, a whole telephone network) or use one hall's
screen, and a true wrong brings many letters about one place on one day. So each count leaks: it forgets one every so
often, and only what comes faster than that fills it. What is kept back was stored, has its receipt, and says nothing
else to its writer. Only at a great many at once does a network wait, and then for the *age* of the form: whoever took
some minutes to write has waited already, so nobody behind the same address can keep them out.

Counts lie under keyed digests (models.GuessWait) and go after two days; no address and no text is kept. With what is
kept back goes why (holding.py), never where it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from villages.accounts.delays import network_of
from villages.intake.delays import locked_counts
from villages.intake.models import GuessWait
from villages.intake.sealed import FLOOD, digest

# Nobody reads a form, writes and sends it within so little time.
TOO_QUICK = timedelta(seconds=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=10)


@dataclass(frozen=True)
class Pace:
    """How many may come at once before the next is kept back, and how long it takes until one is forgotten.

    `fullest`: more is not counted, so that a count is soon empty again when the flood is over; `waits_from`: from how
    many on a form must have some age, None for never.
    """

    most: int
    forgets_one_in: timedelta
    fullest: int
    waits_from: int | None = None


NETWORK = Pace(40, timedelta(seconds=30), fullest=480, waits_from=400)
PLACE = Pace(30, timedelta(minutes=2), fullest=90)
TEXT = Pace(2, timedelta(days=1), fullest=3)


@dataclass(frozen=True)
class Arrival:
    """What is known of a form that arrives: from where, about what, its words; when it was opened; a trap sprung."""

    network: str
    about: str
    text: str
    opened_at: datetime | None
    is_trapped: bool = False


@dataclass(frozen=True)
class Verdict:
    """Why to keep it back, by keys of holding.REASONS, none to take it; or until when it is not even taken.

    `took`: how many seconds it took to write; `same`: how often the same words came of late, with these; None where
    nobody knows.
    """

    why: tuple[str, ...] = ()
    until: datetime | None = None
    took: int | None = None
    same: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether it is kept back."""
        return bool(self.why)


def weigh(session: Session, arrival: Arrival, *, at: datetime) -> Verdict:
    """Count a form that arrives, unless it has to wait. The counts are locked until the transaction ends."""
    counts = _counts(session, arrival, at)
    opened_at = arrival.opened_at or at
    wait = _wait(counts["network"][1].failures, NETWORK) if "network" in counts else timedelta(0)
    if at < opened_at + wait:
        return Verdict(until=opened_at + wait)
    why = [what for what, (pace, count) in counts.items() if count.failures >= pace.most]
    why += ["trap"] if arrival.is_trapped else []
    why += ["quick"] if at - opened_at < TOO_QUICK else []
    for pace, count in counts.values():
        count.failures = min(count.failures + 1, pace.fullest)
    took = int((at - opened_at).total_seconds()) if arrival.opened_at is not None else None
    return Verdict(tuple(why), took=took, same=counts["text"][1].failures if "text" in counts else None)


def _wait(level: int, pace: Pace) -> timedelta:
    """How old a form must be: ever older, the fuller the count."""
    if pace.waits_from is None or level < pace.waits_from:
        return timedelta(0)
    wait: timedelta = FIRST_WAIT * 2 ** ((level - pace.waits_from) // 10)
    return min(wait, LONGEST_WAIT)


def _counts(session: Session, arrival: Arrival, at: datetime) -> Mapping[str, tuple[Pace, GuessWait]]:
    known = {
        "network": (NETWORK, network_of(arrival.network) or arrival.network),
        "about": (PLACE, arrival.about),
        "text": (TEXT, arrival.text),
    }
    digests = {what: digest(session, FLOOD, f"{what} {key}") for what, (_, key) in known.items() if key}
    found = locked_counts(session, sorted(digests.values()), at)
    counts = {what: (known[what][0], found[key]) for what, key in digests.items()}
    for pace, count in counts.values():
        gone = max((at - count.last_at) // pace.forgets_one_in, 0)
        count.failures = max(count.failures - gone, 0)
        count.last_at += gone * pace.forgets_one_in
    return counts
