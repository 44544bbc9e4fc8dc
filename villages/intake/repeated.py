"""Information that was applied for again and again: proposed for disclosure to everybody (政府信息公开条例 Art 44).

Applications to one body within a year belong together where their words are alike: as many of the pairs of characters
that they use are shared as ALIKE says. Whatever was opened for it is kept nowhere.

Each is held against each, all of them at once: a number of many bits says something of every application, one bit each,
so that a handful of operations counts and compares what one shares with two thousand others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from operator import or_

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
ALIKE = Fraction(2, 5)
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
    """Cases of one body together with each that is like one of theirs, all in the order in which they were found."""
    of_body: dict[int | None, list[Case]] = defaultdict(list)
    for case in found:
        of_body[case.publisher_id].append(case)
    return [
        [cases[place] for place in _places(group)]
        for cases in of_body.values()
        for group in _together([_pairs(texts[case.id]) for case in cases])
    ]


def _together(pairs: Sequence[frozenset[str]]) -> list[int]:
    """The groups of those that are alike, by their places as bits."""
    groups: list[int] = []
    for place, near in enumerate(_alike(pairs)):
        joined = 1 << place
        if near:
            joined = reduce(or_, (group for group in groups if group & near), joined)
            groups = [group for group in groups if not group & near]
        groups.append(joined)
    return groups


def _places(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _alike(pairs: Sequence[frozenset[str]]) -> Iterator[int]:
    """For each which of those before it are alike, as bits: of a and b pairs s are shared, s / (a + b - s) >= ALIKE.

    With ALIKE = p / q that is (p + q) * s - p * a - p * b >= 0. What is taken away is added as what it lacks to a power
    of two, beyond all that can be shared; so a single bit of the sum tells.
    """
    p, times = ALIKE.numerator, ALIKE.numerator + ALIKE.denominator
    top = ((times + 1) * max(map(len, pairs), default=0)).bit_length()
    with_pair: dict[str, int] = {}
    lacking = [0] * (top + 2)
    for place, mine in enumerate(pairs):
        everyone, lack = (1 << place) - 1, (1 << top) - p * len(mine)
        before = {pair: with_pair.get(pair, 0) for pair in mine}
        shared = _sum([[row for row in before.values() if row]])
        columns = [[row, everyone if lack >> k & 1 else 0] for k, row in enumerate(lacking)]
        for k, row in enumerate(shared):
            for by in range(times.bit_length()):
                columns[k + by] += [row] if times >> by & 1 else []
        yield _sum(columns)[top + 1] if mine else 0
        with_pair.update((pair, row | 1 << place) for pair, row in before.items())
        for k in range(top + 1):
            lacking[k] |= (lack >> k & 1) << place


def _sum(columns: Sequence[list[int]]) -> list[int]:
    """The digits of the sum in each bit, from the lowest; `columns` holds what counts one, then two, then four."""
    digits: list[int] = []
    carried: list[int] = []
    while carried or len(digits) < len(columns):
        rows, carried = carried + (columns[len(digits)] if len(digits) < len(columns) else []), []
        while len(rows) > 1:
            one, two, three = rows.pop(), rows.pop(), rows.pop() if rows else 0
            odd = one ^ two
            rows.append(odd ^ three)
            carried.append(one & two | odd & three)
        digits.append(rows[0] if rows else 0)
    return digits


def _pairs(text: str) -> frozenset[str]:
    words = WORDS.findall(COMMON.sub(" ", text))
    return frozenset(word[at : at + 2] for word in words for at in range(len(word) - 1))


def _are_several(group: Sequence[Case]) -> bool:
    """Whether more than one person, or body, asked; who left no name counts for one of their own."""
    return len({case.name_digest or str(case.id) for case in group}) > 1


def _shared(texts: Sequence[str]) -> str:
    """The longest words that stand in every text, the first of them; '' where only single characters do."""
    first, *others = sorted(dict.fromkeys(texts), key=len)
    longest = ""
    for word in WORDS.findall(first):
        for at in range(len(word)):
            # Whatever is no longer than what was found is of no interest, so each is tried but as one longer.
            for end in range(at + max(SHORTEST, len(longest) + 1), min(len(word), at + LONGEST) + 1):
                if not all(word[at:end] in text for text in others):
                    break
                longest = word[at:end]
    return longest
