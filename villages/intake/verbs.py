"""What staff may do with a case, as the forms of its page: frozen data read from verbs.toml. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from villages.intake.workflow import VERBS

FILE = Path(__file__).with_name("verbs.toml")
# The parts of a page, in their order.
PARTS = {"next": "接下来", "hands": "交给别人、回避", "clock": "期限和费用", "notes": "记录"}
WRITTEN, COUNTED = ("lines", "text"), ("day", "count")
CHOSEN = ("office", "place", "places", "kind", "article", "scale", "consultation", "applicant", "loss")
BLOCKS = (*WRITTEN, *COUNTED, *CHOSEN)


@dataclass(frozen=True)
class Ask:
    """One thing that a verb has to be told: the parameter's name, and what a person reads.

    `value`: what stands there before anybody typed.
    """

    name: str
    label: str
    block: str = "lines"
    help: str = ""
    needed: bool = True
    value: str = ""


@dataclass(frozen=True)
class Act:
    """One verb as a form: in which part of the page, what it does, what it asks."""

    verb: str
    part: str
    told: str
    asks: Sequence[Ask] = ()

    @property
    def label(self) -> str:
        """What it is called."""
        return VERBS[self.verb]


@cache
def acts() -> Mapping[str, Act]:
    """Every verb that is a form, in the order of the page. Raises ValueError where the file says what is not known."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = {verb: Act(verb, each["part"], each["told"], _asks(each)) for verb, each in data.items()}
    for act in found.values():
        if act.verb not in VERBS or act.part not in PARTS or any(ask.block not in BLOCKS for ask in act.asks):
            raise ValueError(act)
    return found


def _asks(data: Mapping[str, list[dict[str, str]]]) -> tuple[Ask, ...]:
    return tuple(Ask(**each) for each in data.get("asks", []))  # type: ignore[arg-type]
