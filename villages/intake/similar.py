"""What was published already that may answer a question: by the pairs of characters that a title shares with it.

Only guides, policies and the like are looked at (the section "services"), of the place itself and of those above it.
No word of the question is kept anywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.registry.models import Unit
from villages.search.folding import fold
from villages.search.models import SearchEntry

SECTION = "services"
MOST_READ, MOST_SHOWN = 2_000, 3
# So much of a title's weight must be in the question: less is chance.
LEAST = 0.5
HAN = re.compile(r"[\u4e00-\u9fff]+")
# What every title has says nothing of what it is about.
EMPTY = re.compile(r"办事指南|指南|办理|服务|政策|解读|关于|通知|申请|怎么|如何|工作")


@dataclass(frozen=True)
class Similar:
    """A published item that may answer: its id and title."""

    item_id: int
    title: str


def similar(session: Session, text: str, place: Unit | None, *, today: date) -> Sequence[Similar]:
    """The items whose titles are about what a text is about, the most alike first; at most MOST_SHOWN."""
    asked = set(_pairs(text))
    titles = _titles(session, place, today) if asked else []
    spread = Counter(pair for _, pairs in titles for pair in pairs)
    found = []
    for each, pairs in titles:
        weights = {pair: log(1 + len(titles) / spread[pair]) for pair in pairs}
        shared = sum(weight for pair, weight in weights.items() if pair in asked)
        if pairs and shared >= LEAST * sum(weights.values()):
            found.append((shared, each))
    alike = {each.title: each for _, each in sorted(found, key=lambda pair: (pair[0], pair[1].item_id))}
    return list(reversed(alike.values()))[:MOST_SHOWN]


def _titles(session: Session, place: Unit | None, today: date) -> list[tuple[Similar, frozenset[str]]]:
    query = select(SearchEntry.ref, SearchEntry.title).where(SearchEntry.section == SECTION, SearchEntry.day <= today)
    query = query.where((SearchEntry.until.is_(None)) | (SearchEntry.until >= today))
    if place is not None:
        above = [place.id, *(unit.id for level in ("township", "county") if (unit := place.above(level)) is not None)]
        query = query.where(SearchEntry.unit_id.in_(above))
    rows = session.execute(query.order_by(SearchEntry.key.desc()).limit(MOST_READ))
    return [(Similar(row.ref, row.title), _pairs(row.title)) for row in rows]


def _pairs(text: str) -> frozenset[str]:
    """The neighbouring characters of a text's Chinese words, without words that any title has."""
    runs = HAN.findall(EMPTY.sub("　", fold(text)))
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))
