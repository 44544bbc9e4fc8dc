"""How a place does: its duties counted by rows (places below, bodies, kinds) and by months of their due days. Pure.

Only what is past its due day is rated. What was due before the first month shown and is still missing is told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from villages.disclosures.duties import Standing

STATES = {"missing": "没公开", "late": "晚公开", "on_time": "按时公开", "coming": "还没到期"}
WARMEST = 9


@dataclass
class Cell:
    """How many duties were done on time, late, are missing, or are not due yet."""

    on_time: int = 0
    late: int = 0
    missing: int = 0
    coming: int = 0

    def take(self, state: str, count: int) -> None:
        """Count so many more in a state."""
        setattr(self, state, getattr(self, state) + count)

    @property
    def due(self) -> int:
        """How many are past their due day."""
        return self.on_time + self.late + self.missing

    @property
    def percent(self) -> int | None:
        """The share done on time, never rounded up to all of it; None where nothing was due."""
        return self.on_time * 100 // self.due if self.due else None

    @property
    def heat(self) -> int | None:
        """0 where all was on time, 9 where next to nothing was; None where nothing was due."""
        return None if not self.due else -(-(self.due - self.on_time) * WARMEST // self.due)


@dataclass
class Row:
    """One line. `asks`: what its address asks for beyond the page's. `before`: missing from before the first month."""

    label: str
    asks: Mapping[str, str] = field(default_factory=dict)
    cells: dict[date, Cell] = field(default_factory=dict)
    total: Cell = field(default_factory=Cell)
    before: int = 0


def state_of(standing: Standing) -> str:
    """How a duty is counted: a key of STATES."""
    if not standing.is_past:
        return "coming"
    if standing.state == "overdue":
        return "missing"
    return "on_time" if standing.is_on_time else "late"


def month_of(standing: Standing) -> date:
    """The first day of the month in which a duty is due."""
    return standing.duty.due.on.replace(day=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A duty with what it is counted as and in which month, worked out once."""

    standing: Standing
    kind: str
    month: date
    state: str


def told(standing: Standing) -> Told:
    """A duty as it is counted."""
    return Told(standing, standing.duty.kind, month_of(standing), state_of(standing))


def rows_of(
    found: Iterable[tuple[Hashable, date, str]], rows: Mapping[Hashable, Row], months: Sequence[date]
) -> tuple[Sequence[Row], Row]:
    """Rows filled with what belongs to them, by their keys, in their order; and a row of all. None stays empty.

    `found`: of every duty the key of its row, its month and its state.
    """
    total, shown = Row("合计"), dict.fromkeys(months)
    for (key, month, state), count in Counter(found).items():
        if month in shown:
            for row in (rows[key], total):
                row.cells.setdefault(month, Cell()).take(state, count)
                row.total.take(state, count)
        elif month < months[0] and state == "missing":
            rows[key].before += count
            total.before += count
    return [row for row in rows.values() if row.cells or row.before], total
