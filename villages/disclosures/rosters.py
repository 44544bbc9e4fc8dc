"""Rosters that people find themselves in: what of a spreadsheet's numbers is kept for it, and who may be told what.

A roster is public for a few days and shows no number of anybody (facts §3.6). Of the numbers in the spreadsheet the
last four are kept with the draft, sealed. With each edition every line gets a digest, keyed, of place, name and last
four, and beside it what was paid, sealed: whoever says all three is told their own line, for two years after
publication. A roster that is withdrawn loses its lines at once, with what was kept of the numbers.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from villages.core.clock import day_of, day_text
from villages.core.keys import data_keys, derived
from villages.core.sealing import NAME, Unreadable, key_of, name_of, seal, unseal
from villages.disclosures.blocks import show
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item, Roster, RosterLine
from villages.disclosures.periods import stored_period
from villages.disclosures.public_queries import label_of
from villages.disclosures.self_check import SelfCheck, Tail, folded, last_four
from villages.disclosures.values import values_from_json

KEPT = timedelta(days=730)
# More lines than anybody stands in; what is beyond them is not shown.
MOST_TOLD = 60
Known = Mapping[str, Sequence[tuple[str, ...]]]


@dataclass(frozen=True)
class Paid:
    """What a line tells: what was paid; how much, in fen (None where the roster has no amount); when, in words."""

    what: str
    amount: int | None
    on: str
    day: str = ""


def remember(session: Session, item: Item, tails: Sequence[Tail]) -> None:
    """Keep who is who in a roster, in place of what was kept before; a spreadsheet without any number changes nothing.

    The lines follow with the next edition.
    """
    if not any(tail.last for tail in tails):
        return
    row = session.get(Roster, item.id) or Roster(item_id=item.id, lacking=0)
    row.tails = closed(session, tails, about=_about(item.id))
    session.add(row)


def closed(session: Session, tails: Sequence[Tail], *, about: str) -> str:
    """Who is who in a spreadsheet that is not saved yet, sealed; '' where there is no number at all."""
    return _sealed(_keys(session)[0], tails, about) if any(tail.last for tail in tails) else ""


def add_many(session: Session, told: Iterable[tuple[Item, Sequence[Tail]]]) -> None:
    """What remember and renew do with one, for many public rosters that have nothing yet, in few statements."""
    keys = _keys(session)
    kept: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for item, tails in told:
        kind = kinds()[item.kind]
        if kind.self_check is not None:
            rows, lacking = _lines(keys, kind, kind.self_check, item, _by_name(tails))
            kept.append({"item_id": item.id, "tails": _sealed(keys[0], tails, _about(item.id)), "lacking": lacking})
            lines += rows
    for table, rows in ((Roster, kept), (RosterLine, lines)):
        if rows:
            session.execute(insert(table), rows)


def opened(session: Session, sealed: str, *, about: str) -> list[Tail]:
    """What was sealed; nobody where there is nothing, or a key is lost."""
    try:
        return _tails(_keys(session), sealed, about) if sealed else []
    except Unreadable:
        return []


def renew(session: Session, item: Item) -> None:
    """Bring the lines of a roster in line with what was made public; none where it was withdrawn."""
    kind = kinds().get(item.kind)
    if kind is None or kind.self_check is None:
        return
    session.flush()
    session.execute(delete(RosterLine).where(RosterLine.item_id == item.id))
    row = session.get(Roster, item.id)
    if not item.is_public and item.state != "archived":
        if row is not None:
            session.delete(row)
        return
    keys = _keys(session) if row is not None and row.tails else ()
    rows, lacking = _lines(keys, kind, kind.self_check, item, _known(keys, row))
    if row is None:
        row = Roster(item_id=item.id, tails="")
        session.add(row)
    row.lacking = lacking
    session.flush()
    if rows:
        session.execute(insert(RosterLine), rows)


def reseal(session: Session, *, after: int, most: int) -> tuple[int | None, int]:
    """Bring what is kept of the next rosters under the data key in use; the last item's id (None: no more), how many.

    A roster has hundreds of lines, and while they are made anew on SQLite nobody else writes.
    """
    newest, count = _keys(session)[0], 0
    is_old = (Roster.tails != "") & (func.substr(Roster.tails, 1, NAME) != name_of(newest))
    query = select(Roster).where(Roster.item_id > after, is_old).order_by(Roster.item_id).limit(most)
    rows = session.scalars(query).all()
    for row in rows:
        try:
            opened = unseal(key_of(_keys(session), row.tails), row.tails, about=_about(row.item_id))
        except Unreadable:  # sealed before any key that we still have
            continue
        row.tails = seal(newest, opened, about=_about(row.item_id))
        renew(session, session.get_one(Item, row.item_id))
        count += 1
    return (rows[-1].item_id if rows else None), count


def count_old(session: Session) -> int:
    """How much is still sealed under a key that is no longer the one in use, but in force."""
    former = [name_of(key) for key in _keys(session)[1:]]
    columns = (Roster.tails, RosterLine.told)
    queries = (select(func.count()).where(func.substr(column, 1, NAME).in_(former)) for column in columns)
    return sum(session.scalar(query) or 0 for query in queries)


def forget_lines(session: Session, at: datetime) -> int:
    """Let go what was kept long enough, with what was kept of the numbers; returns how many rosters that were."""
    over = session.scalars(select(RosterLine.item_id).where(RosterLine.until < day_of(at)).distinct()).all()
    for start in range(0, len(over), 500):
        ids = over[start : start + 500]
        session.execute(delete(RosterLine).where(RosterLine.item_id.in_(ids)))
        session.execute(delete(Roster).where(Roster.item_id.in_(ids)))
    return len(over)


def paid(session: Session, unit_ids: Sequence[int], name: str, last: str, *, on: date) -> list[Paid]:
    """What a person was paid by the rosters of a village, latest first; the same work whether there is any or not.

    `unit_ids`: the village and those that were merged into it; `last`: the last four of a number.
    """
    keys = _keys(session)
    wanted = [_digest(key, unit_id, folded(name), last_four(last)) for key in keys for unit_id in unit_ids]
    query = select(RosterLine).where(RosterLine.digest.in_(wanted), RosterLine.until >= on)
    found = {(row.item_id, row.ordinal): row for row in session.scalars(query.limit(MOST_TOLD))}
    texts = (unseal(key_of(keys, row.told), row.told, about=_about(*at)) for at, row in found.items())
    told = [Paid(**json.loads(text)) for text in texts]
    return sorted(told, key=lambda each: each.day, reverse=True)


def silent(session: Session, unit_ids: Sequence[int], *, at: datetime) -> Sequence[Item]:
    """The rosters of a village in which some cannot be asked for, as no number stood beside them; latest first."""
    asked = [key for key, kind in kinds().items() if kind.self_check is not None]
    query = select(Item).outerjoin(Roster, Roster.item_id == Item.id)
    query = query.where(Item.unit_id.in_(unit_ids), Item.kind.in_(asked), Item.published_at > at - KEPT)
    query = query.where(
        or_(Item.is_public, Item.state == "archived"), or_(Roster.item_id.is_(None), Roster.lacking > 0)
    )
    return session.scalars(query.order_by(Item.published_at.desc()).limit(MOST_TOLD)).all()


def _lines(
    keys: Sequence[str], kind: Kind, check: SelfCheck, item: Item, known: Known
) -> tuple[list[dict[str, Any]], int]:
    """The rows of an item's latest edition, and how many of its lines have none."""
    edition = item.edition
    if edition is None or item.published_at is None:
        return [], 0
    values = values_from_json(kind, edition.content)
    lines = values.get(check.rows) or ()
    until = day_of(item.published_at) + KEPT
    told, lacking = [], 0
    for ordinal, (line, tails) in enumerate(zip(lines, _beside(check, lines, known), strict=True), start=1):
        lacking += not tails
        if tails:
            words = json.dumps(asdict(_paid(kind, check, item, values, line)), ensure_ascii=False)
            sealed = seal(keys[0], words, about=_about(item.id, ordinal))
            where = {"item_id": item.id, "ordinal": ordinal, "told": sealed, "until": until}
            name = folded(line[check.name])
            told += [{**where, "digest": _digest(keys[0], item.unit_id, name, tail)} for tail in tails]
    return told, lacking


def _beside(check: SelfCheck, lines: Sequence[Mapping[str, Any]], known: Known) -> Iterator[tuple[str, ...]]:
    """The last four that belong to each line: where a name stands as often as in the spreadsheet, theirs in turn.

    Where a line came or went since, nobody knows whose it was: then only what all of that name have in common counts.
    """
    names = [folded(line[check.name]) for line in lines]
    often, met = Counter(names), Counter[str]()
    for name in names:
        tails = known.get(name, [])
        if len(tails) == often[name]:
            yield tails[met[name]]
        else:
            yield tails[0] if len(set(tails)) == 1 else ()
        met[name] += 1


def _paid(kind: Kind, check: SelfCheck, item: Item, values: Mapping[str, Any], line: Mapping[str, Any]) -> Paid:
    what = "，".join(filter(None, (show(values.get(name), kind.field(name)) for name in check.what)))
    day: date | None = next((found for name in check.days if (found := line.get(name) or values.get(name))), None)
    period = stored_period(item.period_start, item.period_cycle, kind.cycle)
    on = day_text(day) if day is not None else label_of(period)
    sort = day or (period.end if period is not None else None)
    return Paid(what, line.get(check.amount), on, sort.isoformat() if sort is not None else "")


def _known(keys: Sequence[str], row: Roster | None) -> Known:
    return _by_name(_tails(keys, row.tails, _about(row.item_id)) if row is not None and row.tails else ())


def _by_name(tails: Sequence[Tail]) -> Known:
    """The last four by name, a tuple for each time that the name stood in the spreadsheet."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for tail in tails:
        found[tail.name].append(tail.last)
    return found


def _sealed(key: str, tails: Sequence[Tail], about: str) -> str:
    return seal(key, json.dumps([[tail.name, *tail.last] for tail in tails], ensure_ascii=False), about=about)


def _tails(keys: Sequence[str], sealed: str, about: str) -> list[Tail]:
    return [Tail(name, tuple(last)) for name, *last in json.loads(unseal(key_of(keys, sealed), sealed, about=about))]


def _digest(key: str, unit_id: int, name: str, last: str) -> str:
    """What finds a line and tells nothing of it."""
    return hmac.digest(derived(key, "villages rosters 1"), f"{unit_id}\n{name}\n{last}".encode(), "sha256").hex()


def _about(item_id: int, ordinal: int = 0) -> str:
    return f"roster:{item_id}:{ordinal}"


def _keys(session: Session) -> tuple[str, ...]:
    settings = session.info["settings"]
    return data_keys(settings.data_dir, settings.data_key)
