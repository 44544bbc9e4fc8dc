"""What was published already that may answer a question: by the words of a title that occur in it.

Only guides, policies and the like are looked at (the section "services"), of the place itself and of those above it.
No word of the question is kept anywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.registry.models import Unit
from villages.registry.queries import counties
from villages.search.folding import fold
from villages.search.models import SearchEntry

SECTION = "services"
MOST_READ, MOST_SHOWN = 2_000, 3
# A word of more than this share of many titles tells none of them apart.
COMMON, MANY = 0.2, 10
# Of a longer word so much must occur: 养老保险 in 养老的保险.
LONG, LEAST = 4, 0.6
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
# What divides a title, or says nothing of what it is about.
BETWEEN = re.compile(
    r"示例|办事|指南|办理|服务|政策|解读|关于|通知|公告|申请|怎么|如何|工作|事项|协助|政府|出具|情况|方案|标准|规定|办法|[和与及或的在对为了等、]"
)


@dataclass(frozen=True)
class Similar:
    """A published item that may answer: its id and title."""

    item_id: int
    title: str


def similar(session: Session, text: str, place: Unit | None, *, today: date) -> Sequence[Similar]:
    """The items whose titles are about what a text is about, the most alike first; at most MOST_SHOWN."""
    asked = fold(text)
    titles = {each.title: (each, _words(each.title)) for each in _titles(session, place, today)}
    spread = Counter(word for _, words in titles.values() for word in words)
    most = COMMON * len(titles) if len(titles) >= MANY else len(titles)
    found = []
    for each, words in titles.values():
        score = sum(_occurs(word, asked) for word in words if spread[word] <= most)
        if score:
            found.append((score, each))
    return [each for _, each in sorted(found, key=lambda pair: (-pair[0], -pair[1].item_id))[:MOST_SHOWN]]


def _titles(session: Session, place: Unit | None, today: date) -> list[Similar]:
    """The titles of the place, of its township and its county; the county's alone where no place is known."""
    query = select(SearchEntry.ref, SearchEntry.title).where(SearchEntry.section == SECTION, SearchEntry.day <= today)
    query = query.where((SearchEntry.until.is_(None)) | (SearchEntry.until >= today))
    near = [place.id] if place is not None else [county.id for county in counties(session)]
    near += [unit.id for level in ("township", "county") if place and (unit := place.above(level)) is not None]
    rows = session.execute(query.where(SearchEntry.unit_id.in_(near)).order_by(SearchEntry.key).limit(MOST_READ))
    return [Similar(row.ref, row.title) for row in rows]


def _words(title: str) -> frozenset[str]:
    """What a title is about, in pieces of two characters and more."""
    return frozenset(HAN.findall(BETWEEN.sub("　", fold(title))))


def _occurs(word: str, text: str) -> int:
    """How many characters of a word occur in a text, in pairs; 0 where it is too few to mean the word."""
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    shared = sum(1 for pair in pairs if pair in text)
    least = LEAST if len(word) >= LONG else 1
    return shared + 1 if shared >= least * len(pairs) else 0
