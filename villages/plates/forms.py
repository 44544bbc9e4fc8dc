"""What staff may type about plates, and the Chinese line when it is wrong. Choices are checked against an area."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from villages.core.refusal import Refusal
from villages.paper.layout import Layout
from villages.paper.sheets import LARGEST_SHIFT_MM
from villages.plates.actions import LONGEST_PRINTER
from villages.plates.layouts import layouts

CUT_LINES = {"": None, "1": True, "0": False}
LONGEST_TOKEN = 32


@dataclass(frozen=True)
class Choice:
    """What somebody chose to print, as typed: places by code, plates by number, and the paper."""

    everything: bool = False
    townships: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    layout: str = ""
    skip: str = "0"
    shift_x: str = "0"
    shift_y: str = "0"
    printer: str = ""
    cut_lines: str = ""
    is_test: bool = False
    token: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen to print."""
        return not (self.everything or self.townships or self.villages or self.plates)

    def paper(self) -> tuple[Layout, int, tuple[float, float], bool | None]:
        """Layout, places to skip, shift and cut lines; raises Refusal with every line that is wrong."""
        problems = []
        found = layouts().get(self.layout)
        if found is None:
            problems.append("请先选一种版式")
        skip = int(self.skip) if self.skip.isascii() and self.skip.isdigit() else -1
        if found is not None and not 0 <= skip < places(found):
            problems.append("第一张纸从哪一格打起，请在小图上点一格")
        shift = (_number(self.shift_x), _number(self.shift_y))
        if not all(abs(each) <= LARGEST_SHIFT_MM for each in shift):  # also refuses nan
            problems.append(f"打印偏移请填 -{LARGEST_SHIFT_MM:g} 到 {LARGEST_SHIFT_MM:g} 的数，单位毫米")
        if len(self.printer) > LONGEST_PRINTER or not self.printer.isprintable():
            problems.append(f"打印机的名字最多 {LONGEST_PRINTER} 个字")
        if self.cut_lines not in CUT_LINES:
            problems.append("裁切线请从三项里选一项")
        if found is None or problems:
            raise Refusal(*problems)
        return found, skip, shift, CUT_LINES[self.cut_lines]


def read_choice(given: Any) -> Choice:
    """A choice from a form or a query string (a MultiDict)."""
    layout = given.get("layout", "")
    return Choice(
        everything=given.get("everything") == "1",
        townships=tuple(given.getlist("township")),
        villages=tuple(given.getlist("village")),
        plates=tuple(given.getlist("plate")),
        layout=layout,
        skip=given.get(f"skip-{layout}", "0"),
        shift_x=given.get("shift_x", "0").strip() or "0",
        shift_y=given.get("shift_y", "0").strip() or "0",
        printer=given.get("printer", "").strip(),
        cut_lines=given.get("cut_lines", ""),
        is_test=given.get("test") == "1",
        token=given.get("once", "")[:LONGEST_TOKEN],
    )


def places(layout: Layout) -> int:
    """How many places the first sheet has to choose from; 1 where there is nothing to choose."""
    return 1 if layout.template == "wall" else layout.labels_per_page


@dataclass(frozen=True)
class Sighting:
    """What somebody typed before a plate."""

    finding: str = ""
    note: str = ""
    spot: str = ""
    latitude: str = ""
    longitude: str = ""
    token: str = ""

    @property
    def spot_at(self) -> tuple[float, float] | None:
        """Latitude and longitude where the phone gave both; nan for what is no number."""
        if not (self.latitude and self.longitude):
            return None
        return _number(self.latitude), _number(self.longitude)


def read_sighting(given: Mapping[str, str]) -> Sighting:
    """A sighting from a form."""
    texts = {name: given.get(name, "").strip() for name in ("finding", "note", "spot", "latitude", "longitude")}
    return Sighting(**texts, token=given.get("once", "")[:LONGEST_TOKEN])


def _number(text: str) -> float:
    """A number as typed; nan for what is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
