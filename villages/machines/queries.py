"""Questions to the machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from villages.core.keys import data_keys
from villages.core.refusal import Refusal
from villages.core.sealing import Unreadable, key_of, unseal
from villages.machines.models import CODE_HOLDS, HelpCall, Kiosk, KioskCount
from villages.machines.tokens import digest_of
from villages.registry.models import Unit
from villages.registry.queries import counties, is_below, township_named

SILENT_MINUTES = 5


def kiosk_of_token(session: Session, token: str) -> Kiosk | None:
    """The machine that holds a token, whatever its state, with its hall's unit."""
    query = select(Kiosk).where(Kiosk.token_digest == digest_of(token))
    return session.scalar(query.options(joinedload(Kiosk.unit)))


def kiosk_numbered(session: Session, kiosk_id: int) -> Kiosk | None:
    """The machine with a number, with its hall's unit."""
    return session.scalar(select(Kiosk).where(Kiosk.id == kiosk_id).options(joinedload(Kiosk.unit)))


def kiosk_asking(session: Session, code: str, *, at: datetime) -> Kiosk:
    """The machine that shows a code now, spaces within it ignored; raises Refusal when there is none."""
    plain = "".join(code.split())
    query = select(Kiosk).where(Kiosk.code == plain, Kiosk.state == "asking", Kiosk.code_at > at - CODE_HOLDS)
    found = session.scalar(query)
    if found is None:
        raise Refusal(f"没有显示配对码“{code.strip()}”的一体机。请照屏幕上现在的六位数字填；每个码十五分钟后会换新的")
    return found


def kiosks_asking(session: Session, *, at: datetime) -> Sequence[Kiosk]:
    """The machines that show a code now, the one that has asked for longest first."""
    query = select(Kiosk).where(Kiosk.state == "asking", Kiosk.code_at > at - CODE_HOLDS)
    return session.scalars(query.order_by(Kiosk.asked_at, Kiosk.id)).all()


def kiosks_within(session: Session, scope: Unit | None) -> Sequence[Kiosk]:
    """The machines of the halls in a unit's subtree, or all: by hall, in the order of pairing, revoked ones last."""
    query = select(Kiosk).join(Kiosk.unit).options(contains_eager(Kiosk.unit))
    if scope is not None:
        query = query.where(is_below(scope.division_code))
    order = (Kiosk.state == "revoked", Unit.division_code, Kiosk.paired_at, Kiosk.id)
    return session.scalars(query.order_by(*order)).all()


def state_of(kiosk: Kiosk, at: datetime, *, silent_minutes: int = SILENT_MINUTES) -> str:
    """How a machine stands: fresh, silent (nothing heard for so many minutes), asking or revoked."""
    if kiosk.state != "paired":
        return kiosk.state
    moments = (moment for moment in (kiosk.heard_at, kiosk.paired_at) if moment is not None)
    last = max(moments, default=kiosk.asked_at)
    return "silent" if at - last >= timedelta(minutes=silent_minutes) else "fresh"


def open_calls_within(session: Session, scope: Unit | None) -> Sequence[HelpCall]:
    """The calls that nobody answered from the halls in a unit's subtree (from everywhere for None), the oldest first.

    Those from browsers that are no machine of ours are the county's business.
    """
    query = select(HelpCall).where(HelpCall.answered_at.is_(None), _is_within(scope))
    return session.scalars(_with_halls(query).order_by(HelpCall.called_at, HelpCall.id)).all()


def open_calls_of(session: Session, kiosk: Kiosk | None) -> Sequence[HelpCall]:
    """The calls of one machine, or of none of ours, that nobody answered, the oldest first."""
    of = HelpCall.kiosk_id == kiosk.id if kiosk is not None else HelpCall.kiosk_id.is_(None)
    query = select(HelpCall).where(of, HelpCall.answered_at.is_(None))
    return session.scalars(query.order_by(HelpCall.called_at, HelpCall.id)).all()


def answered_calls_within(session: Session, scope: Unit, *, most: int = 20) -> Sequence[HelpCall]:
    """The calls that were answered last, the latest first."""
    query = select(HelpCall).where(HelpCall.answered_at.is_not(None), _is_within(scope))
    return session.scalars(
        _with_halls(query).order_by(HelpCall.answered_at.desc(), HelpCall.id.desc()).limit(most)
    ).all()


def call_within(session: Session, scope: Unit, call_id: int) -> HelpCall | None:
    """A call from a hall in a unit's subtree."""
    return session.scalar(_with_halls(select(HelpCall).where(HelpCall.id == call_id, _is_within(scope))))


def phone_of(session: Session, call: HelpCall) -> str:
    """The number that somebody left with a call, in the clear; '' where there is none, or another key sealed it.

    Whoever shows it records the reading.
    """
    settings = session.info["settings"]
    try:
        keys = data_keys(settings.data_dir, settings.data_key)
        sealed = call.phone_sealed
        return unseal(key_of(keys, sealed), sealed, about=call.about) if sealed else ""
    except Unreadable:
        return ""


def counts_on(session: Session, on: date) -> dict[int, dict[str, int]]:
    """What was counted on a day, by machine: what -> how often."""
    found: dict[int, dict[str, int]] = {}
    for row in session.scalars(select(KioskCount).where(KioskCount.on == on)):
        found.setdefault(row.kiosk_id, {})[row.what] = row.count
    return found


def counts_of(session: Session, kiosk: Kiosk, *, since: date) -> Sequence[KioskCount]:
    """What was counted at a machine from a day on, the latest day first."""
    query = select(KioskCount).where(KioskCount.kiosk_id == kiosk.id, KioskCount.on >= since)
    return session.scalars(query.order_by(KioskCount.on.desc(), KioskCount.what)).all()


def halls_within(session: Session, scope: Unit) -> Sequence[Unit]:
    """The units of a subtree that may have a hall: the county and its townships, by code."""
    query = select(Unit).where(is_below(scope.division_code), Unit.level.in_(("county", "township")))
    return session.scalars(query.order_by(Unit.division_code)).all()


def hall_named(session: Session, text: str) -> Unit:
    """The county or township that a person means by a name or a code; raises Refusal when none or several."""
    found = [unit for unit in counties(session) if text in (unit.name, unit.division_code)]
    return found[0] if len(found) == 1 else township_named(session, text)


def default_name(session: Session, unit: Unit, *, but: Kiosk | None = None) -> str:
    """What a machine in a unit's hall is called unless somebody says otherwise; a further one there has a number."""
    stem = f"{unit.name}{'便民大厅' if unit.level == 'township' else '政务大厅'}"
    query = select(Kiosk.name).where(Kiosk.unit_id == unit.id, Kiosk.state == "paired")
    taken = set(session.scalars(query if but is None else query.where(Kiosk.id != but.id)))
    names = (f"{stem} {number} 号" if number > 1 else stem for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _is_within(scope: Unit | None) -> ColumnElement[bool]:
    """That a call comes from a hall in a unit's subtree."""
    if scope is None:
        return true()
    here = HelpCall.kiosk_id.in_(select(Kiosk.id).join(Kiosk.unit).where(is_below(scope.division_code)))
    return or_(here, HelpCall.kiosk_id.is_(None)) if scope.level in ("province", "city", "county") else here


def _with_halls(query: Select[HelpCall]) -> Select[HelpCall]:
    return query.options(joinedload(HelpCall.kiosk).joinedload(Kiosk.unit))
