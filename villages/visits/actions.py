"""Verbs: add what was counted, and forget it again. Called by a tally's thread and by `run-due`, by no person."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, Table, delete, distinct, func, select, update
from sqlalchemy.orm import Session

from villages.core.clock import day_of
from villages.core.db import upsert
from villages.core.keys import derived, key
from villages.disclosures.models import Item
from villages.site.queries import rules_of
from villages.visits.harmless import kept_words, subjects
from villages.visits.models import PageSpeed, VainSearch, Visit
from villages.visits.speeds import Mark

# As the privacy page promises; not a setting.
VAIN_DAYS = 30
# Somebody who types nonsense all day fills no disk: what is new beyond so many a day is counted with what is not kept.
MOST_VAIN_A_DAY = 3_000
WITHHELD = ""


def count_visits(session: Session, counts: Mapping[tuple[int, date], int]) -> None:
    """Add openings of items, by item and day."""
    table: Table = Visit.__table__  # type: ignore[assignment]
    asked = select(Item.id, Item.unit_id).where(Item.id.in_({item_id for item_id, _ in counts}))
    units = {row.id: row.unit_id for row in session.execute(asked)}
    keys = ("on_day", "unit_id", "item_id")
    # What was taken away meanwhile must not cost the others their count.
    found = {(on, units[item_id], item_id): n for (item_id, on), n in counts.items() if item_id in units}
    for place, count in sorted(found.items()):
        row = {**dict(zip(keys, place, strict=True)), "count": count}
        upsert(session, table, [row], keys=keys, change={"count": table.c.count + count})


def count_speeds(session: Session, counts: Mapping[tuple[Mark, date], int]) -> None:
    """Add marks of how fast pages opened, by mark and day."""
    table: Table = PageSpeed.__table__  # type: ignore[assignment]
    keys = ("on_day", "page", "measure", "up_to_ms")
    for (mark, on), count in sorted(counts.items()):
        row = {**dict(zip(keys, (on, *mark), strict=True)), "count": count}
        upsert(session, table, [row], keys=keys, change={"count": table.c.count + count})


def count_vain(session: Session, counts: Mapping[tuple[str, date], int]) -> None:
    """Add searches that found nothing, by what was typed and day.

    What must not be kept is counted and nothing else. The rest lies under a keyed digest of its words; the words
    themselves are written once they were looked for on `vain_days` different days.
    """
    known, secret = subjects(), _secret(session)
    words: dict[str, str] = {}
    found: Counter[tuple[str, date]] = Counter()
    for (typed, on), count in counts.items():
        told = kept_words(typed, known)
        digest = hmac.digest(secret, told.encode(), "sha256").hex()[:32] if told else WITHHELD
        words[digest] = told
        found[digest if not told or _has_room(session, digest, on) else WITHHELD, on] += count
    table: Table = VainSearch.__table__  # type: ignore[assignment]
    for (digest, on), count in sorted(found.items()):
        row = {"digest": digest, "on_day": on, "count": count, "words": ""}
        upsert(session, table, [row], keys=["digest", "on_day"], change={"count": table.c.count + count})
    for digest in session.scalars(_often(session).where(VainSearch.digest.in_(words.keys() - {WITHHELD}))).all():
        session.execute(update(VainSearch).where(VainSearch.digest == digest).values(words=words[digest]))


def _secret(session: Session) -> bytes:
    settings = session.info["settings"]
    return derived(key(settings.data_dir, "data", settings.data_key), "villages vain search 1")


def _has_room(session: Session, digest: str, on: date) -> bool:
    if session.get(VainSearch, (digest, on)) is not None:
        return True
    return (session.scalar(select(func.count()).where(VainSearch.on == on)) or 0) < MOST_VAIN_A_DAY


def _often(session: Session) -> Select[Any]:
    """The digests of what was looked for on as many days as the rule asks for."""
    days = func.count(distinct(VainSearch.on))
    return select(VainSearch.digest).group_by(VainSearch.digest).having(days >= rules_of(session)["vain_days"])


def first_of(today: date, days: int) -> date:
    """The first of so many days of which today is the last."""
    return today - timedelta(days=days - 1)


def forget_old(session: Session, at: datetime) -> int:
    """Remove counts whose time is over, and words that are not looked for often any more; returns how many counts."""
    gone = 0
    days = rules_of(session)["visits_days"]
    for table, kept in ((Visit, days), (PageSpeed, days), (VainSearch, VAIN_DAYS)):
        before = first_of(day_of(at), kept)
        gone += cast("CursorResult[Any]", session.execute(delete(table).where(table.on < before))).rowcount
    rare = VainSearch.digest.not_in(_often(session))
    session.execute(update(VainSearch).where(VainSearch.words != "", rare).values(words=""))
    return gone
