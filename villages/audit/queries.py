"""Questions to the audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from villages.audit.models import Actor, AuditEntry
from villages.audit.words import act_word, one_line, subject_word
from villages.core.clock import SHANGHAI, moment_tag
from villages.core.db import Storage
from villages.core.sheets import Cell

BATCH = 1_000
READING = "personal.read"
READ_AGAIN_AFTER = timedelta(minutes=30)
HEADINGS = ("编号", "时间", "操作人", "来处", "操作", "操作代码", "对象", "对象代码", "结果", "内容")


@dataclass(frozen=True)
class Wanted:
    """Which entries: of an act, a person, a subject (whole, or its kind before the colon), days, refused ones alone.

    `within` limits them further, such as to the staff of an area.
    """

    act: str = ""
    actor: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None
    refused: bool = False
    within: ColumnElement[bool] | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions of the database."""
        if self.within is not None:
            yield self.within
        if self.act:
            yield AuditEntry.act == self.act
        if self.actor:
            yield AuditEntry.actor == self.actor
        if self.subject:
            kind = self.subject.rstrip(":")
            yield (AuditEntry.subject == kind) | AuditEntry.subject.startswith(f"{kind}:", autoescape=True)
        if self.first:
            yield AuditEntry.at >= _midnight(self.first)
        if self.last:
            yield AuditEntry.at < _midnight(self.last + timedelta(days=1))
        if self.refused:
            yield AuditEntry.refused.is_(True)

    def told(self) -> dict[str, str]:
        """The conditions as an entry tells of them; what was not asked is left out."""
        days = {name: day.isoformat() for name, day in (("first", self.first), ("last", self.last)) if day}
        texts = {name: text for name in ("act", "actor", "subject") if (text := getattr(self, name))}
        return texts | days | ({"refused": "是"} if self.refused else {})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def newest(session: Session, wanted: Wanted, *, before: int | None, limit: int) -> Sequence[AuditEntry]:
    """The newest entries, older than the one with the id `before`."""
    query = select(AuditEntry).where(*wanted.conditions()).order_by(AuditEntry.id.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(AuditEntry.id < before)).all()


def was_read(session: Session, subject: str, *, by: Actor, at: datetime) -> bool:
    """Whether the audit knows already that somebody saw a subject's personal data within READ_AGAIN_AFTER."""
    seen = select(AuditEntry.id).where(AuditEntry.act == READING, AuditEntry.subject == subject)
    mine = seen.where(AuditEntry.actor == by.name, AuditEntry.at > at - READ_AGAIN_AFTER)
    return session.scalar(mine.limit(1)) is not None


def rows(storage: Storage, wanted: Wanted, *, is_numbered: bool = True) -> Iterator[list[Cell]]:
    """Every entry as a row under HEADINGS, the oldest first; between two batches no connection is held.

    Without its running number where that is nobody's business.
    """
    after = 0
    while True:
        with storage.reading() as session:
            query = select(AuditEntry).where(*wanted.conditions(), AuditEntry.id > after)
            found = session.scalars(query.order_by(AuditEntry.id).limit(BATCH)).all()
        if not found:
            return
        for entry in found:
            yield row(entry) if is_numbered else [None, *row(entry)[1:]]
        after = found[-1].id


def row(entry: AuditEntry) -> list[Cell]:
    """One entry under HEADINGS."""
    return [
        entry.seq, moment_tag(entry.at), entry.actor, entry.address, act_word(entry.act), entry.act,
        subject_word(entry.subject), entry.subject, "被拒绝" if entry.refused else "完成", one_line(entry.detail),
    ]  # fmt: skip
