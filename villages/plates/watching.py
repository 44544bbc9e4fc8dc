"""Questions about plates on walls: how each stands, which need somebody, what was found at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from villages.core.clock import day_of
from villages.plates.layouts import posters
from villages.plates.models import Inspection, Plate, PrintedPlate, PrintRun, Scan
from villages.plates.queries import astray
from villages.plates.workflow import OVER
from villages.registry.models import Unit
from villages.registry.queries import is_below


@dataclass(frozen=True)
class Terms:
    """From when on a plate needs somebody, and today's address and moment.

    Silent is a plate that was scanned at least `least_scans` times in the `silent_days` before the last `silent_days`,
    and not once in those.
    """

    at: datetime
    base_url: str
    inspect_days: int = 90
    silent_days: int = 30
    least_scans: int = 10

    @property
    def quiet_from(self) -> date:
        """The first of the last `silent_days` days."""
        return day_of(self.at) - timedelta(days=self.silent_days - 1)


@dataclass(frozen=True)
class Watched:
    """One plate as it stands; scans of the last `silent_days`, and of as many days before."""

    plate: Plate
    printed_at: datetime | None
    seen_at: datetime | None
    scans: int
    scans_before: int
    old_url: str

    @property
    def last_seen(self) -> datetime | None:
        """When somebody stood before it last, or put it up."""
        return max((at for at in (self.seen_at, self.plate.posted_at) if at is not None), default=None)

    @property
    def stage_label(self) -> str:
        """How it stands, in words."""
        return self.plate.stage_label


Test = Callable[[Watched, Terms], bool]


@dataclass(frozen=True)
class Roll:
    """One list of plates: `advice` says what to do about those in it."""

    key: str
    title: str
    advice: str
    holds: Test


def _in_use(watched: Watched, _terms: Terms) -> bool:
    return watched.plate.stage not in OVER


def _in_stage(stage: str) -> Test:
    return lambda watched, _terms: watched.plate.stage == stage


def _unseen(watched: Watched, terms: Terms) -> bool:
    last, long_ago = watched.last_seen, terms.at - timedelta(days=terms.inspect_days)
    return watched.plate.stage == "posted" and (last is None or last < long_ago)


def _silent(watched: Watched, terms: Terms) -> bool:
    return _in_use(watched, terms) and watched.scans == 0 and watched.scans_before >= terms.least_scans


ROLLS = {
    roll.key: roll
    for roll in (
        Roll("all", "全部在用", "没有停用的码牌。", _in_use),
        Roll("unprinted", "从没打印", "还没有正式打印过，勾选后打印。", _in_stage("issued")),
        Roll(
            "to_post",
            "待张贴",
            "打印好了，还没贴上墙。贴好后用手机扫码，点“工作人员巡查”。",
            _in_stage("printed"),
        ),
        Roll("unseen", "该巡查了", "很久没有人到跟前看过。", _unseen),
        Roll("silent", "扫码停了", "以前有人扫，最近一次也没有：可能掉了、被挡住或被盖住，请去看看。", _silent),
        Roll("astray", "印着旧网址", "墙上的网址和现在的不一样，请重新打印并张贴。", lambda w, _: bool(w.old_url)),
        Roll("damaged", "损坏", "重新打印同一个码号，贴上去。", _in_stage("damaged")),
        Roll("suspicious", "可疑", "可能被人贴了假码。清理后记为完好；说不清的换新码。", _in_stage("suspicious")),
        Roll("missing", "不见了", "重新打印同一个码号；金属牌丢了的换新码。", _in_stage("missing")),
        Roll("over", "已停用", "不再使用，扫它仍能打开村的页面。", lambda w, _: w.plate.stage in OVER),
    )
}


def watched_plates(session: Session, within: Unit, terms: Terms) -> list[Watched]:
    """Every plate of the villages in a unit's subtree as it stands, by village and in the order of issue.

    Five questions to the database, however many plates.
    """
    query = select(Plate).join(Plate.unit).options(contains_eager(Plate.unit).joinedload(Unit.parent))
    plates = session.scalars(query.where(is_below(within.division_code)).order_by(Unit.division_code, Plate.id)).all()
    printed, seen, scans = _printed(session), _seen(session), _scans(session, terms)
    old = {plate.id: url for plate, url in astray(session, terms.base_url)}
    return [
        Watched(plate, printed.get(plate.id), seen.get(plate.id), *scans.get(plate.id, (0, 0)), old.get(plate.id, ""))
        for plate in plates
    ]


def numbers_in(session: Session, within: Unit) -> set[str]:
    """The numbers of all plates of a unit's subtree, retired ones too."""
    return set(session.scalars(select(Plate.number).join(Plate.unit).where(is_below(within.division_code))))


def _printed(session: Session) -> dict[int, datetime]:
    """When each plate was last printed for good, on paper of its own."""
    query = select(PrintedPlate.plate_id, func.max(PrintRun.at)).join(PrintedPlate.run)
    query = query.where(~PrintRun.is_test, PrintRun.layout.not_in(posters())).group_by(PrintedPlate.plate_id)
    return dict(session.execute(query).all())


def _seen(session: Session) -> dict[int, datetime]:
    query = select(Inspection.plate_id, func.max(Inspection.at)).group_by(Inspection.plate_id)
    return dict(session.execute(query).all())


def _scans(session: Session, terms: Terms) -> dict[int, tuple[int, int]]:
    """Scans by plate: in the last days, and in as many before."""
    since = terms.quiet_from
    late, early = (
        func.sum(case((condition, Scan.count), else_=0)) for condition in (Scan.on >= since, Scan.on < since)
    )
    query = select(Scan.plate_id, late, early).where(Scan.on >= since - timedelta(days=terms.silent_days))
    rows = session.execute(query.group_by(Scan.plate_id))
    return {plate_id: (int(now), int(before)) for plate_id, now, before in rows}


def inspections_of(session: Session, plate: Plate) -> Sequence[Inspection]:
    """What was found at a plate, latest first."""
    query = select(Inspection).where(Inspection.plate_id == plate.id)
    return session.scalars(query.order_by(Inspection.at.desc(), Inspection.id.desc())).all()


def inspection_of_form(session: Session, token: str) -> Inspection | None:
    """What a form noted when it was sent before."""
    return session.scalar(select(Inspection).where(Inspection.token == token))


def inspection(session: Session, inspection_id: int) -> Inspection | None:
    """One inspection with its plate and village."""
    options = joinedload(Inspection.plate).joinedload(Plate.unit)
    return session.scalar(select(Inspection).where(Inspection.id == inspection_id).options(options))


def photos_in_use(session: Session) -> dict[str, int]:
    """Every photograph that an inspection refers to, with its size in bytes."""
    query = select(Inspection.photo, Inspection.photo_size).where(Inspection.photo.is_not(None)).distinct()
    return {digest: size or 0 for digest, size in session.execute(query) if digest is not None}
