"""A keypad without scripts: each of its keys sends the form, and this is what stands in the field then."""

from __future__ import annotations

DIGITS = "0123456789"
# The last place of an identity number may be an X.
OR_X = DIGITS + "X"


def digits(text: str, most: int, signs: str = DIGITS) -> str:
    """What a keypad can have typed."""
    return "".join(each for each in text if each in signs)[:most]


def pressed(typed: str, key: str, most: int, signs: str = DIGITS) -> str:
    """What stands there after a key: one of its signs, 'one' off, or 'all' off."""
    if key in ("one", "all"):
        return typed[:-1] if key == "one" else ""
    return digits(typed + key, most, signs)
