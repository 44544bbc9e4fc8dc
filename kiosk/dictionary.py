"""The dictionary of the on-screen keyboard: the county's own names first, then what people ask, then the common words.

Made by a process of its own (`python -m kiosk.dictionary ORDER`, see kiosk.words), so that the seconds of work and the
50 MB of readings burden no process that shows pages. Words and frequencies are jieba's, readings pypinyin's and, for
places, those of reading aloud.

The text has a line for each run of initials, in their order: syllables, words so read and each word's weight. After an
empty line it has one for each character, the most frequent first: its strokes.

    nl<TAB>nan le:南乐k|neng li:能力S
    南<TAB>122543112

A weight is one of WEIGHTS, twice the binary logarithm of a frequency: each step counts half a bit.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import math
import os
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import brotli
from pypinyin import Style, lazy_pinyin, pinyin

from kiosk.strokes import strokes
from villages.speech.readings import pinyin as said

PHRASES = Path(__file__).with_name("phrases.toml")
WEIGHTS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# What stands above every frequency: our names, then our phrases.
OWN, ASKED = 46, 36
# Of some 350 000 words the most frequent; docs/kiosk.md has what more of them would help.
MOST = 60_000
LONGEST = 8
NICENESS = 10
# A word of our subject is that much more frequent here than elsewhere.
TOLD = 16
# A part of what a character occurs in words counts as if it stood alone, so that 南 comes before 囡.
WITHIN = 0.03
SUFFIXES = re.compile(r"(?<=..)(?:村|社区|乡|镇|县)$")
HANZI = re.compile(r"[\u4e00-\u9fff]+")
_SYLLABLE = re.compile(r"[a-z]*[aeiouv][a-z]*")
# Sounds without a vowel, as people type them.
_TYPED = {"m": "mu", "n": "en", "ng": "en", "hm": "heng", "hng": "heng"}

Syllables = tuple[str, ...]
# For the syllables of a word, each word so read and its weight.
Words = dict[Syllables, dict[str, int]]


def dictionary(names: Iterable[str], subject: str) -> str:
    """The whole text for a county. names: its own; subject: a text of the matters that are published and asked here."""
    words: Words = defaultdict(dict)
    frequencies = dict(_common())
    for word, frequency in frequencies.items():
        told = len(word) > 1 and word in subject
        _put(words, word, _weight(frequency * TOLD if told else frequency), _read(word))
    own = list(_names(names))
    characters = sorted(_standard().union(*own))
    for character, syllable, weight in _characters(characters, words, frequencies):
        _put(words, character, weight, (syllable,))
    for phrase in _phrases():
        _put(words, phrase, ASKED, _read(phrase))
    for name in own:
        for reading in {_read(name), _read_aloud(name)}:
            _put(words, name, OWN, reading)
    return f"{_lines(words)}\n\n{_strokes(characters, words)}\n"


@cache
def _standard() -> frozenset[str]:
    """The 6763 characters of GB 2312."""
    cells = (bytes(cell).decode("gb2312", "ignore") for cell in product(range(0xB0, 0xF8), range(0xA1, 0xFF)))
    return frozenset(cell for cell in cells if HANZI.fullmatch(cell))


def _put(words: Words, word: str, weight: int, reading: Syllables) -> None:
    if len(reading) == len(word):
        words[reading][word] = max(weight, words[reading].get(word, 0))


def _lines(words: Words) -> str:
    """A line for each run of initials, words that are read alike by weight, so that the first is the best."""
    lines: dict[str, list[str]] = defaultdict(list)
    for reading in sorted(words):
        alike = sorted(words[reading].items(), key=lambda each: -each[1])
        told = "".join(word + WEIGHTS[weight] for word, weight in alike)
        lines["".join(syllable[0] for syllable in reading)].append(f"{' '.join(reading)}:{told}")
    return "\n".join(f"{initials}\t{'|'.join(told)}" for initials, told in sorted(lines.items()))


def _strokes(characters: Iterable[str], words: Words) -> str:
    """A line for each character, the most frequent first, as far as its strokes are known."""
    weights: dict[str, int] = defaultdict(int)
    for alike in words.values():
        for word, weight in alike.items():
            weights[word] = max(weight, weights[word])
    known = ((character, strokes(character)) for character in sorted(characters, key=lambda each: -weights[each]))
    return "\n".join(f"{character}\t{figures}" for character, figures in known if figures)


def _common() -> Iterator[tuple[str, int]]:
    """The most frequent words of jieba's list and how often they occur, people's names left out."""
    package = find_spec("jieba")
    if package is None or package.origin is None:
        raise FileNotFoundError("jieba")
    text = next(Path(package.origin).parent.rglob("dict.txt")).read_text(encoding="utf-8")
    rows = (line.split(" ") for line in text.splitlines())
    taken = [
        (word, int(frequency)) for word, frequency, tag in rows
        if len(word) <= LONGEST and HANZI.fullmatch(word) and not _is_odd(word, tag)
    ]  # fmt: skip
    return iter(sorted(taken, key=lambda row: -row[1])[:MOST])


def _is_odd(word: str, tag: str) -> bool:
    """Whether it is a person's whole name or a rare character."""
    return word not in _standard() if len(word) == 1 else len(word) > 2 and tag.startswith("nr")  # noqa: PLR2004


def _characters(characters: Iterable[str], words: Words, frequencies: dict[str, int]) -> Iterator[tuple[str, str, int]]:
    """Characters in each of their readings, with weights."""
    often: dict[tuple[str, str], float] = defaultdict(float)
    for reading, alike in words.items():
        for word in alike:
            alone = 1.0 if len(word) == 1 else WITHIN
            for each in zip(word, reading, strict=True):
                often[each] += frequencies[word] * alone
    for character in characters:
        for syllable in pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]:
            if (typed := _typed(syllable)) is not None:
                yield character, typed, _weight(often[character, typed])


def _weight(frequency: float) -> int:
    return min(round(2 * math.log2(frequency + 1)), OWN - 1)


def _phrases() -> Iterator[str]:
    for phrases in tomllib.loads(PHRASES.read_text(encoding="utf-8")).values():
        yield from phrases.split()


def _names(names: Iterable[str]) -> Iterator[str]:
    """Each name's runs of characters, and a place also as people call it, without 村 or 乡."""
    for name in names:
        for part in HANZI.findall(name):
            if len(part) > 1:
                yield part
                yield SUFFIXES.sub("", part)


def _read(word: str) -> Syllables:
    """As the library reads it; empty where it cannot."""
    found = [_typed(syllable) for syllable in lazy_pinyin(word, style=Style.NORMAL, v_to_u=False)]
    return tuple(filter(None, found)) if None not in found else ()


def _read_aloud(word: str) -> Syllables:
    """As we read it aloud."""
    return tuple(syllable.rstrip("12345") for syllable in re.findall(r"[a-z]+[0-9]?", said(word)))


def _typed(syllable: str) -> str | None:
    """A syllable in the letters of the keyboard: lǜ is lv."""
    letters = _TYPED.get(syllable, syllable).replace("ü", "v").replace("ê", "ei")
    return letters if _SYLLABLE.fullmatch(letters) else None


def main(order: Path) -> None:
    """Carry out an order, FOLDER/NAME.json: NAME.br and NAME.gz instead of all others, whole or not at all."""
    os.nice(NICENESS)
    folder = order.parent
    with (folder / "making.lock").open("w") as lock, suppress(FileNotFoundError, BlockingIOError):
        # Another process's maker is at it, or was quicker.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        told = json.loads(order.read_text(encoding="utf-8"))
        text = dictionary(told["names"], told["subject"]).encode()
        # The last one says that all are there.
        for ending, content in {"br": brotli.compress(text, quality=10), "gz": gzip.compress(text, 9, mtime=0)}.items():
            draft = folder / f"{order.stem}.part"
            draft.write_bytes(content)
            draft.replace(order.with_suffix(f".{ending}"))
        for path in folder.glob("*.*"):
            if path.name not in (f"{order.stem}.br", f"{order.stem}.gz", "making.lock"):
                path.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
