"""Makes the gate's cases from the data files: every number is computed, none belongs to a person."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stdnum import luhn
from stdnum.cn import ric

HERE = Path(__file__).parent
DATA = tomllib.loads((HERE / "gate_corpus.toml").read_text(encoding="utf-8"))
HARMLESS = (HERE / "gate_harmless.txt").read_text(encoding="utf-8").splitlines()
WHAT = {"id": "身份证号", "card": "银行卡号", "card19": "银行卡号", "phone": "手机号"}
CHINESE, FORMAL = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
SIZES = {11: (3, 4, 4), 15: (6, 6, 3), 16: (4, 4, 4, 4), 17: (4, 4, 4, 4, 1), 18: (6, 8, 4), 19: (4, 4, 4, 4, 3)}
_PLACE = re.compile(r"\{([a-z]+[0-9]*)(?::([a-z0-9-]+))?\}")


@dataclass(frozen=True)
class Case:
    """A text, what must be found in it, and the digits that must not come through."""

    what: str
    text: str
    digits: str


def make(kind: str, seed: int) -> str:
    """One number of a kind; the same for the same seed. 410999 and its like are not places."""
    rng = random.Random(f"{kind}{seed}")  # noqa: S311 - the same on every run
    maker = MAKERS.get(kind)
    return maker(rng) if maker else _card(kind, rng)


def _area(rng: random.Random) -> str:
    return rng.choice(["410999", "419001", "130999", "320999"])


def _day(rng: random.Random) -> str:
    return f"{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(1, 999):03}"


def _born(area: str, first: int, last: int) -> Callable[[random.Random], str]:
    return lambda rng: _resident(f"{area or _area(rng)}{rng.randint(first, last)}{_day(rng)}")


def _phone(rng: random.Random) -> str:
    return f"1{rng.randint(3, 9)}{rng.randint(0, 9)}{rng.randint(10**7, 10**8 - 1)}"


def _ends_in_x(rng: random.Random) -> str:
    area = _area(rng)
    return next(n for s in range(999) if (n := _resident(f"{area}19660615{s:03}"))[-1] == "X")


def _wrong(rng: random.Random) -> str:
    good = _born("", 1950, 1990)(rng)
    return good[:-1] + ("1" if good[-1] != "1" else "2")


def _cut(rng: random.Random) -> str:
    area = _area(rng)
    return next(n for y in range(50, 99) if _resident((n := f"{area}19{y}0615{0:04}")[:17]) != n)


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "id": _born("", 1935, 2015),
    "id2": _born("", 1935, 2015),
    "taiwan": _born("830000", 1950, 2000),
    "foreign": _born("941156", 1950, 2000),
    "newborn": _born("", 2026, 2026),
    "old": _born("", 1903, 1903),
    "idx": _ends_in_x,
    "wrong": _wrong,
    "cut": _cut,
    "half": lambda rng: f"{_area(rng)}19660615****",
    "short": lambda rng: f"{_area(rng)}{rng.randint(40, 79)}{_day(rng)}",
    "century": lambda rng: f"{_area(rng)}26{_day(rng)}",
    "phone": _phone,
    "phone2": _phone,
    "masked": lambda _: "138****8000",
    "account": lambda _: next(n for s in range(99) if not luhn.is_valid(n := f"170202100920{s:05}")),
}


def _card(kind: str, rng: random.Random) -> str:
    prefix, length = {
        "card": ("621799", 16), "card17": ("622000", 17), "card18": ("622500", 18), "card19": ("622848", 19),
        "rural": ("940034", 16), "visa": ("436742", 16), "icbc": ("955880", 19), "wrongcard": ("621799", 16),
    }[kind]  # fmt: skip
    body = prefix + "".join(str(rng.randint(0, 9)) for _ in range(length - len(prefix) - 1))
    check = luhn.calc_check_digit(body)
    return body + (str((int(check) + 1) % 10) if kind == "wrongcard" else check)


def _resident(body: str) -> str:
    return body + ric.calc_check_digit(body + "0")


def groups(digits: str, sizes: tuple[int, ...]) -> list[str]:
    """The digits cut into groups, the rest in the last."""
    cuts = [sum(sizes[:i]) for i in range(len(sizes))]
    return [part for a, b in zip(cuts, [*cuts[1:], len(digits)], strict=True) if (part := digits[a:b])]


def write(digits: str, writing: str) -> str:
    """The digits in one of the ways people write them."""
    if writing in JOINED:
        return JOINED[writing].join(groups(digits, SIZES[len(digits)]))
    if writing in BETWEEN:
        return BETWEEN[writing].join(write(digits, "wide") if writing.startswith("wide") else digits)
    if writing in TABLES:
        return "".join(TABLES[writing][int(d)] if d.isdigit() else d for d in digits)
    if writing in SHAPES:
        return " ".join(groups(digits, SHAPES[writing]))
    if writing in ENDS:
        return digits[:-1] + ENDS[writing]
    return OTHERS[writing](digits)


JOINED = {
    "groups": " ", "hyphens": "-", "dots": ".", "en-dashes": "–", "middle-dots": "·", "no-break": "\u00a0",
    "tabs": "\t", "ideographic": "\u3000", "slashes": "/", "commas": "，", "brackets": ") (",
}  # fmt: skip
BETWEEN = {"spaced": " ", "zero-width": "\u200b", "joiner": "\u2060", "wide-spaced": "\u3000"}
TABLES = {
    "chinese": CHINESE, "formal": FORMAL, "arabic": "٠١٢٣٤٥٦٧٨٩", "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "wide": "０１２３４５６７８９", "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
}  # fmt: skip
SHAPES = {
    "five-six": (5, 6), "seven-four": (7, 4), "three-eight": (3, 8), "pairs": (1, 2, 2, 2, 2, 2), "split-6": (6, 10),
}  # fmt: skip
ENDS = {"lower": "x", "times": "×", "cyrillic": "Х", "spaced-x": " X", "hyphen-x": "-X"}
OTHERS: dict[str, Callable[[str], str]] = {
    "plain": lambda digits: digits,
    "soft-hyphen": lambda digits: f"{digits[:5]}\u00ad{digits[5:]}",
    "bom": lambda digits: f"{digits[:5]}\ufeff{digits[5:]}",
    "keycaps": lambda digits: "".join(f"{d}\ufe0f\u20e3" for d in digits),
    "oh": lambda digits: digits[0] + digits[1:-1].replace("0", "O") + digits[-1],
    "ell": lambda digits: digits[0] + digits[1:-1].replace("1", "l") + digits[-1],
    "head": lambda digits: digits[:3],
    "tail": lambda digits: f"{digits[3:7]}-{digits[7:]}",
}


def fill(template: str, seed: int) -> tuple[str, str]:
    """A template with its numbers, and the digits of the first."""
    first: list[str] = []

    def put(match: re.Match[str]) -> str:
        digits = make(match[1], seed)
        first.append(digits)
        return write(digits, match[2]) if match[2] else digits

    return _PLACE.sub(put, template), first[0] if first else ""


def stops(seed: int = 0) -> Iterator[Case]:
    """Every case that must stop; another seed gives other numbers."""
    for writing in DATA["writings"]:
        for context in DATA["contexts"]:
            for kind, what in WHAT.items():
                seed += 1
                digits = make(kind, seed)
                yield Case(what, context.format(write(digits, writing)), digits)
    for context in DATA["wrapped"]:
        for kind, what in WHAT.items():
            digits = make(kind, seed := seed + 1)
            for cut in range(1, len(digits)):
                yield Case(what, context.format(f"{digits[:cut]}\n{digits[cut:]}"), digits)
    for what, template in DATA["hard"]:
        text, digits = fill(template, seed := seed + 1)
        yield Case(what, text, digits)


def asks() -> list[Case]:
    """Every case that a person must be asked about, and that must not stop."""
    return [Case(what, *fill(template, seed)) for seed, (what, template) in enumerate(DATA["asks"])]


def cells() -> Iterator[tuple[str, list[str], str]]:
    """What, the cells of a row, and the digits split over some of them; those of a telephone with a word beside."""
    for seed, (kind, what) in enumerate(WHAT.items()):
        digits, word = make(kind, 10_000 + seed), "手机" if kind == "phone" else "王五"
        usual = groups(digits, SIZES[len(digits)])
        for row in (
            [word, *usual, "300.00元"], ["号码", *usual], ["身份证号、卡号或手机号", *digits], [*digits, ""],
            [f"{word}{usual[0]}", *usual[1:]], [word, *[f" {part} " for part in usual], "三组"],
            [word, *usual[:-1], f"{usual[-1]}（本人）"], [word, f"{usual[0]}-", *usual[1:]],
        ):  # fmt: skip
            yield what, row, digits
