"""What is held, told so that somebody can tell a village's meeting from a flood: why, by how many, how long it took.

No word is opened for it, and where a form came from is not kept: a telephone is counted by its digest, the same words
were counted as they came (flooding.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.core.clock import moment_text
from villages.intake.flooding import NETWORK, PLACE, TEXT, TOO_QUICK
from villages.intake.models import Case, CaseStep

MINUTE = 60


@dataclass(frozen=True)
class Why:
    """One reason to hold a form back; `is_odd`: what people hardly do, while many at once may well be people."""

    word: str
    told: str
    is_odd: bool


REASONS = {
    "network": Why("同一网络来得多", f"同一个网络（比如一个会场）短时间里交来 {NETWORK.most} 件以上", is_odd=False),
    "about": Why("一处来得多", f"说同一个地方、同一块码牌的，短时间里有 {PLACE.most} 件以上", is_odd=False),
    "text": Why("一样的话", f"一模一样的话，一天里交了 {TEXT.most} 遍以上", is_odd=True),
    "trap": Why("填了看不见的格", "填了页面上人看不见的一格，多半是程序填的", is_odd=True),
    "quick": Why("交得太快", f"打开以后不到 {TOO_QUICK.seconds} 秒就交了，多半是程序交的", is_odd=True),
}


@dataclass(frozen=True)
class Held:
    """A case that is held; why, by the keys of REASONS; seconds from opening to sending; how often the same words came.

    The last two are None where nobody knows.
    """

    case: Case
    why: Sequence[str]
    took: int | None
    same: int | None

    @property
    def reasons(self) -> list[Why]:
        """Why it is held, in words."""
        return [REASONS[key] for key in self.why if key in REASONS]

    @property
    def took_words(self) -> str:
        """How long it took to write; '' where nobody knows."""
        return "" if self.took is None else _lasting(self.took)


@dataclass(frozen=True)
class Group:
    """What is held about one place or body, the first to come first."""

    held: Sequence[Held]

    @property
    def reasons(self) -> list[tuple[Why, int]]:
        """Why, and of how many of them."""
        counts = Counter(key for each in self.held for key in each.why)
        return [(why, counts[key]) for key, why in REASONS.items() if counts[key]]

    @property
    def facts(self) -> list[str]:
        """What tells people from a program, in plain words."""
        return [self._when(), self._phones(), *self._words(), *self._time()]

    def _when(self) -> str:
        moments = [each.case.submitted_at for each in self.held]
        first, last = moment_text(min(moments)), moment_text(max(moments))
        day, _, hour = last.partition(" ")
        until = "" if first == last else f"到 {hour}" if first.startswith(f"{day} ") else f"到{last}"
        return f"{len(self.held)} 件，{first}{until}"

    def _phones(self) -> str:
        phones = [each.case.phone_digest for each in self.held if each.case.phone_digest]
        if not phones:
            return "都没留电话"
        without = len(self.held) - len(phones)
        return f"{len(set(phones))} 个不同的电话" + (f"，{without} 件没留电话" if without else "")

    def _words(self) -> list[str]:
        known = [each.same for each in self.held if each.same is not None]
        again = sum(same > 1 for same in known)
        return [f"{again} 件和前面交的一字不差" if again else "话各写各的，没有一样的"] if known else []

    def _time(self) -> list[str]:
        known = [each.took for each in self.held if each.took is not None]
        return [f"一般写了{_lasting(median_low(known))}，最快{_lasting(min(known))}"] if known else []


def held_of(session: Session, cases: Sequence[Case]) -> list[Held]:
    """Some cases with why they are held: one question for all of them."""
    first = select(CaseStep.case_id, CaseStep.detail).where(
        CaseStep.case_id.in_([case.id for case in cases]), CaseStep.verb == "receive"
    )
    details = {row.case_id: row.detail for row in session.execute(first)}
    found = [(case, details.get(case.id, {})) for case in cases]
    return [Held(case, tuple(told.get("why", ())), told.get("took"), told.get("same")) for case, told in found]


def grouped(held: Sequence[Held]) -> list[Group]:
    """The same by what they are about, in the order in which they stand."""
    groups: dict[tuple[int | None, int | None], list[Held]] = {}
    for each in held:
        groups.setdefault((each.case.unit_id, each.case.publisher_id), []).append(each)
    return [Group(members) for members in groups.values()]


def _lasting(seconds: int) -> str:
    return f" {seconds} 秒" if seconds < MINUTE else f" {seconds // MINUTE} 分钟"
