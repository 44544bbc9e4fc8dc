"""Questions to the plates."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from villages.core.refusal import Refusal
from villages.plates.layouts import posters
from villages.plates.models import Plate, PrintedPlate, PrintRun, Scan
from villages.plates.numbers import has_right_check_digit, is_number, plain
from villages.registry.models import Unit
from villages.registry.queries import is_below


def address(base_url: str, number: str) -> str:
    """What a code carries: the base address (ending in a slash), `v/` and the number."""
    return f"{base_url}v/{number}"


def plate_by_number(session: Session, number: str) -> Plate | None:
    """The plate with a number."""
    return session.scalar(select(Plate).where(Plate.number == number))


def plate(session: Session, text: str) -> Plate:
    """The plate whose number staff typed; raises Refusal that says what is wrong with it."""
    number = plain(text)
    if not is_number(number):
        raise Refusal(f"码号“{text}”不对：应是 8 位数字")
    if not has_right_check_digit(number):
        raise Refusal(f"码号“{text}”有一位不对，请对照码牌重新核对")
    found = plate_by_number(session, number)
    if found is None:
        raise Refusal(f"没有码号为 {number} 的码牌，请对照码牌重新核对")
    return found


def plates_of(session: Session, unit: Unit) -> Sequence[Plate]:
    """All plates of one village, in the order of issue."""
    return session.scalars(select(Plate).where(Plate.unit_id == unit.id).order_by(Plate.id)).all()


def all_plates(session: Session, township: Unit | None = None) -> Sequence[Plate]:
    """All plates, or those of one township's villages, by village and in the order of issue."""
    query = select(Plate).join(Plate.unit).options(joinedload(Plate.unit)).order_by(Unit.division_code, Plate.id)
    return session.scalars(query if township is None else query.where(Unit.parent_id == township.id)).all()


def plates_to_print(
    session: Session, *, township: Unit | None = None, unit: Unit | None = None, within: Unit | None = None
) -> Sequence[Plate]:
    """The active plates of a village, a township, a subtree or all villages in scope that were not merged away."""
    query = (
        select(Plate)
        .join(Plate.unit)
        .options(joinedload(Plate.unit).joinedload(Unit.parent))
        .where(Plate.retired_at.is_(None), Unit.in_scope, Unit.merged_into_id.is_(None))
        .order_by(Unit.division_code, Plate.id)
    )
    if within is not None:
        query = query.where(is_below(within.division_code))
    if unit is not None:
        query = query.where(Plate.unit_id == unit.id)
    elif township is not None:
        query = query.where(Unit.parent_id == township.id)
    return session.scalars(query).all()


def villages_without_plate(session: Session) -> Sequence[Unit]:
    """Villages in scope that never had a plate."""
    return session.scalars(
        select(Unit)
        .where(Unit.level == "village", Unit.in_scope, Unit.merged_into_id.is_(None))
        .where(~select(Plate.id).where(Plate.unit_id == Unit.id).exists())
        .order_by(Unit.division_code)
    ).all()


def villages_without_active_plate(session: Session) -> Sequence[Unit]:
    """Villages in scope all of whose plates are retired."""
    active = select(Plate.id).where(Plate.unit_id == Unit.id, Plate.retired_at.is_(None)).exists()
    any_ = select(Plate.id).where(Plate.unit_id == Unit.id).exists()
    return session.scalars(
        select(Unit).where(Unit.in_scope, Unit.merged_into_id.is_(None), any_, ~active).order_by(Unit.division_code)
    ).all()


def scans_of(session: Session, plate: Plate) -> Sequence[Scan]:
    """How often a plate was scanned, day by day."""
    return session.scalars(select(Scan).where(Scan.plate_id == plate.id).order_by(Scan.on)).all()


def print_runs(session: Session) -> Sequence[tuple[PrintRun, int]]:
    """All print runs, latest first, with how many plates each printed."""
    count = func.count(PrintedPlate.plate_id)
    query = select(PrintRun, count).outerjoin(PrintRun.plates).group_by(PrintRun.id).order_by(PrintRun.id.desc())
    return [(run, plates) for run, plates in session.execute(query)]


def run_of_form(session: Session, token: str) -> PrintRun | None:
    """The print run that a form made when it was sent before."""
    return session.scalar(select(PrintRun).where(PrintRun.token == token))


def astray(session: Session, base_url: str) -> Sequence[tuple[Plate, str]]:
    """Active plates that carry another address than today's: they no longer lead home.

    Each with the address that is on the wall: the one of its last printing for good, or, where somebody noted that it
    was posted, of the last one before that, as what was printed since lies in a drawer.
    """
    hangs = or_(Plate.posted_at.is_(None), and_(PrintRun.at <= Plate.posted_at, PrintRun.layout.not_in(posters())))
    last = (
        select(PrintedPlate.plate_id, func.max(PrintRun.id).label("run_id"))
        .join(PrintRun, PrintRun.id == PrintedPlate.run_id)
        .join(Plate, Plate.id == PrintedPlate.plate_id)
        .where(~PrintRun.is_test, hangs)
        .group_by(PrintedPlate.plate_id)
        .subquery()
    )
    query = (
        select(Plate, PrintRun.base_url)
        .join(last, last.c.plate_id == Plate.id)
        .join(PrintRun, PrintRun.id == last.c.run_id)
        .options(joinedload(Plate.unit))
        .where(Plate.retired_at.is_(None), PrintRun.base_url != base_url)
        .order_by(Plate.id)
    )
    return [(plate, url) for plate, url in session.execute(query)]
