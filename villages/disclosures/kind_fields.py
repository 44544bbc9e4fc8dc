"""Reads a field of a catalogue file: the common keys, then those that its block needs. Pure."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from villages.disclosures.blocks import blocks
from villages.disclosures.fields import MASKS, Column, Field, Meeting, Share, Step
from villages.disclosures.reading import Table

NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHARE = re.compile(r"(at least|more than) ([1-9])/([1-9])")
ANY = Share(Fraction(0), beyond=False)


def read_field(table: Table) -> Field:
    """A field with its help and whether lists show it; problems are noted in the table."""
    return Field(**_read_common(table), help=table.text("help", blank=True), short=table.flag("short"))


def read_column(table: Table) -> Column:
    """A table's column."""
    return Column(**_read_common(table))


def _read_common(table: Table) -> dict[str, Any]:
    name = table.text("name")
    if name and not NAME.fullmatch(name):
        table.refuse("name", f"是“{name}”，只能用小写英文字母、数字和下划线")
    had = len(table.problems)
    block = table.one_of("block", blocks())
    # What an unknown type needs is unknown too: one message, not five.
    wanted = blocks()[block].options if len(table.problems) == had else ()
    options = {option: _OPTIONS[option](table) for option in sorted(wanted)}
    if len(table.problems) > had and not wanted:
        table.forget(_OPTIONS)
    return {
        "name": name,
        "label": table.text("label"),
        "block": block,
        "required": table.flag("required"),
        "public": table.flag("public"),
        "mask": table.one_of("mask", MASKS),
        **options,
    }


_OPTIONS: dict[str, Any] = {
    "choices": lambda table: table.texts("choices"),
    "unit": lambda table: table.text("unit"),
    "columns": lambda table: table.tables("columns", read_column),
    "steps": lambda table: table.tables("steps", _read_step),
    "least": lambda table: table.whole("least"),
}


def _read_step(table: Table) -> Step:
    return Step(
        name=table.text("name"),
        label=table.text("label"),
        shown_days=table.whole("shown_days"),
        meetings=table.tables("meetings", _read_meeting, blank=True),
    )


def _read_meeting(table: Table) -> Meeting:
    return Meeting(table.text("label"), _read_share(table, "quorum"), _read_share(table, "majority"))


def _read_share(table: Table, key: str) -> Share:
    text = table.text(key)
    found = _SHARE.fullmatch(text)
    if found and int(found[2]) <= int(found[3]):
        return Share(Fraction(int(found[2]), int(found[3])), beyond=found[1] == "more than")
    if text not in ("", "any"):
        table.refuse(key, f"是“{text}”，应写成 any、at least 2/3 或 more than 1/2 这样")
    return ANY
