"""Loads a checked list into the registry: matched by code, never by name, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.freshness import raise_versions
from villages.core.refusal import refuse_if
from villages.registry.actions import rename, respell
from villages.registry.codes import COUNTY_DIGITS, TOWNSHIP_DIGITS, level_of
from villages.registry.listing import Entry
from villages.registry.models import EVERYTHING, FormerCode, Unit
from villages.registry.queries import counties


@dataclass
class Outcome:
    """What a list changed, as lines that a person reads."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def load(session: Session, entries: Sequence[Entry], *, by: Actor, at: datetime) -> Outcome:
    """Bring the registry to the state of a list; raises Refusal for rows of a county that is not loaded here.

    Villages that the list's townships have but the list does not are reported as missing and left alone.
    """
    _refuse_other_counties(session, entries)
    units = {unit.division_code: unit for unit in session.scalars(select(Unit))}
    _refuse_codes_given_up(session, entries, units)
    outcome, fresh = Outcome(), set[Unit]()
    for entry in entries:
        _load_above(session, entry, units, fresh, outcome, by=by, at=at)
    for entry in entries:
        _load_village(session, entry, units, fresh, outcome, by=by, at=at)
    session.flush()
    respell(session, fresh)
    # A change of one village shows on its township's page, and a township's name on the county's.
    touched = fresh | {unit.parent for unit in fresh if unit.parent}
    raise_versions(session, {unit.scope for unit in touched} | ({EVERYTHING} if fresh else set()), at=at)
    outcome.missing = _missing(entries, units)
    if fresh:
        record(
            session,
            "registry.import",
            "registry",
            by=by,
            at=at,
            added=len(outcome.added),
            changed=len(outcome.changed),
        )
    return outcome


def _refuse_other_counties(session: Session, entries: Sequence[Entry]) -> None:
    known = {unit.division_code: unit.name for unit in counties(session)}
    refuse_if(
        f"第 {entry.row} 行“code”列的值“{entry.code}”不对：不是{'、'.join(known.values())}"
        f"（{'、'.join(known)}）的代码，请删去外县的行，或为那个县另建一套系统"
        for entry in entries
        if known and entry.code[:COUNTY_DIGITS] not in known
    )


def _refuse_codes_given_up(session: Session, entries: Sequence[Entry], units: dict[str, Unit]) -> None:
    """A code that a village or township had before it was recoded must not come back as another one."""
    given_up = {former.division_code: former.unit for former in session.scalars(select(FormerCode))}
    refuse_if(
        f"第 {entry.row} 行“code”列的值“{entry.code}”不对：{given_up[code].name}用过代码 {code}，"
        f"现在的代码是 {given_up[code].division_code}，请改成新代码"
        for entry in entries
        for code in (entry.code[:TOWNSHIP_DIGITS], entry.code)
        if code in given_up and code not in units
    )


def _load_above(
    session: Session,
    entry: Entry,
    units: dict[str, Unit],
    fresh: set[Unit],
    outcome: Outcome,
    *,
    by: Actor,
    at: datetime,
) -> None:
    parent: Unit | None = None
    for digits, name in ((2, entry.province), (4, entry.city), (6, entry.county), (9, entry.township)):
        code = entry.code[:digits]
        unit = units.get(code)
        if unit is None:
            unit = Unit(division_code=code, level=level_of(code), kind=level_of(code), name=name, parent=parent)
            session.add(unit)
            units[code] = unit
            fresh.add(unit)
            outcome.added.append(f"{code} {name}")
        elif unit.name != name:
            outcome.changed.append(f"{code} {unit.name}：改名为{name}")
            rename(session, unit, name, by=by, at=at)
            fresh.add(unit)
        parent = unit


def _load_village(
    session: Session,
    entry: Entry,
    units: dict[str, Unit],
    fresh: set[Unit],
    outcome: Outcome,
    *,
    by: Actor,
    at: datetime,
) -> None:
    unit = units.get(entry.code)
    if unit is None:
        unit = Unit(division_code=entry.code, level="village", parent=units[entry.code[:TOWNSHIP_DIGITS]])
        _fill(unit, entry)
        session.add(unit)
        units[entry.code] = unit
        fresh.add(unit)
        outcome.added.append(f"{entry.code} {entry.name}（{entry.township}）")
        return
    changes = _changes(unit, entry)
    if not changes:
        outcome.unchanged.append(f"{entry.code} {entry.name}")
        return
    outcome.changed.append(f"{entry.code} {unit.name}：{'，'.join(changes)}")
    if unit.name != entry.name:
        rename(session, unit, entry.name, by=by, at=at)
    _fill(unit, entry)
    fresh.add(unit)


def _fill(unit: Unit, entry: Entry) -> None:
    unit.name, unit.kind, unit.committee, unit.in_scope = entry.name, entry.kind, entry.committee, entry.in_scope


def _changes(unit: Unit, entry: Entry) -> list[str]:
    changes = []
    if unit.name != entry.name:
        changes.append(f"改名为{entry.name}")
    if unit.committee != entry.committee:
        changes.append(f"委员会改为{entry.committee or '（空）'}")
    if unit.kind != entry.kind:
        changes.append("类型改为" + ("社区" if entry.kind == "community" else "村"))
    if unit.in_scope != entry.in_scope:
        changes.append("改为制码" if entry.in_scope else "改为不制码")
    return changes


def _missing(entries: Sequence[Entry], units: dict[str, Unit]) -> list[str]:
    listed = {entry.code for entry in entries}
    covered = {entry.code[:TOWNSHIP_DIGITS] for entry in entries}
    return [
        f"{code} {unit.name}"
        for code, unit in sorted(units.items())
        if unit.level == "village"
        and code not in listed
        and code[:TOWNSHIP_DIGITS] in covered
        and not unit.merged_into_id
    ]
