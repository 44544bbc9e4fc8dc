"""What a kind says of how people find themselves in its rosters. Pure data, made from a file's [self_check].

Numbers of identity and of bank cards are omitted from rosters (facts §3.6). Of those that a spreadsheet brings, the
last four are kept sealed (rosters.py), so that whoever knows them can ask for their own line and nobody else's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from villages.disclosures.fields import Column, Field
from villages.disclosures.reading import Table

LAST = 4
_TAIL = re.compile(r"\d{3}[\dX]", re.ASCII)
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．.﹒", "·"))
Problem = tuple[str, str]


@dataclass(frozen=True)
class SelfCheck:
    """`rows`: the table with a line for each person; of its columns, `name`, the `numbers` and the `amount`.

    `what`: the fields that say what was paid. `days`: columns or fields with the day of payment, the first that is
    filled counts; without any it is the item's period.
    """

    rows: str
    name: str
    numbers: tuple[str, ...]
    what: tuple[str, ...]
    amount: str
    days: tuple[str, ...]


@dataclass(frozen=True)
class Tail:
    """Somebody in a roster, and the last four of each number that stands beside them; none where there is none."""

    name: str
    last: tuple[str, ...]


def read_self_check(table: Table) -> SelfCheck:
    """What [self_check] says; problems are noted in the table."""
    found = SelfCheck(
        rows=table.text("rows"),
        name=table.text("name"),
        numbers=table.texts("numbers"),
        what=table.texts("what"),
        amount=table.text("amount"),
        days=table.texts("days", blank=True),
    )
    table.finish()
    return found


def self_check_problems(check: SelfCheck, fields: Sequence[Field]) -> Iterator[Problem]:
    """Key and reason of what does not fit the kind's fields."""
    above: dict[str, Column] = {field.name: field for field in fields}
    table = next((field for field in fields if field.name == check.rows and field.block == "table"), None)
    if table is None:
        yield "self_check.rows", f"是“{check.rows}”，应是一个 table 字段的名字"
        return
    below = {column.name: column for column in table.columns}
    for key, name, block in (("name", check.name, "person"), ("amount", check.amount, "money")):
        if name not in below or below[name].block != block or below[name].mask != "none":
            yield f"self_check.{key}", f"是“{name}”，应是名单里的一个 {block} 列"
    for name in check.numbers:
        if name not in below or below[name].mask != "omit":
            yield "self_check.numbers", f"里的“{name}”应是名单里 mask = omit 的一列"
    for name in check.what:
        if name not in above or above[name].mask != "none":
            yield "self_check.what", f"里的“{name}”应是一个不打码的字段"
    for name in check.days:
        if (below | above).get(name) is None or (below | above)[name].block != "date":
            yield "self_check.days", f"里的“{name}”应是一个 date 字段或列"


def tails_of(check: SelfCheck, rows: Iterable[Mapping[str, object]]) -> tuple[Tail, ...]:
    """Who stands in the rows of a spreadsheet, with the last four of their numbers; rows without a name do not."""
    found = []
    for row in rows:
        last = (last_four(str(row.get(name) or "")) for name in check.numbers)
        if name := folded(str(row.get(check.name) or "")):
            found.append(Tail(name, tuple(dict.fromkeys(filter(None, last)))))
    return tuple(found)


def last_four(text: str) -> str:
    """The last four of a number, whole or behind a mask: three digits and a digit or X; '' where there are none."""
    bare = "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum())
    return bare[-LAST:] if _TAIL.fullmatch(bare[-LAST:]) else ""


def folded(name: str) -> str:
    """A name as it is compared: without spaces, full width or a choice of middle dots."""
    text = unicodedata.normalize("NFKC", name).translate(_DOTS)
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cf").casefold()
