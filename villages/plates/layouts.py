"""The paper layouts this installation can print; they are data in layouts.toml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from villages.core.refusal import Refusal
from villages.paper.layout import Layout, parse_layouts

FILE = Path(__file__).with_name("layouts.toml")


@cache
def layouts() -> dict[str, Layout]:
    """Every layout by name."""
    return parse_layouts(FILE.read_text(encoding="utf-8"))


def layout(name: str) -> Layout:
    """The layout with a name; raises Refusal that lists them when there is none."""
    if name not in layouts():
        listed = "；".join(f"{each.name}（{each.title}）" for each in layouts().values())
        raise Refusal(f"没有“{name}”这种版式，可用的有：{listed}")
    return layouts()[name]


def is_poster(name: str) -> bool:
    """Whether a layout shows a whole township on one sheet, for a hall: it is no plate of a village."""
    return name in posters()


def posters() -> list[str]:
    """The names of the layouts that are posters."""
    return [each.name for each in layouts().values() if each.template == "wall"]
