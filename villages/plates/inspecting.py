"""Verbs of those who stand before a plate: what they found, and a new number for a plate that cannot be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.freshness import raise_versions
from villages.core.refusal import Refusal
from villages.plates.actions import LONGEST_PLACE, issue, locked, place_in_words, retire
from villages.plates.models import Inspection, Plate
from villages.plates.watching import inspection_of_form
from villages.plates.workflow import FINDINGS, move

LONGEST_NOTE = 200
NORTH, EAST = 90.0, 180.0


@dataclass(frozen=True)
class Seen:
    """What somebody noted before a plate; `spot_at` is latitude and longitude in degrees, `photo` digest and size."""

    finding: str
    note: str = ""
    spot: str = ""
    spot_at: tuple[float, float] | None = None
    photo: tuple[str, int] | None = None
    token: str | None = None


def inspect(session: Session, plate: Plate, seen: Seen, *, by: Actor, at: datetime) -> Inspection:
    """Note what somebody found at a plate, and bring its stage in line; a form that was sent before changes nothing.

    Who notes that a plate was just posted may say where: that is its place from then on. Raises Refusal.
    """
    if seen.token is not None and (before := inspection_of_form(session, seen.token)) is not None:
        return before
    (plate,) = locked(session, [plate.id])  # two at once: the second sees what the first did
    _refuse_unfit(seen)
    stage = plate.stage
    plate.stage = move(stage, seen.finding, plate.number)
    if plate.stage == "posted" and (seen.finding == "post" or stage != "posted"):
        plate.posted_at = at
    spot = seen.spot.strip()
    if seen.finding == "post" and spot and spot != plate.place:
        plate.place = place_in_words(spot)
        raise_versions(session, [plate.unit.scope], at=at)  # the page of the plate before it says where this one is
    latitude, longitude = seen.spot_at or (None, None)
    photo, size = seen.photo or (None, None)
    inspection = Inspection(
        plate=plate, at=at, actor=by.name, staff_id=by.staff_id, finding=seen.finding, note=seen.note.strip(),
        spot=spot, latitude=latitude, longitude=longitude, photo=photo, photo_size=size, token=seen.token,
    )  # fmt: skip
    session.add(inspection)
    session.flush()
    detail: dict[str, Any] = {"before": stage, "after": plate.stage, "photo": photo is not None}
    record(session, f"plate.{seen.finding}", f"plate:{plate.number}", by=by, at=at, **detail)
    return inspection


def _refuse_unfit(seen: Seen) -> None:
    """Raise Refusal for what a phone cannot have sent, or what nobody can act upon."""
    problems = []
    note, spot = seen.note.strip(), seen.spot.strip()
    if seen.finding not in FINDINGS:
        problems.append(f"请先选：{'、'.join(FINDINGS.values())}")
    if seen.finding == "suspicious" and not note and seen.photo is None:
        problems.append("可疑的码牌请拍一张照片，或写一句哪里可疑")
    if len(note) > LONGEST_NOTE or not note.replace("\n", "").replace("\r", "").isprintable():
        problems.append(f"说明最多 {LONGEST_NOTE} 个字，不要有看不见的字符")
    if len(spot) > LONGEST_PLACE or not spot.isprintable():
        problems.append(f"位置最多 {LONGEST_PLACE} 个字")
    if seen.spot_at is not None and not (abs(seen.spot_at[0]) <= NORTH and abs(seen.spot_at[1]) <= EAST):
        problems.append("手机给的位置不对，请去掉定位后再提交")
    if problems:
        raise Refusal(*problems)


def replace(session: Session, plate: Plate, *, reason: str, by: Actor, at: datetime) -> Plate:
    """Give a plate's place a new number and retire the old one, which says so to whoever scans it; returns the new."""
    (plate,) = locked(session, [plate.id])
    move(plate.stage, "replace", plate.number)
    successor = issue(session, plate.unit.successor, place=plate.place, by=by, at=at)
    retire(session, plate, reason=reason, successor=successor, by=by, at=at)
    return successor
