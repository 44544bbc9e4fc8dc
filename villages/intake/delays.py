"""How wrong codes slow guessing down, without keeping the owner of a case waiting.

A code has eight digits, so what must be bounded is how many guesses anybody gets. Three counts, each of wrong guesses
of late, none of which depends on whether there is such a case:

* by network *and* number: after five, ever longer, a quarter of an hour at most. Who else guesses at the same number
  elsewhere does not count here, so a stranger who knows it makes nobody wait who sits on another network;
* by network over all numbers: a village or an office may sit behind one address, so it takes forty, and lasts five
  minutes at most. One network gets some 300 guesses a day, twenty of them 6 000: of 100 000 000 codes;
* by number over all networks: past 200 (many networks at once), a network that was wrong three times with *this*
  number waits an hour. One that was not is never slowed by it: the owner's first tries are always looked at.

A browser that has opened the case before (it holds a pass, `following.pass_for`) has a count of its own and skips the
others, so the owner's telephone gets in whoever else guesses behind the same address. A hall's screen is a network of
its own, by its machine. What is left: somebody on the owner's own network who keeps guessing at the owner's number
makes a new browser there wait; the office opens the case at the counter meanwhile. Looking at right codes while others
wait would not slow guessing at all, as a guess is only worth something when it is right.

Whether a subsidy was paid (subsidy.py) is asked with a name and four digits: of 10 000, and most people's are not
spread evenly over them. Its counts are its own and stricter (SUBSIDY); yet an office where many ask on one day, and
most are told no, gets an answer every ten minutes at worst.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from villages.accounts.delays import network_of
from villages.core.db import Base, upsert
from villages.intake.models import GuessWait
from villages.intake.sealed import GUESS, digest

FORGOTTEN_AFTER = timedelta(days=2)
# Doublings beyond this are longer than any wait.
MOST_DOUBLINGS = 12


@dataclass(frozen=True)
class Pace:
    """After `free` wrong guesses a wait, doubled with each more, up to `longest`; half are forgotten every so often.

    Whoever pauses until half are forgotten wins half of `free`: in that time they would be answered as often without.
    """

    free: int
    first: timedelta
    longest: timedelta
    halved_every: timedelta


@dataclass(frozen=True)
class Paces:
    """The paces of one sort of target, whose counts begin with `what`; past `alarm_at` a network's is `alarmed`."""

    what: str
    pair: Pace
    alarmed: Pace
    network: Pace
    alarm_at: int
    target_halved_every: timedelta = timedelta(hours=12)


CODES = Paces(
    what="",
    pair=Pace(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1)),
    alarmed=Pace(3, timedelta(hours=1), timedelta(hours=1), timedelta(days=1)),
    network=Pace(40, timedelta(seconds=15), timedelta(minutes=5), timedelta(hours=2)),
    alarm_at=200,
)
SUBSIDY = Paces(
    what="subsidy ",
    pair=Pace(5, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=6)),
    alarmed=Pace(3, timedelta(hours=4), timedelta(days=1), timedelta(days=2)),
    network=Pace(20, timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=3)),
    alarm_at=60,
)


@dataclass(frozen=True)
class Guess:
    """Somebody's try at a target: what is guessed at, from where; `is_known`: from a browser that was right before."""

    target: str
    network: str
    is_known: bool = False
    paces: Paces = CODES

    @property
    def keys(self) -> dict[str, str]:
        """What each count stands for; by digest alone does it reach the database."""
        what, target = self.paces.what, self.target
        if self.is_known:
            return {"pair": f"{what}known {target}"}
        network = f"{what}network {network_of(self.network) or self.network}"
        return {"pair": f"{network} {target}", "network": network, "target": f"{what}target {target}"}


class Waits:
    """The counts of one guess, locked until the transaction ends: guesses sent at once are counted one by one."""

    def __init__(self, session: Session, guess: Guess, *, at: datetime) -> None:
        self.session, self.at, self.paces = session, at, guess.paces
        digests = {what: digest(session, GUESS, key) for what, key in guess.keys.items()}
        found = locked_counts(session, sorted(digests.values()), at)
        self.rows = {what: found[key] for what, key in digests.items()}

    @property
    def until(self) -> datetime | None:
        """Until when nobody's guess is looked at here; None where it is."""
        waits = [row.until for what, row in self.rows.items() if what != "target" and row.until is not None]
        return max((until for until in waits if until > self.at), default=None)

    def wrong(self) -> None:
        """Count a wrong guess."""
        paces, alarmed = self.paces, False
        if (target := self.rows.get("target")) is not None:
            alarmed = self._count(target, paces.target_halved_every) >= paces.alarm_at
        for what, row in self.rows.items():
            if what != "target":
                pace = paces.network if what == "network" else paces.alarmed if alarmed else paces.pair
                self._wait(row, self._count(row, pace.halved_every), pace)

    def right(self) -> None:
        """Forget what this one got wrong about the target; not what came from there about others."""
        self.rows["pair"].failures, self.rows["pair"].until = 0, None

    def _count(self, row: GuessWait, halved_every: timedelta) -> int:
        row.failures = (row.failures >> min(max(self.at - row.last_at, timedelta()) // halved_every, 30)) + 1
        row.last_at = max(self.at, row.last_at)  # of two guesses sent at once, the later may be counted first
        return row.failures

    def _wait(self, row: GuessWait, failures: int, pace: Pace) -> None:
        if failures >= pace.free:
            wait: timedelta = pace.first * 2 ** min(failures - pace.free, MOST_DOUBLINGS)
            row.until = self.at + min(wait, pace.longest)


def forget_guesses(session: Session, at: datetime) -> int:
    """Keep no guess longer than it slows anybody; returns how many counts went."""
    gone = session.execute(delete(GuessWait).where(GuessWait.last_at <= at - FORGOTTEN_AFTER))
    return gone.rowcount  # type: ignore[no-any-return, attr-defined]


def locked_counts(session: Session, keys: list[str], at: datetime) -> Mapping[str, GuessWait]:
    """The counts of some keys in order, made where there are none, locked until the transaction ends."""
    table = Base.metadata.tables["guess_wait"]
    new = [{"key": key, "failures": 0, "last_at": at, "until": None} for key in keys]
    for row in new:  # one by one and in order, so that two who guess at once do not wait for each other for ever
        upsert(session, table, [row], keys=["key"], change={"key": row["key"]})
    query = select(GuessWait).where(GuessWait.key.in_(keys)).execution_options(populate_existing=True)
    return {row.key: row for row in session.scalars(query)}
