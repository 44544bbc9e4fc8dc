"""Questions to the imports."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from villages.accounts.models import Staff
from villages.core.db import Base
from villages.disclosures.imports.models import WAITING, ImportedItem, ImportRun
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Attachment, Edition, Item, Step
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below

# What refers to an item and is the draft's own; every other table that refers to one was built on it.
OWN = {Step.__tablename__, ImportedItem.__tablename__, Edition.__tablename__, Attachment.__tablename__}


def owed_kinds(bodies: Sequence[Publisher]) -> list[Kind]:
    """The kinds that some bodies publish, in the catalogue's order."""
    sorts = {body.kind for body in bodies}
    return [kind for kind in kinds().values() if sorts & set(kind.publishers)]


def only_body(bodies: Sequence[Publisher], kind: Kind) -> Publisher | None:
    """The body whose items a file must be about, where there is only one that could be meant."""
    fit = [body for body in bodies if body.kind in kind.publishers]
    return fit[0] if len(fit) == 1 else None


def run_for(session: Session, run_id: int, staff: Staff) -> ImportRun | None:
    """A run that somebody may see: while it waits and after it was dropped their own, later of their area too."""
    query = select(ImportRun).join(ImportRun.staff).where(ImportRun.id == run_id, _visible(staff))
    return session.scalar(query.options(contains_eager(ImportRun.staff), joinedload(ImportRun.undone_by)))


def waiting_runs(session: Session, staff: Staff) -> Sequence[ImportRun]:
    """What somebody brought and has not decided on, latest first."""
    query = select(ImportRun).where(ImportRun.staff_id == staff.id, ImportRun.state.in_(WAITING))
    return session.scalars(query.order_by(ImportRun.id.desc())).all()


def waiting_ids(session: Session) -> set[int]:
    """All runs whose files are still needed."""
    return set(session.scalars(select(ImportRun.id).where(ImportRun.state.in_(WAITING))))


def history(session: Session, staff: Staff, *, page: int, size: int) -> tuple[Sequence[ImportRun], int]:
    """A page of the imports that somebody may see, latest first, and how many there are."""
    of = _visible(staff) & ImportRun.state.in_(("done", "undone"))
    count = session.scalar(select(func.count(ImportRun.id)).join(ImportRun.staff).where(of)) or 0
    query = select(ImportRun).join(ImportRun.staff).where(of).options(contains_eager(ImportRun.staff))
    return session.scalars(query.order_by(ImportRun.id.desc()).limit(size).offset((page - 1) * size)).all(), count


def _visible(staff: Staff) -> ColumnElement[bool]:
    """Their own; and what was done by somebody whose area lies in theirs."""
    done = ImportRun.state.in_(("done", "undone"))
    if staff.publisher_id is not None:
        near = Staff.publisher_id == staff.publisher_id
    else:
        near = Staff.unit_id.in_(select(Unit.id).where(is_below(staff.unit.division_code)))
    return or_(ImportRun.staff_id == staff.id, done & near)


def items_of(session: Session, run: ImportRun, *, page: int = 1, size: int | None = None) -> Sequence[Item]:
    """The items a run made, in the order of its file; all, or a page of them."""
    query = select(Item).join(ImportedItem, ImportedItem.item_id == Item.id).where(ImportedItem.run_id == run.id)
    query = query.options(joinedload(Item.publisher)).order_by(Item.id)
    if size is not None:
        query = query.limit(size).offset((page - 1) * size)
    return session.scalars(query).all()


def built_on(session: Session, run: ImportRun) -> dict[int, str]:
    """Which items of a run are more than what was imported, with the reason in Chinese."""
    mine = select(ImportedItem.item_id).where(ImportedItem.run_id == run.id)
    found: dict[int, str] = {}
    for item_id in session.scalars(select(Item.id).where(Item.id.in_(mine), Item.state != "draft")):
        found[item_id] = "已经送审或发布"
    later = select(Step.item_id).where(Step.item_id.in_(mine)).group_by(Step.item_id).having(func.count(Step.id) > 1)
    for table, reason in ((Edition, "已经送审或发布"), (Attachment, "已经加了附件")):
        for item_id in session.scalars(select(table.item_id).where(table.item_id.in_(mine)).distinct()):
            found.setdefault(item_id, reason)
    for item_id in session.scalars(later):
        found.setdefault(item_id, "导入后又改过或送审过")
    for table_ in Base.metadata.sorted_tables:
        for column in table_.columns:
            if table_.name not in OWN and any(key.column is Item.__table__.c.id for key in column.foreign_keys):
                for item_id in session.scalars(select(column).where(column.in_(mine)).distinct()):
                    found.setdefault(item_id, "已经有别的内容连着它")
    return dict(sorted(found.items()))
