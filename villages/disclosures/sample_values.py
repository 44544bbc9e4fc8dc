"""Invented values for any field, by its block. Pure: the same chance gives the same values."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from villages.calendar.periods import Period
from villages.disclosures.blocks.days import Days
from villages.disclosures.blocks.money import FEN
from villages.disclosures.fields import Column, Step
from villages.disclosures.kind import Kind

MARK = "（示例）"
FIGURES = "一二三四五六七八九十"
DAY = timedelta(days=1)
PHONE = "0000-0000000"  # digits that no exchange gives out, so that nobody's telephone rings


@dataclass(frozen=True)
class Scene:
    """What the values of an item are made for: its chance, its first and last day, its turn; fen, days, counts."""

    chance: Random
    first: date
    last: date
    period: Period | None = None
    at: int = 1
    is_long: bool = False
    matter: str = ""
    kind: str = ""

    def day(self) -> date:
        """Some day of it."""
        return self.first + self.chance.randrange((self.last - self.first).days + 1) * DAY


@cache
def words() -> Mapping[str, Any]:
    """The bundled words."""
    return tomllib.loads(Path(__file__).with_name("sample_words.toml").read_text(encoding="utf-8"))


def values_for(kind: Kind, scene: Scene) -> dict[str, Any]:
    """Values for all fields of a kind that read_values takes; the day it was formed is the last of its days."""
    scene = replace(scene, kind=kind.label)
    values = {field.name: made(field, scene) for field in kind.fields}
    if kind.short.title:
        title = scene.matter or _title(kind, scene)
        values[kind.short.title] = title.removesuffix(MARK) + MARK
    if kind.formed_field:
        values[kind.formed_field] = scene.last
    if kind.check != "none":
        values |= book(scene, opening=_yuan(scene, 2_000, 60_000))
    return values


def made(field: Column, scene: Scene) -> Any:
    """A value for a field; None for what may not be kept, and for some of what need not be given."""
    maker = _MAKERS.get(field.block)
    if field.mask == "omit" or maker is None or (field.block == "phone" and not field.public and not field.required):
        return None
    return maker(field, scene)


def person(at: int) -> str:
    """A name that nobody has: 示例一."""
    tens, ones = divmod(at % 99, len(FIGURES))
    return "示例" + (FIGURES[tens - 1] if tens else "") + FIGURES[ones]


def book(scene: Scene, *, opening: int) -> dict[str, Any]:
    """A period's cash book that adds up to the fen, in the fields that checks.NEEDS names for a statement."""
    chance, said = scene.chance, words()["book"]
    lines: list[dict[str, Any]] = []
    balance = opening
    for day in sorted(scene.day() for _ in range(chance.randint(3, 7))):
        comes = chance.random() < 0.45 or balance < 200 * FEN  # noqa: PLR2004 - as good as nothing is left
        most = 6_000 if comes else max(min(balance // FEN // 3, 3_000), 50)
        amount = _yuan(scene, 50, most)
        balance += amount if comes else -amount
        lines.append({
            "day": day, "summary": chance.choice(said["income" if comes else "expenditure"]),
            "income": amount if comes else None, "expenditure": None if comes else amount,
        })  # fmt: skip
    income = sum(line["income"] or 0 for line in lines)
    expenditure = sum(line["expenditure"] or 0 for line in lines)
    return {
        "opening": opening, "income": income, "expenditure": expenditure, "closing": balance, "lines": lines,
    }  # fmt: skip


def _title(kind: Kind, scene: Scene) -> str:
    """What was decided, where a kind tells the steps of a decision; else what its title field's label suggests."""
    if any(field.steps for field in kind.fields):
        return scene.chance.choice(words()["decisions"]["titles"])  # type: ignore[no-any-return]
    return _text(kind.field(kind.short.title), scene)


def _text(field: Column, scene: Scene) -> str:
    said: Sequence[str] = words()["texts"].get(field.label, [field.label + MARK])
    text = scene.chance.choice(said)
    period = scene.period.label if scene.period else ""
    return text.format(kind=scene.kind, period=period, year=scene.last.year, at=scene.at)


def _lines(field: Column, scene: Scene) -> str:
    return f"{_text(field, scene).removesuffix(MARK)}：这是示例内容，只用来看版式，不是真实情况。"


def _rich(field: Column, scene: Scene) -> str:
    """An article with headings, a list and a table; a table as often too wide for a phone as not."""
    body: str = scene.chance.choice(words()["articles"]["bodies"])
    return f"<p>{_lines(field, scene)}</p>{body}<p>正式上线时，示例内容会全部去掉。</p>"


def _number(field: Column, scene: Scene) -> int:
    low, high = words()["numbers"].get(field.label, (1, 40))
    return scene.chance.randint(low, high)


def _yuan(scene: Scene, low: int, high: int) -> int:
    """An amount in fen, of whole yuan more often than not."""
    return scene.chance.randint(low, max(low, high)) * FEN + scene.chance.choice([0, 0, 50, 80])


def _rows(field: Column, scene: Scene) -> list[dict[str, Any]]:
    count = scene.chance.randint(5, 12) if scene.is_long else scene.chance.randint(2, 4)
    return [
        {column.name: made(column, replace(scene, at=at)) for column in field.columns} for at in range(1, count + 1)
    ]


def _steps(field: Column, scene: Scene) -> list[dict[str, Any]]:
    """The steps that must be taken, the last of them on the scene's last day, all with enough votes."""
    count = field.least or len(field.steps)
    return [
        _step(step, scene.last - 3 * (count - at) * DAY, scene) for at, step in enumerate(field.steps[:count], start=1)
    ]


def _step(step: Step, day: date, scene: Scene) -> dict[str, Any]:
    row: dict[str, Any] = {"step": step.name, "held_on": day, "place": "村党群服务中心"}
    if step.shown_days:
        row["until"] = day + step.shown_days * DAY
    if step.meetings:
        expected = scene.chance.randint(20, 60)
        attended = expected - scene.chance.randint(0, 4)
        against, abstain = scene.chance.randint(0, 1), scene.chance.randint(0, 2)
        row |= {
            "meeting": step.meetings[0].label, "expected": expected, "attended": attended, "against": against,
            "abstain": abstain, "favour": attended - against - abstain,
        }  # fmt: skip
    return row


# Files are left out: a sample needs none, and none is required.
_MAKERS: dict[str, Callable[[Column, Scene], Any]] = {
    "text": _text,
    "lines": _lines,
    "rich": _rich,
    "number": _number,
    "money": lambda _, scene: _yuan(scene, 100, 20_000),
    "area": lambda _, scene: scene.chance.randint(80, 6_000),
    "date": lambda _, scene: scene.day(),
    "days": lambda _, scene: Days(scene.first, scene.first + 365 * DAY),
    "person": lambda _, scene: person(scene.at - 1 if scene.is_long else scene.chance.randrange(30)),
    "phone": lambda *_: PHONE,
    "choice": lambda field, scene: scene.chance.choice(field.choices),
    "several": lambda field, scene: [scene.chance.choice(field.choices)],
    "yesno": lambda _, scene: scene.chance.choice(["是", "否"]),
    "link": lambda *_: "https://www.example.com/",
    "table": _rows,
    "steps": _steps,
}
