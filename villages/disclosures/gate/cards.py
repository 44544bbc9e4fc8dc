"""Bank card numbers: 16 to 19 digits, Luhn's check digit, and a prefix that issuers in China use. Pure."""

from __future__ import annotations

from stdnum import luhn, numdb

LENGTHS = range(16, 20)
_PLASTIC = 16
# 62: UnionPay. 955, 601, 603: cards of the large banks from before. All lengths.
_SURE = ("62", "955", "601382", "601428", "603")
# Visa, MasterCard, JCB: 16 digits only; codes of places begin alike.
_FOREIGN = ("4", "51", "52", "53", "54", "55", "35")
# Cards of city and rural banks that share their first digits with much else: only where the text says card.
_LOCAL = ("60", "66", "68", "69", "81", "84", "87", "88", "90", "91", "94", "95", "98", "99", "10")


def is_card(number: str, *, is_named: bool) -> bool:
    """Whether digits are a card's. `is_named`: the text before, or the column, speaks of a card or account."""
    if len(number) not in LENGTHS or not number.isdigit() or not luhn.is_valid(number):
        return False
    if number.startswith(_SURE):
        return True
    if number.startswith(_FOREIGN) and len(number) == _PLASTIC:
        return is_named or not _is_place(number[:6])
    return is_named and number.startswith((*_LOCAL, *_FOREIGN))


def may_be_card(number: str) -> bool:
    """Whether digits have a card's length, and its check digit or its plainest prefix; nothing else is worth a look."""
    return len(number) in LENGTHS and number.isdigit() and (luhn.is_valid(number) or is_plain_prefix(number))


def is_plain_prefix(number: str) -> bool:
    """Whether the prefix is one that hardly anything but cards begins with."""
    return number.startswith(_SURE)


def _is_place(code: str) -> bool:
    """Whether six digits are, or were, the division code of a county."""
    return any("county" in part for _, part in numdb.get("cn/loc").info(code))
