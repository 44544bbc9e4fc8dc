"""Rosters as they are really published: a workbook with numbers in, reviewed by two, then public."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.intake.cases import VILLAGES, unit
from villages.accounts.models import Staff
from villages.core.spreadsheet import Row, Sheet
from villages.disclosures import actions, publishing
from villages.disclosures.importing import import_items
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item

ROSTER = kinds()["subsidy_roster"]
VILLAGE, OTHER, FAR = (code for code, *_ in VILLAGES)
HEADS = [
    "村", "补贴项目", "政策依据", "批次", "主管部门", "发放日期", "发放方式", "举报电话", "村民小组", "姓名",
    "补贴标准", "补贴金额（元）", "身份证号", "银行卡号",
]  # fmt: skip
BATCH = ["种粮补贴", "财农〔2026〕1号", "第1批", "县农业农村局", "2026-09-01", "一卡通", "0393-6221234"]
HOME = "198.51.100.7"  # where somebody asks from
ID_HEAD, CARD_HEAD = "41099919900101", "621700123456789"
Person = tuple[str, str, str, str]  # name, amount, the last four of identity number and card


def person(name: str, amount: str = "350.5", identity: str = "123X", card: str = "") -> Person:
    """Somebody in a roster."""
    return name, amount, identity and ID_HEAD + identity, card and CARD_HEAD + card


def legible(text: str) -> str:
    """The text without digests and ciphers, in which any four characters may stand by chance."""
    return re.sub(r"[\w=-]{32,}", " ", text, flags=re.ASCII)


def sheet(people: Sequence[Person], *, village: str = VILLAGE, batch: str = "第1批") -> Sheet:
    """A roster's spreadsheet."""
    told = [batch if cell == BATCH[2] else cell for cell in BATCH]
    rows = [
        (village, *told, "1组", name, "每亩100元", amount, identity, card) for name, amount, identity, card in people
    ]
    return Sheet("名单", tuple(Row(at, cells) for at, cells in enumerate([tuple(HEADS), *rows], start=1)))


def staff_of(session: Session) -> dict[str, Staff]:
    """Those who write, review and publish; made where they are not there yet."""
    county = unit(session, "410999")
    found = {each.name: each for each in session.query(Staff).filter(Staff.name.startswith("名单"))}
    for role in ("editor", "reviewer", "publisher"):
        if f"名单{role}" not in found:
            made = Staff(name=f"名单{role}", role=role, unit=county, password_hash="", created_at=NOON)
            session.add(made)
            session.flush()
            found[made.name] = made
    return {each.role: each for each in found.values()}


def publish_roster(session: Session, people: Sequence[Person], *, at: datetime = NOON, **where: Any) -> Item:
    """A roster that is public, by the verbs that staff use."""
    staff = staff_of(session)
    (item,), _ = import_items(session, ROSTER, [sheet(people, **where)], by=staff["editor"], at=at)
    review(session, item, at=at)
    return item


def review(session: Session, item: Item, *, at: datetime) -> None:
    """Bring a draft before the public."""
    staff = staff_of(session)
    actions.submit(session, item, by=staff["editor"], at=at, looked=True)
    actions.approve(session, item, by=staff["reviewer"], at=at)
    actions.approve(session, item, by=staff["publisher"], at=at)
    publishing.publish(session, item, by=staff["publisher"], at=at)
