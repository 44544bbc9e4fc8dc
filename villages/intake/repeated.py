"""Information that was applied for again and again: proposed for disclosure to everybody (政府信息公开条例 Art 44).

Applications to one body within a year belong together where their words are alike: as many of the pairs of characters
that they use are shared as ALIKE says. Whatever was opened for it is kept nowhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from villages.accounts.models import Staff
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.intake.reading import text_of
from villages.intake.seeing import visible_to
from villages.search.folding import fold

WITHIN = timedelta(days=365)
LEAST, MOST_READ = 3, 2_000
ALIKE = 0.4
SHORTEST, LONGEST = 2, 60
# What stands in every application, whatever it is about.
COMMON = re.compile(
    "示例|申请|公开|政府|信息|请|提供|要求|贵单位|贵局|我们?|想要?|需要|了解|知道|查询|有关|相关|关于|文件|资料|材料|复印件"
    "|内容|情况|一份|的|了|和|与|及|或"
)
WORDS = re.compile(r"[\u4e00-\u9fff0-9a-z]{2,}")


@dataclass(frozen=True)
class Repeated:
    """Applications that ask for the same, the latest first, and the longest words that all of them have."""

    cases: Sequence[Case]
    words: str

    @property
    def span(self) -> tuple[date, date]:
        """The days on which the first and the last came."""
        return self.cases[-1].received_on, self.cases[0].received_on


def applications(session: Session, by: Staff, *, today: date) -> Sequence[Case]:
    """The applications of a year that somebody may see, the latest first."""
    asked = [kind.key for kind in kinds().values() if kind.is_application]
    query = select(Case).where(Case.kind.in_(asked), Case.state.not_in(("held", "discarded")), visible_to(by))
    query = query.where(Case.received_on > today - WITHIN, Case.received_on <= today, Case.forgotten_at.is_(None))
    query = query.options(joinedload(Case.publisher)).order_by(Case.received_on.desc(), Case.id.desc())
    return session.scalars(query.limit(MOST_READ)).all()


def repeated(session: Session, found: Sequence[Case]) -> list[Repeated]:
    """Those of some applications that LEAST or more ask for alike, of more than one applicant; the most asked first.

    They are opened for it: for a door that had the reading noted.
    """
    texts = {case.id: fold(text_of(session, case)) for case in found}
    many = [group for group in _grouped(found, texts) if len(group) >= LEAST and _are_several(group)]
    told = [Repeated(group, _shared([texts[case.id] for case in group])) for group in many]
    return sorted(told, key=lambda each: (-len(each.cases), each.words))


def _grouped(found: Sequence[Case], texts: Mapping[int, str]) -> list[list[Case]]:
    """Cases together with each that is like one of theirs, all in the order in which they were found.

    Each is compared only with those that share one of its rarest pairs, as whatever is alike must: of so many pairs
    that the others are too few to be alike by.
    """
    pairs = {number: _pairs(text) for number, text in texts.items()}
    spread = Counter(pair for each in pairs.values() for pair in each)
    with_pair: dict[tuple[int | None, str], list[Case]] = defaultdict(list)
    group_of: dict[int, list[Case]] = {}
    for case in found:
        mine, group = pairs[case.id], [case]
        rarest = sorted(mine, key=lambda pair: (spread[pair], pair))[: len(mine) - ceil(ALIKE * len(mine)) + 1]
        near = {each.id: each for pair in rarest for each in with_pair[case.publisher_id, pair]}
        group_of[case.id] = group
        for each in near.values():
            if (other := group_of[each.id]) is not group and _is_alike(mine, pairs[each.id]):
                group += other
                group_of |= dict.fromkeys((one.id for one in other), group)
        for pair in rarest:
            with_pair[case.publisher_id, pair].append(case)
    order = {case.id: place for place, case in enumerate(found)}
    groups = {id(group): group for group in group_of.values()}.values()
    return [sorted(group, key=lambda case: order[case.id]) for group in groups]


def _pairs(text: str) -> frozenset[str]:
    words = WORDS.findall(COMMON.sub(" ", text))
    return frozenset(word[at : at + 2] for word in words for at in range(len(word) - 1))


def _is_alike(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def _are_several(group: Sequence[Case]) -> bool:
    """Whether more than one person, or body, asked; who left no name counts for one of their own."""
    return len({case.name_digest or str(case.id) for case in group}) > 1


def _shared(texts: Sequence[str]) -> str:
    """The longest words that stand in every text; '' where only single characters do."""
    first, *others = sorted(texts, key=len)
    return max((piece for piece in _pieces(first) if all(piece in text for text in others)), key=len, default="")


def _pieces(text: str) -> Iterator[str]:
    for word in WORDS.findall(text):
        for at in range(len(word)):
            yield from (word[at:end] for end in range(at + SHORTEST, min(len(word), at + LONGEST) + 1))
