"""Brings the many ways to write a digit to one, each character for itself: offsets stay those of the text. Pure."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

# Stands for a character that nobody sees; between digits it counts as nothing.
UNSEEN = "\u200b"
# Stands between two cells of a row.
CELL = "\x1f"
_CHINESE = {
    character: str(value)
    for value, characters in enumerate(
        ("〇零○", "一壹幺弌", "二贰貳弍", "三叁參弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_NUMERALS = "".join(_CHINESE)
_DOTS = ".．。·•・‧∙⋅｡﹒"
_HYPHENS = "-−＿_﹍﹘﹣－～~\ufffe\x02"  # the last two: what PDF readers give for a hyphen at the end of a line
_LETTERS_X = "xXｘＸХх✕✖ⅹⅩ×"
_COMMAS = ",，、;；"
_BRACKETS = "()（）[]【】「」〔〕"
_LOOKALIKE = re.compile(r"(?<=[0-9])[OoОоlIі]+(?=[0-9X])")
_NAME = re.compile(rf"[\u4e00-\u9fff](?<![{_NUMERALS}])[{_NUMERALS}](?=[{_NUMERALS}⓪-⓿①-⑳])")
_ANY_CHINESE = re.compile(rf"[{_NUMERALS}\u2070-\u27ff]")
_ZEROS = re.compile(r"[OoОо]")


LEAST_CHINESE = 3


def _folded(character: str) -> str | None:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in {"Cf", "Mn", "Me"}:
        return UNSEEN
    if category in {"Zs", "Pd"}:
        return " " if category == "Zs" else "-"
    return chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else None


@cache
def _table() -> dict[int, str]:
    """Character -> its form. Circled digits are left out: they are marks of lists, and stand before telephones."""
    folded = ((code, _folded(chr(code))) for code in range(sys.maxunicode + 1))
    table = {code: form for code, form in folded if form is not None}
    for characters, form in (
        (_DOTS, "."), (_HYPHENS, "-"), (_LETTERS_X, "X"), (_COMMAS, ","), (_BRACKETS, "("),
        ("\t\v\f\x1c\x1d\x1e", " "), ("\r\x85\u2028\u2029", "\n"), ("\u3164\u115f\u1160\u2800", UNSEEN),
    ):  # fmt: skip
        table |= {ord(character): form for character in characters}
    return table


@cache
def _chinese() -> dict[int, str]:
    """Chinese numerals and the digits in circles, brackets and other dress."""
    table = {ord(character): digit for character, digit in _CHINESE.items()}
    for code in range(0x2070, 0x2800):
        digit = unicodedata.digit(chr(code), None)
        if digit is not None:
            table[code] = str(digit)
    return table


def fold(text: str) -> str:
    """The text with digits, separators and X in one form each; as long as before."""
    return _LOOKALIKE.sub(_as_digits, text.translate(_table()))


def fold_chinese(text: str, *, names: bool = False) -> str | None:
    """As `fold`, with Chinese numerals and circled digits as digits; None where too few stand in the text to matter.

    With `names`, a numeral directly after another character is left as it is: 李四一三八… is a name and a number.
    """
    chinese = _chinese()
    if len(_ANY_CHINESE.findall(text)) < LEAST_CHINESE or (names and not _NAME.search(text)):
        return None
    if names:
        text = _NAME.sub(lambda match: match.group()[0] + "#" * (len(match.group()) - 1), text)
    return _LOOKALIKE.sub(_as_digits, text.translate(_table() | chinese))


def _as_digits(match: re.Match[str]) -> str:
    return re.sub(r"[^0]", "1", _ZEROS.sub("0", match.group()))
