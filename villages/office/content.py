"""Questions of the self-check to what is published: columns empty or not kept up, lists that outstay, dead links."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from villages.calendar.queries import calendar_of
from villages.core.clock import day_of, day_text, now
from villages.disclosures.kind import PERIODICAL
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Attachment, Edition, Item
from villages.disclosures.public_queries import is_public_on
from villages.plates.models import Plate
from villages.registry.models import FormerCode, Publisher, Unit
from villages.settings import Settings

DATA = Path(__file__).with_name("thresholds.toml")
DECEMBER = 12
LEVELS = {"county": "县级", "township": "乡镇", "village": "村级"}
LEVEL_OF = {
    "county": "county", "department": "county", "township": "township", "committee": "village", "collective": "village",
}  # fmt: skip
STANDING = (*PERIODICAL, "long_term")
MOST_LINKS, MOST_NAMED, MOST_EMPTY = 20, 3, 5
ADDRESS = re.compile(r'https?://[^\s"<>\\]+')


@cache
def thresholds() -> tuple[int, dict[str, int]]:
    """In how many days the home page, and each column by its name, must show something new."""
    found = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return found["home_days"], {name: each["days"] for each in found["columns"] for name in each["names"]}


def holidays(session: Session, _settings: Settings) -> Iterator[str]:
    """This year's arrangement must be known; from December on, the next year's too."""
    today, years = day_of(now()), calendar_of(session).years
    for year in (today.year, today.year + 1) if today.month == DECEMBER else (today.year,):
        if year not in years:
            yield f"{year} 年的放假安排还没有导入，期限只能暂算。请在“放假安排”里贴上国务院办公厅的通知"


def notices(session: Session, _settings: Settings) -> Iterator[str]:
    """Lists whose notice period ended and that were not put away: pages hide them, `run-due` did not."""
    over = Item.is_public & Item.notice_until.is_not(None) & (Item.notice_until < day_of(now()))
    count = session.scalar(select(func.count()).select_from(Item).where(over))
    if count:
        yield f"有 {count} 份名单的公示期过了还没有收起（页面上已经看不到）。请运行 villages run-due"


def empty_columns(session: Session, _settings: Settings) -> Iterator[str]:
    """Columns without anything public: the county's all, of those below what each must always have."""
    filled: dict[tuple[str, str], set[int]] = defaultdict(set)
    rows = select(Item.kind, Item.unit_id, Publisher.kind).join(Item.publisher).where(Item.is_public).distinct()
    for key, unit_id, sort in session.execute(rows):
        if key in kinds():
            filled[LEVEL_OF[sort], kinds()[key].column].add(unit_id)
    units: dict[str, dict[int, str]] = defaultdict(dict)
    live = select(Unit.level, Unit.id, Unit.name).where(Unit.in_scope, Unit.merged_into_id.is_(None))
    for level, unit_id, name in session.execute(live.order_by(Unit.division_code)):
        units[level][unit_id] = name
    bare = [column for level, column in _columns() if level == "county" and not filled[level, column]]
    if bare:
        rule = f"检查指标：空白栏目不能到 {MOST_EMPTY} 个"
        yield f"县级有 {len(bare)} 个栏目还是空的（{rule}）：{'、'.join(bare)}。请发布内容"
    for level, column in _columns():
        names = [name for unit_id, name in units[level].items() if unit_id not in filled[level, column]]
        if names and level != "county":
            such = "、".join(names[:MOST_NAMED])
            of = "个乡镇" if level == "township" else "个村"
            yield f"{LEVELS[level]}栏目“{column}”有 {len(names)} {of}是空的（如{such}），请催这些单位发布"


@cache
def _columns() -> tuple[tuple[str, str], ...]:
    """Level and name of every column that may be empty, in the order of the catalogue."""
    found: dict[tuple[str, str], None] = {}
    for kind in kinds().values():
        for sort in kind.publishers:
            if LEVEL_OF[sort] == "county" or kind.cycle in STANDING:
                found[LEVEL_OF[sort], kind.column] = None
    return tuple(sorted(found, key=lambda pair: list(LEVELS).index(pair[0])))


def stale_columns(session: Session, _settings: Settings) -> Iterator[str]:
    """The home page and the county's columns that show nothing new for longer than the indicators allow."""
    home, of_columns = thresholds()
    latest: dict[str, date] = {}
    rows = (
        select(Item.kind, func.max(Item.published_at))
        .where(Item.is_public, Item.published_at.is_not(None))
        .group_by(Item.kind)
    )
    for key, at in session.execute(rows):
        if at is not None and key in kinds():
            day = day_of(at)
            for name in ("", kinds()[key].column):
                latest[name] = max(latest.get(name, date.min), day)
    today = day_of(now())
    for name, days in {"": home, **of_columns}.items():
        if name in latest and (today - latest[name]).days > days:
            what = f"栏目“{name}”" if name else "首页"
            yield f"{what}从 {day_text(latest[name])}起没有更新，超过了检查指标的 {days} 天，请发布新的内容"


def dead_links(session: Session, settings: Settings) -> Iterator[str]:
    """Links of public items to our own pages that lead nowhere. Other sites are not asked."""
    base, today, found = settings.base_url, day_of(now()), 0
    last = select(func.max(Edition.number)).where(Edition.item_id == Item.id).correlate(Item).scalar_subquery()
    rows = (
        select(Item.id, Item.title, Edition.content)
        .join(Edition, (Edition.item_id == Item.id) & (Edition.number == last))
        .where(is_public_on(today), cast(Edition.content, Text).contains(base, autoescape=True))
    )
    for item_id, title, content in session.execute(rows.order_by(Item.id)):
        for address in sorted(set(_addresses(content))):
            if address.startswith(base) and not _leads(session, address[len(base) :], today):
                found += 1
                if found <= MOST_LINKS:
                    yield f"公开事项编号 {item_id}“{title}”里的网址打不开：{address}。请更正这一条"
    if found > MOST_LINKS:
        yield f"另有 {found - MOST_LINKS} 个网址打不开"


def _addresses(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from ADDRESS.findall(value)
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _addresses(each)


def _leads(session: Session, path: str, today: date) -> bool:
    """Whether a path below our address leads to something; of pages that are not about one thing all do."""
    first, _, rest = unquote(urlsplit(path).path).partition("/")
    name = rest.split("/")[0].removesuffix(".atom")
    queries = {
        "items": select(Item.id).where(Item.id == int(name) if name.isdecimal() else Item.id < 0, is_public_on(today)),
        "files": select(Attachment.id).where(Attachment.id == name),
        "v": select(Plate.id).where(Plate.number == name),
        "publishers": select(Publisher.id).where(Publisher.code == name),
    }
    if first == "villages" and name:
        of_unit = session.scalar(select(Unit.id).where(Unit.division_code == name))
        return bool(of_unit or session.scalar(select(FormerCode.id).where(FormerCode.division_code == name).limit(1)))
    return not name or first not in queries or session.scalar(queries[first]) is not None
