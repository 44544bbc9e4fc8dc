"""Which publisher a person means by a name or a code in a spreadsheet. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from villages.disclosures.kind import Kind
from villages.disclosures.wording import half_width, shortened
from villages.registry.models import PUBLISHERS, Publisher

MOST_NAMED = 6


class Naming:
    """The publishers of one kind by everything they may be called.

    That is a code, their own name, their unit's name, and either with the township before it.
    """

    def __init__(self, publishers: Iterable[Publisher], kind: Kind) -> None:
        self._kind = kind
        self._called: dict[str, list[Publisher]] = defaultdict(list)
        for publisher in publishers:
            for name in _names(publisher):
                self._called[name].append(publisher)

    def find(self, text: str) -> tuple[Publisher | None, str]:
        """The publisher, or None and what is wrong in Chinese."""
        called = self._called.get(_plain(text), [])
        fit = [publisher for publisher in called if publisher.kind in self._kind.publishers]
        if len(fit) == 1:
            return fit[0], ""
        if fit:
            named = "、".join(f"{_full(each)}（{each.code}）" for each in fit[:MOST_NAMED])
            more = f"等 {len(fit)} 个" if len(fit) > MOST_NAMED else ""
            return None, f"“{shortened(text)}”可以指{named}{more}，请写单位代码，或写成乡镇名加村名"
        if called:
            owed = "、".join(PUBLISHERS[each] for each in self._kind.publishers)
            return None, f"{called[0].name}不公开“{self._kind.label}”，这一类由{owed}公开，请核对"
        return None, f"没有叫“{shortened(text)}”的单位，请核对名称，或改填单位代码（村 12 位，乡镇 9 位，县 6 位）"


def _names(publisher: Publisher) -> set[str]:
    unit = publisher.unit
    names = {publisher.code, publisher.name}
    if publisher.kind != "department":  # a department's unit is the whole county
        names |= {unit.name, unit.division_code}
    if unit.level == "village" and unit.parent is not None:
        names |= {unit.parent.name + name for name in (unit.name, publisher.name)}
    return {_plain(name) for name in names}


def _full(publisher: Publisher) -> str:
    unit = publisher.unit
    above = unit.parent.name if unit.level == "village" and unit.parent is not None else ""
    return above + publisher.name


def _plain(text: str) -> str:
    return "".join(half_width(text).split())
