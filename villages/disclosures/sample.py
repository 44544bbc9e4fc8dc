"""Sample items (示例) for every village, a year back; marked, and taken away in one go.

They go in as published, by bulk inserts: a review of 30 000 invented items would tell nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.calendar.arithmetic import Calendar, add_calendar_days, add_working_days
from villages.calendar.periods import Period, period_of
from villages.calendar.queries import calendar_of
from villages.core.clock import SHANGHAI, day_of
from villages.core.freshness import raise_versions
from villages.disclosures.duties import FORMED, Terms
from villages.disclosures.facets import add_rows
from villages.disclosures.indexing import forget, index_after
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Attachment, Edition, Facet, Item, Roster, RosterLine, Step
from villages.disclosures.sample_rosters import number_sample
from villages.disclosures.sample_values import MARK, Scene, book, values_for
from villages.disclosures.values import read_values, title_of, values_to_json
from villages.registry.bodies import make_missing
from villages.registry.models import EVERYTHING, Publisher, Unit

VARIANTS = 12
BATCH = 500
YEAR = timedelta(days=365)
DAY = timedelta(days=1)
Row = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """What an item says, before it is somebody's."""

    title: str
    content: dict[str, Any]
    formed_on: date | None


@dataclass
class Maker:
    """Makes the items of one publisher after another. What is said is made once in VARIANTS ways and shared."""

    calendar: Calendar
    at: datetime
    _pieces: dict[tuple[str, Period | None, str], list[Piece]] = field(default_factory=dict)
    _terms: dict[str, Terms] = field(default_factory=dict)
    _ends: dict[tuple[str, date], date | None] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day up to which things were published."""
        return day_of(self.at)

    def items(self, publisher: Publisher) -> Iterator[Row]:
        """All items of a publisher, as rows; `content` is that of the only edition."""
        chance = Random(publisher.code)  # noqa: S311 - the same village is given the same sample
        care = chance.uniform(0.7, 0.99)
        for kind in kinds().values():
            if publisher.kind in kind.publishers:
                for piece, period, owner, due in self._of_kind(kind, publisher, chance):
                    day = _published_on(chance, care, due, piece.formed_on or (period.end if period else due - 9 * DAY))
                    if day is not None and day < self.today:
                        yield self._row(owner, publisher, piece, period, day, chance)

    def _of_kind(
        self, kind: Kind, publisher: Publisher, chance: Random
    ) -> Iterator[tuple[Piece, Period | None, Kind, date]]:
        """What is said, of which period, as which kind, and when it is due."""
        terms = self._terms.setdefault(kind.key, Terms(kind, (), self.calendar))
        if kind.cycle in PERIODICAL:
            periods = _periods(kind, self.today)
            dues = {
                duty.period: duty.due.on
                for duty in terms.recurring(publisher.id, began=periods[0].start, on=self.today)
            }
            told = self._book(kind, periods, chance) if kind.check != "none" else None
            for at, period in enumerate(periods):
                nothing = _nothing_for(kind, publisher) if chance.random() < 0.08 and told is None else None  # noqa: PLR2004
                owner = nothing or kind
                piece = told[at] if told else chance.choice(self._said(owner, period, kind.label if nothing else ""))
                yield piece, period, owner, dues[period]
        elif kind.cycle in FORMED and kind.section != "oversight":  # nobody is to be accused, not even in a sample
            for piece in chance.sample(self._said(kind, None), chance.choice([0, 1, 1, 2, 3])):
                duty = terms.of_item(publisher.id, piece.formed_on or self.today)
                if duty is not None:
                    yield piece, None, kind, duty.due.on
        elif kind.cycle == "long_term":
            for piece in chance.sample(self._said(kind, None), 5 if kind.section == "oversight" else 1):
                yield piece, None, kind, self.today - YEAR + chance.randint(1, 60) * DAY

    def _said(self, kind: Kind, period: Period | None, matter: str = "") -> list[Piece]:
        key = (kind.key, period, matter)
        if key not in self._pieces:
            chance = Random("-".join(map(str, key)))  # noqa: S311
            self._pieces[key] = [self._piece(kind, period, matter, chance, at) for at in range(VARIANTS)]
        return self._pieces[key]

    def _piece(self, kind: Kind, period: Period | None, matter: str, chance: Random, at: int) -> Piece:
        last = period.end if period else self.today - chance.randint(1, YEAR.days) * DAY
        first = period.start if period else last - 30 * DAY
        long = kind.after_notice == "archive"
        scene = Scene(chance, first, last, period=period, at=at + 1, is_long=long, matter=matter)
        return _read(kind, values_for(kind, scene))

    def _book(self, kind: Kind, periods: Sequence[Period], chance: Random) -> list[Piece]:
        """Statements that go on from each other: one publisher's own, as no two villages have the same money."""
        told: list[Piece] = []
        opening = chance.randint(2_000, 60_000) * 100
        for at, period in enumerate(periods, start=1):
            scene = Scene(chance, period.start, period.end, period=period, at=at)
            sums = book(scene, opening=opening)
            opening = sums["closing"]
            told.append(_read(kind, sums))
        return told

    def _row(
        self, kind: Kind, publisher: Publisher, piece: Piece, period: Period | None, day: date, chance: Random
    ) -> Row:  # fmt: skip
        moment = datetime.combine(day, time(chance.randint(8, 17), chance.randrange(60)), SHANGHAI)
        ends = self._notice_until(kind, day)
        over = ends is not None and ends < self.today
        return {
            "kind": kind.key, "publisher_id": publisher.id, "unit_id": publisher.unit_id,
            "state": "archived" if over else "published", "step": 0, "title": piece.title, "draft": piece.content,
            "period_start": period.start if period else None, "period_cycle": period.cycle if period else "",
            "formed_on": piece.formed_on, "elsewhere_on": None,
            "is_sample": True, "created_at": moment - timedelta(hours=chance.randint(1, 60)), "publish_at": None,
            "published_at": moment, "is_public": not over, "is_emergency": False, "notice_until": ends,
            "withdrawn_note": "",
        }  # fmt: skip

    def _notice_until(self, kind: Kind, day: date) -> date | None:
        """As publishing does it: the last day of the notice of what goes to the archive."""
        if not kind.notice_days or kind.after_notice != "archive":
            return None
        key = (kind.key, day)
        if key not in self._ends:
            working = kind.notice_unit == "working"
            self._ends[key] = (
                add_working_days(self.calendar, day, kind.notice_days) if working
                else add_calendar_days(day, kind.notice_days)
            ).on  # fmt: skip
        return self._ends[key]


def add_sample(session: Session, *, by: Actor, at: datetime) -> int:
    """Give the publishers of every village in scope that have no sample yet a year of items; returns how many.

    Publishers that are lacking are made first; they are no sample, and stay. A sample from before its rosters had
    numbers is given them.
    """
    make_missing(session, by=by, at=at)
    have = select(Item.publisher_id).where(Item.is_sample)
    lacking = session.scalars(
        select(Publisher)
        .join(Unit, Publisher.unit_id == Unit.id)
        .where(Unit.level == "village", Unit.in_scope, Unit.merged_into_id.is_(None), Publisher.id.not_in(have))
        .order_by(Publisher.id)
    ).all()
    if not lacking:
        number_sample(session)
        return 0
    maker = Maker(calendar_of(session), at)
    rows = [row for publisher in lacking for row in maker.items(publisher)]
    rows.sort(key=lambda row: row["published_at"])  # as it would have come: later items have later numbers
    last_id = session.scalar(select(func.max(Item.id))) or 0
    _insert(session, rows)
    index_after(session, last_id)
    number_sample(session)
    record(session, "item.add_sample", "items", by=by, at=at, count=len(rows))
    raise_versions(session, _scopes(session, {publisher.unit_id for publisher in lacking}), at=at)
    return len(rows)


def remove_sample(session: Session, *, by: Actor, at: datetime) -> int:
    """Take all sample items away, with their editions and steps; returns how many there were."""
    gone = session.execute(select(Item.id, Item.unit_id).where(Item.is_sample)).all()
    if not gone:
        return 0
    samples = select(Item.id).where(Item.is_sample)
    whole = (
        Facet.item_id,
        RosterLine.item_id,
        Roster.item_id,
        Attachment.item_id,
        Edition.item_id,
        Step.item_id,
        Item.id,
    )
    for column in whole:
        session.execute(delete(column.class_).where(column.in_(samples)).execution_options(synchronize_session=False))
    forget(session, [row.id for row in gone])
    session.expire_all()
    record(session, "item.remove_sample", "items", by=by, at=at, count=len(gone))
    scopes = _scopes(session, {row.unit_id for row in gone}) | {f"item:{row.id}" for row in gone}
    raise_versions(session, scopes, at=at)
    return len(gone)


def _scopes(session: Session, unit_ids: set[int]) -> set[str]:
    """The scopes of units, of those above (their pages count what was published), and of all that lists units."""
    above = session.scalars(select(Unit.parent_id).where(Unit.id.in_(unit_ids), Unit.parent_id.is_not(None)).distinct())
    return {EVERYTHING, *(f"unit:{unit_id}" for unit_id in unit_ids.union(above))}


def _insert(session: Session, rows: Sequence[Row]) -> None:
    """Insert items and their only editions. In batches: to match the new numbers takes the square of their size."""
    items, editions = Item.__table__, Edition.__table__
    new = insert(items).returning(items.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    for at in range(0, len(rows), BATCH):
        batch = rows[at : at + BATCH]
        ids = session.scalars(new, batch).all()
        session.execute(
            insert(editions),  # type: ignore[arg-type]
            [_edition(item_id, row) for item_id, row in zip(ids, batch, strict=True)],
        )
        add_rows(session, zip(ids, batch, strict=True))


def _read(kind: Kind, given: Mapping[str, Any]) -> Piece:
    """What an item says, read as whatever a person types is read; raises Refusal when the sample is wrong."""
    values = read_values(kind, given)
    title = title_of(kind, values).removesuffix(MARK) + MARK
    return Piece(title, values_to_json(kind, values), values.get(kind.formed_field) if kind.formed_field else None)


def _edition(item_id: int, row: Row) -> Row:
    return {
        "item_id": item_id, "number": 1, "title": row["title"], "content": row["draft"], "note": "",
        "published_at": row["published_at"],
    }  # fmt: skip


def _periods(kind: Kind, today: date) -> list[Period]:
    """The periods of a kind that ended within the year before a day, in their order; the last at least."""
    period = period_of(today, kind.cycle).previous  # type: ignore[arg-type]
    found = [period]
    while found[0].previous.end >= today - YEAR:
        found.insert(0, found[0].previous)
    return found


def _nothing_for(kind: Kind, publisher: Publisher) -> Kind | None:
    """The kind by which a publisher may say that there is nothing of another kind."""
    if not kind.may_be_nothing:
        return None
    return next((k for k in kinds().values() if k.settles == "another" and publisher.kind in k.publishers), None)


def _published_on(chance: Random, care: float, due: date, formed: date) -> date | None:
    """A day of publication: mostly in time, sometimes late, and by the careless sometimes not at all."""
    luck = chance.random()
    if luck < care:
        return formed + chance.randint(1, max((due - formed).days, 1)) * DAY
    return due + chance.randint(1, 45) * DAY if luck < (1 + care) / 2 else None
