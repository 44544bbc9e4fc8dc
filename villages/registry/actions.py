"""Verbs of the registry. A unit's id never changes, so plates and content stay with it through all of these."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.freshness import raise_versions
from villages.core.refusal import Refusal
from villages.registry.codes import is_code, parent_code
from villages.registry.models import EVERYTHING, Contact, FormerCode, FormerName, Spelling, Unit
from villages.registry.queries import unit_by_code, unit_by_former_code, units_below
from villages.registry.spelling import spellings

LONGEST_NAME = 60
LONGEST_HOURS = 80
PHONE = re.compile(r"\+?\d[\d -]{2,24}( ?(转|,) ?\d{1,6})?", re.ASCII)


def respell(session: Session, units: Iterable[Unit]) -> None:
    """Write anew how the names of units may be typed in pinyin."""
    units = [unit for unit in units if unit.level in ("village", "township")]
    session.execute(delete(Spelling).where(Spelling.unit_id.in_([unit.id for unit in units])))
    session.add_all(
        Spelling(unit_id=unit.id, letters=letters, initials=initials)
        for unit in units
        for letters, initials in spellings(unit.name)
    )


def rename(session: Session, unit: Unit, name: str, *, by: Actor, at: datetime) -> None:
    """Give a unit a new name; the old one is kept as a former name. Raises Refusal for an unusable name."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name.isdigit():
        raise Refusal(f"“{name}”不能作名称：要有 1 到 {LONGEST_NAME} 个字，不能全是数字，不能有看不见的字符")
    if name == unit.name:
        return
    session.add(FormerName(unit=unit, name=unit.name, until=at))
    record(session, "registry.rename", unit.scope, by=by, at=at, old=unit.name, new=name)
    unit.name = name
    session.flush()
    respell(session, [unit])
    touch(session, unit, at=at)


def recode(session: Session, unit: Unit, code: str, *, by: Actor, at: datetime) -> int:
    """Give a village or township a new division code, a township's villages with it; the old addresses still lead here.

    Returns how many units were recoded; raises Refusal when the code cannot be theirs.
    """
    if not is_code(code, len(unit.division_code)) or unit.level not in ("village", "township"):
        raise Refusal(f"新代码“{code}”不对：{unit.name}的代码应是 {len(unit.division_code)} 位数字")
    if code == unit.division_code:
        return 0
    above = unit_by_code(session, parent_code(code) or "")
    if above is None:
        raise Refusal(f"新代码 {code} 的上级 {parent_code(code)} 不存在，请先导入上级")
    moved = [(each, code + each.division_code[len(code) :]) for each in units_below(session, unit)]
    for each, new in moved:
        _refuse_taken(session, each, new)
    old_parent = unit.parent
    for each, new in moved:
        session.add(FormerCode(unit_id=each.id, division_code=each.division_code, until=at))
        record(session, "registry.recode", each.scope, by=by, at=at, old=each.division_code, new=new)
        each.division_code = new
    unit.parent = above
    session.flush()
    touch(session, unit, at=at)
    if old_parent is not None:
        raise_versions(session, [old_parent.scope], at=at)
    return len(moved)


def _refuse_taken(session: Session, unit: Unit, code: str) -> None:
    taken = unit_by_code(session, code) or unit_by_former_code(session, code)
    if taken is not None and taken.id != unit.id:
        raise Refusal(f"新代码 {code} 已由{taken.name}使用（或用过），请核对")


def merge(session: Session, unit: Unit, into: Unit, *, by: Actor, at: datetime) -> None:
    """Merge a village into another (撤村并村): its plates and addresses lead to the other from now on."""
    if unit.merged_into is not None:
        raise Refusal(f"{unit.name}已经并入{unit.merged_into.name}，不能再并")
    if into.successor.id == unit.id:
        raise Refusal(f"不能把{unit.name}并入它自己，请核对两个代码")
    if into.merged_into is not None:
        raise Refusal(f"{into.name}已经并入{into.successor.name}，请改用 {into.successor.division_code}")
    unit.merged_into, unit.merged_at = into, at
    record(session, "registry.merge", unit.scope, by=by, at=at, into=into.scope)
    session.flush()
    touch(session, unit, at=at)
    touch(session, into, at=at)


def set_contact(
    session: Session, unit: Unit, *, phone: str, hours: str, by: Actor, at: datetime, is_sample: bool = False
) -> None:
    """Say whom to call about a unit: an office telephone, public by intent, and when somebody answers."""
    phone, hours = phone.strip(), hours.strip()
    if not PHONE.fullmatch(phone):
        raise Refusal(f"办公电话“{phone}”不对：用数字、空格、短横，例如 0393-1234567 或 0393-1234567 转 8")
    if len(hours) > LONGEST_HOURS or not hours.isprintable():
        raise Refusal(f"接听时间最多 {LONGEST_HOURS} 个字，写在一行里")
    contact = session.get(Contact, unit.id) or Contact(unit_id=unit.id)
    contact.phone, contact.hours, contact.is_sample = phone, hours, is_sample
    session.add(contact)
    record(session, "registry.contact", unit.scope, by=by, at=at)
    touch(session, unit, at=at)


def remove_sample_contacts(session: Session, *, by: Actor, at: datetime) -> int:
    """Take every sample telephone away; returns how many there were."""
    units = session.scalars(select(Unit).join(Contact, Contact.unit_id == Unit.id).where(Contact.is_sample)).all()
    session.execute(delete(Contact).where(Contact.is_sample))
    for unit in units:
        touch(session, unit, at=at)
    if units:
        record(session, "sample.remove", "registry", by=by, at=at, contacts=len(units))
    return len(units)


def touch(session: Session, unit: Unit, *, at: datetime) -> None:
    """Raise the versions of all pages that show a unit.

    Its own, those below it, those merged into it, those it was merged into, and the one above.
    """
    shown = set(units_below(session, unit))
    waiting = list(shown)
    while waiting:
        merged = session.scalars(select(Unit).where(Unit.merged_into_id == waiting.pop().id)).all()
        waiting += [each for each in merged if each not in shown]
        shown.update(merged)
    after = unit.merged_into
    while after is not None:  # their pages name what was merged into them
        shown.add(after)
        after = after.merged_into
    if unit.parent is not None:
        shown.add(unit.parent)
    raise_versions(session, {each.scope for each in shown} | {EVERYTHING}, at=at)
