"""Chinese characters as pinyin with tone figures, and marks at which the voice pauses. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from villages.speech.tones import Said, flowing

FILE = Path(__file__).with_name("readings.toml")
POLYPHONES = Path(__file__).with_name("polyphones.toml")
_PAUSES = {
    **dict.fromkeys("，、,：:（）()【】[]〔〕—…·/", ","), **dict.fromkeys("；;", ","), **dict.fromkeys("。.！!", "."),
    **dict.fromkeys("？?", "?"),
}  # fmt: skip
_TOKENS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[A-Za-z]|.", re.DOTALL)
# What the voice cannot say as one syllable.
_UNSAID = {"m": "mu", "n": "en", "ng": "en", "hm": "hen", "hng": "hen"}


def pinyin(sentence: str, names: Collection[str] = ()) -> str:
    """A worded sentence as syllables with tone figures: 银行。 -> 'yin2 hang2.'; `names` are people's."""
    said: list[str] = []
    for piece in _TOKENS.findall(sentence):
        if piece in _PAUSES:
            if said and said[-1][-1] not in ",.?":
                said[-1] += _PAUSES[piece]
        elif piece.isascii() and piece.isalpha():
            said += table("letters")[piece.upper()].split()
        elif len(piece) > 1 or piece >= "\u3400":
            said += (_sayable(syllable) for syllable in _characters(piece, names))
    return " ".join(said).rstrip(",.?") + ("?" if said and said[-1].endswith("?") else "." if said else "")


def _characters(text: str, names: Collection[str]) -> Iterator[str]:
    """The syllables of characters alone: words by the files, people by their family names, others by the dictionary."""
    own = {name: _settled(name, reading) for name in names if (reading := _name(name))}
    known = {**_known(), **own}
    cut = re.compile(f"({'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})")
    read = [said for piece in cut.split(text) for said in known.get(piece) or _open(piece)]
    return (syllable for syllable in flowing(read) if syllable)


@cache
def _known() -> dict[str, list[Said]]:
    """The words of both files; where a word stands in both, readings.toml counts."""
    lists = _polyphones()
    known = {word: _open(word) for word in lists.pop("whole")["words"].split()}
    for word in lists.pop("neutral")["words"].split():
        *head, last = _open(word)
        known[word] = [*head, Said(last.character, last.syllable.rstrip("1234"), settled=True)]
    for character, readings in lists.items():
        for reading, words in readings.items():
            own = Said(character, reading, settled=True)
            known |= {
                word: [own if said.character == character else said for said in known.get(word) or _open(word)]
                for word in words.split()
            }
    return known | {word: _settled(word, said) for word, said in {**table("words"), **table("places")}.items()}


def _settled(word: str, reading: str) -> list[Said]:
    return [Said(*each, settled=True) for each in zip(word, reading.split(), strict=True)]


def _open(text: str) -> list[Said]:
    """As the dictionary reads it."""
    return list(map(Said, text, _dictionary(text)))


def _name(name: str) -> str:
    """A person's name where the dictionary would read its family name otherwise, else an empty text."""
    surnames = table("surnames")
    head = next((name[:size] for size in (2, 1) if name[:size] in surnames), "")
    rest = name[len(head) :]
    if not head or not re.fullmatch(r"[\u3400-\u9fff]+", rest):
        return ""
    return f"{surnames[head]} {' '.join(_dictionary(rest))}"


def _dictionary(text: str) -> list[str]:
    """A syllable for each character, empty where the dictionary has none."""
    library = _library()
    found: list[str] = library.lazy_pinyin(
        text, style=library.Style.TONE3, errors=lambda unknown: [""] * len(unknown), v_to_u=False, tone_sandhi=True
    )
    return found


def _sayable(syllable: str) -> str:
    letters = syllable.rstrip("12345")
    return _UNSAID.get(letters, letters) + syllable[len(letters) :].replace("5", "")


@cache
def table(name: str) -> dict[str, str]:
    """One table of the file of readings."""
    tables: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tables[name]


def _polyphones() -> dict[str, dict[str, str]]:
    return tomllib.loads(POLYPHONES.read_text(encoding="utf-8"))


@cache
def _library() -> Any:
    """Loaded when something is said, as its dictionary takes 50 MB."""
    import pypinyin  # noqa: PLC0415 - see above

    return pypinyin
