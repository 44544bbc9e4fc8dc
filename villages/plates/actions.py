"""Verbs of the plates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.db import upsert
from villages.core.freshness import raise_versions
from villages.core.refusal import Refusal
from villages.plates.layouts import is_poster
from villages.plates.models import MAIN_PLACE, REASONS, Plate, PrintedPlate, PrintRun, Scan
from villages.plates.numbers import new_number
from villages.plates.queries import run_of_form, villages_without_plate
from villages.plates.workflow import move
from villages.registry.models import Unit

LONGEST_PLACE = 40
LONGEST_REASON = 60
LONGEST_PRINTER = 40


@dataclass(frozen=True)
class Paper:
    """How a run was printed, so that it can be printed so again; `token` is the form's, `digest` the stored PDF's."""

    skip: int = 0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    cut_lines: bool | None = None
    printer: str = ""
    pages: int | None = None
    digest: str | None = None
    token: str | None = None


PLAIN_PAPER = Paper()


def issue(session: Session, unit: Unit, *, place: str, by: Actor, at: datetime) -> Plate:
    """Give a village a plate for one place (村委会门口, 文化广场 …); raises Refusal when it cannot have one."""
    place = place_in_words(place)
    if unit.level != "village":
        raise Refusal(f"码牌是给村（社区）的，{unit.name}不是，请选一个村")
    if unit.merged_into is not None:
        raise Refusal(f"{unit.name}已并入{unit.successor.name}，请给 {unit.successor.division_code} 制码")
    if not unit.in_scope:
        raise Refusal(f"{unit.name}不在制码范围，请先在村庄名单里把 in_scope 改为 1 再导入")
    plate = Plate(number=_new_number(_taken(session)), unit=unit, place=place, issued_at=at)
    session.add(plate)
    session.flush()
    record(session, "plate.issue", f"plate:{plate.number}", by=by, at=at, unit=unit.scope, place=place)
    return plate


def place_in_words(text: str) -> str:
    """Where a plate hangs, as typed; raises Refusal for what is no place."""
    place = text.strip()
    if not place or len(place) > LONGEST_PLACE or not place.isprintable():
        raise Refusal(f"位置要写 1 到 {LONGEST_PLACE} 个字，例如：文化广场")
    return place


def issue_missing(session: Session, *, by: Actor, at: datetime) -> Sequence[Plate]:
    """Give every village in scope its first plate; those that have one keep it."""
    taken = _taken(session)
    plates = [
        Plate(number=_new_number(taken), unit=unit, place=MAIN_PLACE, issued_at=at)
        for unit in villages_without_plate(session)
    ]
    session.add_all(plates)
    session.flush()
    if plates:
        record(session, "plate.issue_missing", "plates", by=by, at=at, count=len(plates))
    return plates


def _new_number(taken: set[str]) -> str:
    """A number that is not taken, which it is from now on."""
    while (number := new_number()) in taken:
        pass
    taken.add(number)
    return number


def _taken(session: Session) -> set[str]:
    """Every number that a plate ever had, in one question however many are to be made."""
    return set(session.scalars(select(Plate.number)))


def retire(
    session: Session, plate: Plate, *, reason: str, by: Actor, at: datetime, successor: Plate | None = None
) -> None:
    """End a plate. Its number stays its village's: a scan still opens the page, which says so.

    `reason` is lost, damaged, replaced, their Chinese words, or a few words of one's own.
    """
    reason = REASONS.get(reason.strip(), reason.strip())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Refusal(f"请写明停用原因（1 到 {LONGEST_REASON} 个字），例如：{'、'.join(REASONS.values())}")
    if plate.is_retired:
        raise Refusal(f"码牌 {plate.number} 已经停用，不用再停")
    if successor is not None:
        _refuse_successor(plate, successor)
    plate.stage = move(plate.stage, "replace" if successor else "retire", plate.number)
    plate.retired_at, plate.reason, plate.successor = at, reason, successor
    heir = successor.number if successor else None
    record(session, "plate.retire", f"plate:{plate.number}", by=by, at=at, reason=reason, successor=heir)
    session.flush()
    raise_versions(session, [plate.unit.scope], at=at)


def _refuse_successor(plate: Plate, successor: Plate) -> None:
    if successor.id == plate.id:
        raise Refusal("码牌不能由它自己接替，请核对两个码号")
    if successor.is_retired:
        raise Refusal(f"接替的码牌 {successor.number} 也已停用，请换一个正在用的")
    if successor.unit.successor.id != plate.unit.successor.id:
        raise Refusal(f"接替的码牌 {successor.number} 是{successor.unit.name}的，不是{plate.unit.name}的，请核对")


def note_print_run(
    session: Session, plates: Sequence[Plate], *, layout: str, base_url: str, is_test: bool, by: Actor, at: datetime,
    paper: Paper = PLAIN_PAPER,
) -> PrintRun:  # fmt: skip
    """Remember that plates were printed: who, when, in which layout, with which address.

    What was printed for good on plates' own paper (a poster is none) waits to be posted from then on. A form that was
    sent before gives the run that it made then. Raises Refusal where a plate was retired meanwhile.
    """
    if paper.token is not None and (before := run_of_form(session, paper.token)) is not None:
        return before
    if len(paper.printer) > LONGEST_PRINTER or not paper.printer.isprintable():
        raise Refusal(f"打印机的名字最多 {LONGEST_PRINTER} 个字")
    shift_x, shift_y = paper.shift_mm
    run = PrintRun(
        at=at, actor=by.name, staff_id=by.staff_id, layout=layout, base_url=base_url, is_test=is_test, skip=paper.skip,
        shift_x_mm=shift_x, shift_y_mm=shift_y, cut_lines=paper.cut_lines, printer=paper.printer.strip(),
        pages=paper.pages, digest=paper.digest, token=paper.token,
    )  # fmt: skip
    run.plates = [PrintedPlate(plate_id=plate.id) for plate in plates]
    if not is_test and not is_poster(layout):
        ids = [plate.id for plate in plates]
        for plate in locked(session, ids):
            plate.stage = move(plate.stage, "print", plate.number)
    session.add(run)
    session.flush()
    record(session, "plate.print", f"print_run:{run.id}", by=by, at=at, layout=layout, count=len(plates), test=is_test)
    return run


def locked(session: Session, ids: Sequence[int]) -> Sequence[Plate]:
    """Plates read anew, which nobody else changes until the end of the transaction."""
    query = select(Plate).where(Plate.id.in_(ids)).order_by(Plate.id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def count_scans(session: Session, counts: dict[tuple[int, date], int]) -> None:
    """Add counted scans, by plate and day."""
    table: Table = Scan.__table__  # type: ignore[assignment]
    existing = set(session.scalars(select(Plate.id).where(Plate.id.in_({plate_id for plate_id, _ in counts}))))
    for (plate_id, on), count in sorted(counts.items()):
        if plate_id in existing:  # one that a restore took away must not cost the others their count
            row = {"plate_id": plate_id, "on_day": on, "count": count}
            upsert(session, table, [row], keys=["plate_id", "on_day"], change={"count": table.c.count + count})
