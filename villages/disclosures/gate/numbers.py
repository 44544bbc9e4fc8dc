"""Finds the numbers of persons in a row of text: identity, card, mobile. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from villages.disclosures.gate import cards, resident
from villages.disclosures.gate.findings import Tier
from villages.disclosures.gate.folding import CELL, fold, fold_chinese
from villages.disclosures.gate.labels import Beside
from villages.disclosures.gate.phones import mobile_in, phone_tier
from villages.disclosures.gate.runs import Window, windows

RESIDENT, SHORT, CARD, PHONE, DISABLED = "身份证号", "15位身份证号", "银行卡号", "手机号", "残疾人证号"
DOUBTFUL_ID, CUT_ID, DOUBTFUL_CARD, ACCOUNT = (
    "像身份证号，校验位不对", "身份证号（末几位被表格软件改成了0）", "像银行卡号，校验位不对", "银行账号",
)  # fmt: skip
SHOWN = 4
_DISABLED = re.compile(r"[1-7][1-4](?:B[0-9])?(?![0-9A-Za-z])")
_ACCOUNT = range(12, 20)
_MOST_GROUPS = 6


@dataclass(frozen=True)
class Hit:
    """A number found in a row of text; `digits` never leave this package."""

    start: int
    end: int
    tier: Tier
    what: str
    digits: str
    rank: int

    @property
    def masked(self) -> str:
        """What may be shown: 138****1234, else stars and the last four."""
        if self.what == PHONE:
            mobile = mobile_in(self.digits) or self.digits[-11:]
            return f"{mobile[:3]}****{mobile[-SHOWN:]}"
        return "*" * (len(self.digits) - SHOWN) + self.digits[-SHOWN:]


def hits(text: str, where_of: Callable[[int, int], str]) -> list[Hit]:
    """The numbers in a row of text, by place; `where_of` says where an extent stands."""
    found = list(_scan(fold(text), where_of))
    for names in (False, True):
        chinese = fold_chinese(text, names=names)
        if chinese is not None:
            taken = list(found)
            found += [
                hit
                for hit in _scan(chinese, where_of)
                if not any(hit.start < each.end and each.start < hit.end for each in taken)
            ]
    chosen: list[Hit] = []
    # Of two that begin alike the longer: four groups of a card with 19 digits may by chance be one with 16.
    for hit in sorted(found, key=lambda hit: (hit.tier == Tier.ASK, hit.rank, hit.start, -hit.end)):
        if not any(hit.start < other.end and other.start < hit.end for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.start)


def _scan(folded: str, where_of: Callable[[int, int], str]) -> Iterator[Hit]:
    for window in windows(folded):
        near = Beside(folded, window.start, window.end, where_of)
        for rank, judge in enumerate((_resident, _card, _short, _phone, _account)):
            verdict = judge(window, near)
            if verdict is not None:
                tier, what = verdict
                end = window.end
                if what == RESIDENT and (more := _DISABLED.match(folded, end)):
                    end, what = more.end(), DISABLED
                yield Hit(window.start, end, tier, what, window.digits, rank)
                break


Verdict = tuple[Tier, str] | None


def _resident(window: Window, near: Beside) -> Verdict:
    if not resident.has_form(window.digits):
        return None
    if resident.is_resident(window.digits):
        return (Tier.ASK if near.is_code and not near.is_resident else Tier.STOP), RESIDENT
    if resident.is_cut_short(window.digits) and len(window.sizes) == 1 and not near.is_code:
        return Tier.ASK, CUT_ID
    return (Tier.ASK, DOUBTFUL_ID) if near.is_resident else None


def _card(window: Window, near: Beside) -> Verdict:
    if not cards.may_be_card(window.digits) or not _is_grouped_like_a_card(window, near):
        return None
    if cards.is_card(window.digits, is_named=near.is_card):
        is_doubtful = not near.is_card and (near.is_code or near.touches_letters or near.is_in_address)
        return (Tier.ASK if is_doubtful else Tier.STOP), CARD
    return (Tier.ASK, DOUBTFUL_CARD) if near.is_card and cards.is_plain_prefix(window.digits) else None


def _is_grouped_like_a_card(window: Window, near: Beside) -> bool:
    sizes = window.sizes
    if len(sizes) == 1 or set(sizes) == {1}:
        return len(sizes) == 1 or 1 not in window.beside
    if near.is_money:
        return False
    if set(sizes[:-1]) == {4} and sizes[-1] <= 4:  # noqa: PLR2004 - fours, as they are embossed
        return True
    is_sure = cards.is_plain_prefix(window.digits) and CELL not in window.gap and len(sizes) <= 3 and 11 not in sizes  # noqa: PLR2004
    return is_sure or (near.is_card and len(sizes) <= _MOST_GROUPS)


def _short(window: Window, near: Beside) -> Verdict:
    if not resident.is_short(window.digits, any_year=near.is_resident):
        return None
    if near.is_resident:
        return Tier.STOP, SHORT
    if near.is_code or near.is_money or near.touches_letters or near.is_in_address:
        return None
    usual = window.sizes in {(15,), (6, 6, 3)} or (set(window.sizes) == {1} and 1 not in window.beside)
    return (Tier.STOP, SHORT) if usual else None


def _phone(window: Window, near: Beside) -> Verdict:
    tier = phone_tier(window, near)
    return (tier, PHONE) if tier else None


def _account(window: Window, near: Beside) -> Verdict:
    is_one = len(window.sizes) == 1 or set(window.sizes[:-1]) == {4}
    is_account = is_one and len(window.digits) in _ACCOUNT and window.digits.isdigit() and near.is_card
    return (Tier.ASK, ACCOUNT) if is_account and not near.is_money else None
