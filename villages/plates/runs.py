"""Questions about print runs as somebody sees them who looks after one area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from villages.plates.models import Plate, PrintedPlate, PrintRun
from villages.registry.models import Unit
from villages.registry.queries import is_below

# So far back a printer is remembered.
RECENT = 100


@dataclass(frozen=True)
class Printer:
    """A printer as one person knows it: its name ('' where none was given) and the shift it needs, in mm."""

    name: str
    shift_x: float
    shift_y: float


def runs_in(session: Session, within: Unit, *, page: int, size: int) -> tuple[Sequence[tuple[PrintRun, int]], int]:
    """One page of the runs that printed plates of a subtree, latest first, each with how many; and how many runs."""
    mine = select(PrintRun, func.count(Plate.id)).join(PrintRun.plates).join(Plate, Plate.id == PrintedPlate.plate_id)
    mine = mine.join(Plate.unit).where(is_below(within.division_code)).group_by(PrintRun.id)
    count = session.scalar(select(func.count()).select_from(mine.with_only_columns(PrintRun.id).subquery())) or 0
    found = session.execute(mine.order_by(PrintRun.id.desc()).offset((page - 1) * size).limit(size))
    return [(run, plates) for run, plates in found], count


def run_in(session: Session, within: Unit, run_id: int) -> tuple[PrintRun, Sequence[Plate], bool] | None:
    """A run, its plates of a subtree, and whether those are all; None where it has none of them."""
    run = session.get(PrintRun, run_id)
    if run is None:
        return None
    query = select(Plate).join(PrintedPlate, PrintedPlate.plate_id == Plate.id).where(PrintedPlate.run_id == run_id)
    query = query.join(Plate.unit).where(is_below(within.division_code))
    query = query.options(contains_eager(Plate.unit).joinedload(Unit.parent))
    plates = session.scalars(query.order_by(Unit.division_code, Plate.id)).all()
    count = session.scalar(select(func.count()).where(PrintedPlate.run_id == run_id)) or 0
    return (run, plates, len(plates) == count) if plates else None


def runs_of(session: Session, plate: Plate) -> Sequence[PrintRun]:
    """The runs that printed a plate, latest first."""
    query = select(PrintRun).join(PrintRun.plates).where(PrintedPlate.plate_id == plate.id)
    return session.scalars(query.order_by(PrintRun.id.desc())).all()


def printers_of(session: Session, staff_id: int) -> list[Printer]:
    """The printers that somebody used of late, each with the shift of its last run; the last one first."""
    query = select(PrintRun).where(PrintRun.staff_id == staff_id).order_by(PrintRun.id.desc()).limit(RECENT)
    found: dict[str, Printer] = {}
    for run in session.scalars(query):
        found.setdefault(run.printer, Printer(run.printer, run.shift_x_mm, run.shift_y_mm))
    return list(found.values())
