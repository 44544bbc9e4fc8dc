"""Verbs of the plates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.db import upsert
from villages.core.freshness import raise_versions
from villages.core.refusal import Refusal
from villages.plates.models import MAIN_PLACE, REASONS, Plate, PrintedPlate, PrintRun, Scan
from villages.plates.numbers import new_number
from villages.plates.queries import villages_without_plate
from villages.registry.models import Unit

LONGEST_PLACE = 40
LONGEST_REASON = 60


def issue(session: Session, unit: Unit, *, place: str, by: Actor, at: datetime) -> Plate:
    """Give a village a plate for one place (村委会门口, 文化广场 …); raises Refusal when it cannot have one."""
    place = place.strip()
    if not place or len(place) > LONGEST_PLACE or not place.isprintable():
        raise Refusal(f"位置要写 1 到 {LONGEST_PLACE} 个字，例如：文化广场")
    if unit.merged_into is not None:
        raise Refusal(f"{unit.name}已并入{unit.successor.name}，请给 {unit.successor.division_code} 制码")
    if not unit.in_scope:
        raise Refusal(f"{unit.name}不在制码范围，请先在村庄名单里把 in_scope 改为 1 再导入")
    plate = Plate(number=_new_number(_taken(session)), unit=unit, place=place, issued_at=at)
    session.add(plate)
    session.flush()
    record(session, "plate.issue", f"plate:{plate.number}", by=by, at=at, unit=unit.scope, place=place)
    return plate


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
    session: Session, plates: Sequence[Plate], *, layout: str, base_url: str, is_test: bool, by: Actor, at: datetime
) -> PrintRun:
    """Remember that plates were printed: who, when, in which layout, with which address."""
    run = PrintRun(at=at, actor=by.name, layout=layout, base_url=base_url, is_test=is_test)
    run.plates = [PrintedPlate(plate_id=plate.id) for plate in plates]
    session.add(run)
    session.flush()
    record(session, "plate.print", f"print_run:{run.id}", by=by, at=at, layout=layout, count=len(plates), test=is_test)
    return run


def count_scans(session: Session, counts: dict[tuple[int, date], int]) -> None:
    """Add counted scans, by plate and day."""
    table: Table = Scan.__table__  # type: ignore[assignment]
    existing = set(session.scalars(select(Plate.id).where(Plate.id.in_({plate_id for plate_id, _ in counts}))))
    for (plate_id, on), count in sorted(counts.items()):
        if plate_id in existing:  # one that a restore took away must not cost the others their count
            row = {"plate_id": plate_id, "on_day": on, "count": count}
            upsert(session, table, [row], keys=["plate_id", "on_day"], change={"count": table.c.count + count})
