"""The work on a file that waits: reading it, and making drafts of it. What is slow is done outside transactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.accounts.queries import bodies_of
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.refusal import MOST_PROBLEMS, Refusal
from villages.core.spreadsheet import Sheet, read_sheets
from villages.disclosures.drafts import Problem
from villages.disclosures.importing import examine, write_examined
from villages.disclosures.imports import actions
from villages.disclosures.imports.annotating import annotated
from villages.disclosures.imports.models import ImportRun
from villages.disclosures.imports.queries import only_body
from villages.disclosures.imports.waiting import ANNOTATED, OUTCOME, TOLD, UPLOAD, WaitingRoom
from villages.disclosures.kind import Kind
from villages.disclosures.queries import kind_named
from villages.disclosures.sheet_reader import Reading
from villages.disclosures.values import title_of

MOST_SHOWN = 50
GONE = "上传的文件已经清理（上传后只保留一小时），请重新上传"
UNFINISHED = "这个文件没有处理完，可能太大或太复杂。请只留下要导入的工作表，或分成几个文件再试"


def check(storage: Storage, room: WaitingRoom, run_id: int) -> None:
    """Read a file that came, and keep what is right and wrong in it for the person who brought it."""
    with storage.reading() as session:
        run = _run(session, run_id)
        kind = kind_named(run.kind)
        sheets: list[Sheet] = []
        reading = Reading()
        try:
            sheets = _sheets(room, run)
            room.put(run_id, TOLD, "正在核对内容".encode())
            reading = examine(session, kind, sheets, by=run.staff, default=_default(session, run.staff, kind))
        except Refusal as refusal:
            reading.problems = [Problem(line, line) for line in refusal.lines]
        _keep(room, run_id, kind, reading)
        if reading.problems and (book := annotated(room.get(run_id, UPLOAD) or b"", sheets, kind, reading.problems)):
            room.put(run_id, ANNOTATED, book)
        by, counts = run.staff, (len(reading.drafts), len(reading.problems))
    with storage.transaction() as session:
        waits = actions.checked(session, run_id, items=counts[0], problems=counts[1], by=by, at=now())
    if not waits:
        room.clear(run_id)


def write(storage: Storage, room: WaitingRoom, run_id: int) -> None:
    """Make drafts of a file that was checked, all or none; a second call for the same file does nothing."""
    with storage.reading() as session:
        run = _run(session, run_id)
        kind = kind_named(run.kind)
        try:
            sheets = _sheets(room, run)
            room.put(run_id, TOLD, "正在写入草稿".encode())
            reading = examine(session, kind, sheets, by=run.staff, default=_default(session, run.staff, kind))
        except Refusal as refusal:
            reading = Reading(problems=[Problem(line, line) for line in refusal.lines])
    if not reading.problems:
        try:
            _write(storage, kind, run_id, reading)
        except Refusal as refusal:
            reading.problems = [Problem(line, line) for line in refusal.lines]
    if reading.problems:
        fail(storage, room, run_id, reading.problems)
    else:
        room.clear(run_id)


def fail(storage: Storage, room: WaitingRoom, run_id: int, problems: Sequence[Problem]) -> None:
    """Bring a run back to the person with what went wrong; one that was finished or dropped stays so."""
    with storage.transaction() as session:
        run = _run(session, run_id)
        waits = actions.checked(session, run_id, items=0, problems=len(problems), by=run.staff, at=now())
        if waits:
            _keep(room, run_id, kind_named(run.kind), Reading(problems=list(problems)))


def _write(storage: Storage, kind: Kind, run_id: int, reading: Reading) -> None:
    with storage.transaction() as session:
        run = _run(session, run_id)
        items = write_examined(session, kind, reading.drafts, by=run.staff, at=now())
        actions.finish(session, run, items, by=run.staff, at=now())


def _run(session: Session, run_id: int) -> ImportRun:
    run = session.get(ImportRun, run_id)
    if run is None:
        raise Refusal(f"没有编号为 {run_id} 的导入")
    _ = run.staff.unit, run.staff.department  # asked of it when the session is gone
    return run


def _sheets(room: WaitingRoom, run: ImportRun) -> list[Sheet]:
    data = room.get(run.id, UPLOAD)
    if data is None:
        raise Refusal(GONE)
    room.put(run.id, TOLD, "正在打开文件".encode())
    return read_sheets(data, run.file_name, lambda rows: room.put(run.id, TOLD, f"已读 {rows} 行".encode()))


def _default(session: Session, staff: Staff, kind: Kind) -> Any:
    return only_body(bodies_of(session, staff), kind)


def _keep(room: WaitingRoom, run_id: int, kind: Kind, reading: Reading) -> None:
    """Keep what the page shows: the first drafts, all problems up to MOST_PROBLEMS, and what is passed over."""
    drafts = reading.drafts[:MOST_SHOWN]
    shown = [[d.publisher.name, d.period.label if d.period else "", title_of(kind, d.values)] for d in drafts]
    problems = [[p.sheet, p.row, _letter(p.column), p.reason] for p in reading.problems[:MOST_PROBLEMS]]
    room.put_json(run_id, OUTCOME, {"shown": shown, "problems": problems, "ignored": reading.ignored})


def _letter(column: int | None) -> str:
    """A column as spreadsheets call it: A, B … AA."""
    letters, left = "", -1 if column is None else column
    while left >= 0:
        letters, left = chr(ord("A") + left % 26) + letters, left // 26 - 1
    return letters
