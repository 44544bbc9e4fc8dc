"""The bodies that publish: made from the registry, and departments by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.freshness import raise_versions
from villages.core.refusal import Refusal
from villages.registry.actions import PHONE
from villages.registry.models import EVERYTHING, PUBLISHERS, Publisher, Unit
from villages.registry.queries import counties, townships, villages_of

LONGEST_CODE = 20
DETAILS = {"phone": "办公电话", "hours": "办公时间", "address": "地址"}
LONGEST = {"phone": 40, "hours": 80, "address": 120}


def make_missing(session: Session, *, by: Actor, at: datetime) -> int:
    """Give county, townships and villages in scope their publishers, a village two; returns how many were made."""
    have = {(unit_id, kind) for unit_id, kind in session.execute(select(Publisher.unit_id, Publisher.kind))}
    wanted: list[tuple[Unit, str, str, str]] = [
        (unit, "county", unit.division_code, f"{unit.name}人民政府") for unit in counties(session)
    ]
    wanted += [(unit, "township", unit.division_code, f"{unit.name}人民政府") for unit in townships(session)]
    for unit in villages_of(session):
        wanted.append((unit, "committee", unit.division_code, unit.committee or f"{unit.name}委会"))
        wanted.append((unit, "collective", f"{unit.division_code}-J", f"{unit.name}集体经济组织"))
    lacking = [each for each in wanted if (each[0].id, each[1]) not in have]
    session.add_all(Publisher(unit=unit, kind=kind, code=code, name=name) for unit, kind, code, name in lacking)
    session.flush()
    if lacking:
        record(session, "publisher.make_missing", "publishers", by=by, at=at, count=len(lacking))
        raise_versions(session, {EVERYTHING, *(unit.scope for unit, *_ in lacking)}, at=at)
    return len(lacking)


def add_department(session: Session, unit: Unit, *, code: str, name: str, by: Actor, at: datetime) -> Publisher:
    """Add a department (县直单位) of a county; raises Refusal when its code is taken or malformed."""
    code, name = code.strip(), name.strip()
    if unit.level != "county" or not name or not 0 < len(code) <= LONGEST_CODE or not code.isascii():
        raise Refusal(f"{PUBLISHERS['department']}要属于一个县，有名称，单位代码用字母和数字，最多 {LONGEST_CODE} 个")
    if session.scalar(select(Publisher.id).where(Publisher.code == code)) is not None:
        raise Refusal(f"单位代码 {code} 已经有了，请核对")
    publisher = Publisher(unit=unit, kind="department", code=code, name=name)
    session.add(publisher)
    session.flush()
    record(session, "publisher.add", f"publisher:{publisher.id}", by=by, at=at, code=code)
    raise_versions(session, {EVERYTHING, unit.scope}, at=at)
    return publisher


def set_details(
    session: Session, publisher: Publisher, *, by: Actor, at: datetime, phone: str | None = None,
    hours: str | None = None, address: str | None = None,
) -> None:  # fmt: skip
    """Say how a publisher is reached: its office's telephone, hours and address. What is None stays, '' takes away.

    Raises Refusal with a line for each that is unusable.
    """
    given = {"phone": phone, "hours": hours, "address": address}
    told = {name: " ".join(text.split()) for name, text in given.items() if text is not None}
    lines = [
        f"{DETAILS[name]}最多 {LONGEST[name]} 个字，写在一行里，不能有看不见的字符"
        for name, text in told.items()
        if len(text) > LONGEST[name] or not text.isprintable()
    ]
    if told.get("phone") and not PHONE.fullmatch(told["phone"]):
        lines.append(f"办公电话“{told['phone']}”不对：用数字、空格、短横，例如 0393-1234567 或 0393-1234567 转 8")
    if lines or not told:
        raise Refusal(*(lines or ["没有写要改什么，请至少写一项：电话、办公时间或地址"]))
    for name, text in told.items():
        setattr(publisher, name, text)
    session.flush()
    record(session, "publisher.contact", f"publisher:{publisher.id}", by=by, at=at, told=sorted(told))
    raise_versions(session, {publisher.unit.scope}, at=at)
