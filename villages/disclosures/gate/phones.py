"""Mobile numbers: 11 digits that begin with 1 and 3 to 9. They have no check digit, so the grouping decides. Pure."""

from __future__ import annotations

import re

from villages.disclosures.gate.findings import Tier
from villages.disclosures.gate.folding import CELL
from villages.disclosures.gate.labels import Beside
from villages.disclosures.gate.runs import Window

LENGTH = 11
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_YEAR = re.compile(r"20[0-3][0-9]")
_ROUND = "0000000"
# How people group the eleven digits.
_USUAL = {(3, 4, 4), (3, 8)}
_HYPHENED = _USUAL | {(7, 4), (4, 4, 3), (3, 3, 5), (4, 7), (5, 6)}


def mobile_in(digits: str) -> str:
    """The mobile number in a group, its country prefix (86, 0086) taken off; empty when there is none."""
    bare = digits
    for prefix in ("0086", "86"):
        if len(digits) == LENGTH + len(prefix) and digits.startswith(prefix):
            bare = digits.removeprefix(prefix)
    return bare if _MOBILE.fullmatch(bare) else ""


def phone_tier(window: Window, near: Beside) -> Tier | None:
    """How sure it is that a window is a mobile number; None where it is not."""
    is_long = len(window.digits) == LENGTH + 1 and window.digits[0] == "0" and near.is_phone
    if not mobile_in(window.digits[1:] if is_long else window.digits):
        return None
    if len(window.sizes) == 1:
        return _whole(window, near)
    if near.is_phone:
        return Tier.STOP
    if near.is_money or near.touches_letters:
        return None
    if CELL in window.gap and near.is_counted:
        return None
    tier = _split(window, near)
    return Tier.ASK if tier and near.is_code else tier


def _whole(window: Window, near: Beside) -> Tier | None:
    if near.is_phone:
        return Tier.STOP
    if near.is_money or window.digits.endswith(_ROUND):
        return None
    return Tier.ASK if near.is_code or near.touches_letters or near.is_in_address else Tier.STOP


def _split(window: Window, near: Beside) -> Tier | None:
    sizes, kinds = window.sizes, set(window.gap)
    if set(sizes) == {1}:
        return Tier.STOP if 1 not in window.beside and len(kinds) == 1 else None
    if kinds <= set("-.("):
        return Tier.STOP if sizes in _HYPHENED else None
    if kinds <= {" ", "-", ".", "(", CELL} and sizes in _USUAL:
        is_unsure = _is_reckoning(window) or (CELL in kinds and not _has_zero_ahead(window))
        return Tier.ASK if is_unsure else Tier.STOP
    if "\n" in kinds:
        is_wrapped = len(sizes) == 2 and kinds <= {"\n", " "} and near.is_after_text  # noqa: PLR2004 - cut once
        return Tier.STOP if is_wrapped or (sizes in _USUAL and not _is_reckoning(window)) else None
    if kinds == {" "} and max(sizes) == 2:  # noqa: PLR2004 - written in pairs
        return Tier.STOP if window.beside[1] not in {1, 2} else None
    return Tier.ASK if sizes == (7, 4) and window.digits[7] == "0" else None


def _groups(window: Window) -> list[str]:
    at, groups = 0, []
    for size in window.sizes:
        groups.append(window.digits[at : at + size])
        at += size
    return groups


def _has_zero_ahead(window: Window) -> bool:
    """Whether a group begins with 0, as no quantity does."""
    return any(group[0] == "0" for group in _groups(window))


def _is_reckoning(window: Window) -> bool:
    """Whether the groups look like quantities, years and amounts side by side."""
    groups = _groups(window)
    if any(_DAY.fullmatch(group) for group in groups) or all(_YEAR.fullmatch(group) for group in groups[1:]):
        return True
    if _has_zero_ahead(window) or len(groups) != 3:  # noqa: PLR2004 - a quantity, a price, an amount
        return False
    first, second, third = map(int, groups)
    is_sum = first + second == third or first * second == third or second + third == first
    return is_sum or (second % 100 == 0 and third % 100 == 0)
