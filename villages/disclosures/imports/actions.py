"""Verbs of the imports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.actions import record
from villages.core.refusal import Refusal
from villages.disclosures import gate
from villages.disclosures.actions import submit
from villages.disclosures.imports.models import STATES, WAITING, ImportedItem, ImportRun
from villages.disclosures.imports.queries import built_on
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item, Roster, Step
from villages.disclosures.uploads import seen_name
from villages.disclosures.workflow import WRITERS

LONGEST_NAME = 120
KEPT = timedelta(hours=1)
MOST_NAMED = 20


def begin(
    session: Session, kind: Kind, *, file_name: str, digest: str, by: Staff, at: datetime, state: str = "checking"
) -> ImportRun:
    """Note that somebody brought a file, before it is read. A number in its name is repeated to nobody."""
    name = gate.mask(seen_name(file_name))[-LONGEST_NAME:] or "未命名的文件"
    run = ImportRun(
        kind=kind.key, file_name=name, digest=digest, staff_id=by.id, at=at, moved_at=at, state=state, items=0,
        problems=0, submits=False, submitted=0,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def checked(session: Session, run_id: int, *, items: int, problems: int, by: Staff, at: datetime) -> bool:
    """Note what a check found; False where nobody waits for it any more. The audit has the number of problems alone."""
    moved = _move(session, run_id, ("checking", "writing"), "checked", at=at, items=items, problems=problems)
    if moved and problems:
        record(session, "item.import", f"import:{run_id}", by=by.actor, at=at, refused=True, reasons=problems)
    return moved


def confirm(session: Session, run: ImportRun, *, submits: bool, by: Staff, at: datetime) -> bool:
    """Have a checked file imported; False where that was asked already, so that asking twice makes one import."""
    if run.staff_id != by.id:
        raise Refusal("这个文件是别人上传的，只能由上传的人导入")
    if run.problems:
        raise Refusal("文件里还有要改的地方，请改好后重新上传")
    return _move(session, run.id, ("checked",), "writing", at=at, submits=submits)


def finish(session: Session, run: ImportRun, items: Sequence[Item], *, by: Staff, at: datetime) -> None:
    """Tie the drafts that were made to their run, and send them to review where that was asked.

    A draft that the gate stops or has a question about stays a draft. Raises Refusal where the run was finished before.
    """
    if not _move(session, run.id, ("writing",), "done", at=at, items=len(items)):
        raise Refusal(f"这个文件{STATES['done']}，不要重复导入")
    session.execute(insert(ImportedItem), [{"item_id": item.id, "run_id": run.id} for item in items])
    session.refresh(run)
    record(session, "item.import", f"import:{run.id}", by=by.actor, at=at, items=len(items), digest=run.digest)
    for item in items if run.submits else ():
        try:
            submit(session, item, by=by, at=at)
        except Refusal:  # its reasons stand beside the draft, on the page of the run
            continue
        run.submitted += 1
    session.flush()


def drop(session: Session, run: ImportRun, *, by: Staff, at: datetime) -> None:
    """Give up what was not imported yet."""
    if run.staff_id != by.id:
        raise Refusal("这个文件是别人上传的，只能由上传的人放弃")
    if not _move(session, run.id, ("checking", "checked"), "dropped", at=at):
        raise Refusal("这个文件已经在导入，不能再放弃；导入后可以整批撤销")


def undo(session: Session, run: ImportRun, *, by: Staff, at: datetime) -> int:
    """Take all drafts of a run away again; raises Refusal that names the drafts on which something was built since.

    Returns how many there were. The audit keeps that they were written, and that they went.
    """
    if by.role not in WRITERS:
        raise Refusal(f"{by.role_title}不能撤销导入")
    mine = select(ImportedItem.item_id).where(ImportedItem.run_id == run.id)
    items = session.scalars(select(Item).where(Item.id.in_(mine)).order_by(Item.id).with_for_update()).all()
    foreign = sorted({item.publisher.name for item in items if not by.speaks_for(item.publisher)})
    if foreign:
        raise Refusal(f"里面有不在您管辖范围（{by.area}）里的：{'、'.join(foreign[:MOST_NAMED])}，请由上级来撤销")
    reasons = built_on(session, run)
    if reasons:
        raise Refusal(*_told(reasons, items))
    if not _move(session, run.id, ("done",), "undone", at=at, undone_by_id=by.id):
        raise Refusal("这次导入已经撤销过，或者还没有导入")
    ids = [item.id for item in items]
    session.execute(delete(Step).where(Step.item_id.in_(mine)))
    session.execute(delete(Roster).where(Roster.item_id.in_(mine)))
    # The links name the drafts, and must go before them.
    session.execute(delete(ImportedItem).where(ImportedItem.run_id == run.id))
    for at_ in range(0, len(ids), 500):
        session.execute(delete(Item).where(Item.id.in_(ids[at_ : at_ + 500])))
    record(session, "item.undo_import", f"import:{run.id}", by=by.actor, at=at, items=len(ids), ids=_spans(ids))
    session.flush()
    return len(ids)


def _told(reasons: dict[int, str], items: Sequence[Item]) -> list[str]:
    """A line for each item that keeps a run from being undone, up to MOST_NAMED."""
    named = {item.id: f"{item.publisher.name}“{item.title}”（编号 {item.id}）" for item in items}
    lines = [f"{named[item_id]}{reason}" for item_id, reason in reasons.items()]
    if len(lines) > MOST_NAMED:
        lines[MOST_NAMED:] = [f"还有 {len(lines) - MOST_NAMED} 条也是这样"]
    return [*lines, "所以不能整批撤销。请到这些条目里逐条处理"]


def _spans(ids: Sequence[int]) -> str:
    """Numbers in their order as spans: 3-7,9."""
    spans: list[list[int]] = []
    for each in ids:
        if spans and spans[-1][1] == each - 1:
            spans[-1][1] = each
        else:
            spans.append([each, each])
    return ",".join(f"{first}-{last}" if first != last else str(first) for first, last in spans)


def forget_old(session: Session, at: datetime) -> list[int]:
    """Give up what waits for longer than KEPT; returns the runs whose files are needed no more."""
    old = select(ImportRun.id).where(ImportRun.state.in_(WAITING), ImportRun.moved_at <= at - KEPT)
    ids = list(session.scalars(old))
    session.execute(update(ImportRun).where(ImportRun.id.in_(ids)).values(state="dropped", moved_at=at))
    return ids


def _move(session: Session, run_id: int, states: Sequence[str], to: str, *, at: datetime, **values: object) -> bool:
    """Bring a run from one of some states into another, once; False where it is in none of them."""
    query = update(ImportRun).where(ImportRun.id == run_id, ImportRun.state.in_(states))
    result = session.execute(query.values(state=to, moved_at=at, **values))
    return isinstance(result, CursorResult) and result.rowcount == 1
