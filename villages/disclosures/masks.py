"""Masks: what of a personal number may be kept for a public list. Pure.

PIPL Art 6 (no more than needed); facts §3.6.
"""

from __future__ import annotations

LAST = "尾号"
SHOWN = 4


def masked(text: str, mask: str) -> str:
    """A text behind its mask; masking twice is masking once.

    last4: '尾号123X'; phone: '138****1234', or only the last digits of a number that is not a mobile's.
    """
    if mask == "last4":
        return LAST + _end(text)
    if mask == "phone":
        bare = "".join(char for char in text if char.isalnum() or char == "*")
        is_mobile = len(bare) == 11 and bare.startswith("1")  # noqa: PLR2004 - a mobile number's digits
        return f"{bare[:3]}****{bare[-SHOWN:]}" if is_mobile else "****" + _end(text)
    return text


def _end(text: str) -> str:
    """The last four letters or digits, but never more than half: a short number would be shown whole."""
    bare = "".join(char for char in text.removeprefix(LAST) if char.isalnum())
    already = text.startswith((LAST, "****"))
    return bare[-SHOWN:] if already or len(bare) >= 2 * SHOWN else bare[len(bare) - len(bare) // 2 :]
