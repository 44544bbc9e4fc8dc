"""What a unit must publish and how it stands, as its pages tell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy.orm import Session

from villages.core.clock import day_text
from villages.disclosures.due_queries import Within, duties_of
from villages.disclosures.duties import Rate, Standing, outcome, rate, subject, telling
from villages.disclosures.kinds import kinds
from villages.registry.models import Publisher, Unit

YEAR = timedelta(days=365)
FIRST = {"missing": 30, "coming": 12, "done": 12}
PER_PAGE = 50
# The groups of a list of duties, in their order, with the states that belong to each.
GROUPS = {
    "missing": ("逾期没公开", ("overdue",)),
    "coming": ("还没到期", ("due_soon", "not_due")),
    "done": ("已经公开", ("published", "nothing_to_report")),
}


@dataclass(frozen=True)
class Line:
    """One duty in a list: what is to be published, how it stands, by when. `item_id`: what was published, if it is."""

    subject: str
    words: str
    due: str
    state: str
    item_id: int | None
    is_sample: bool


@dataclass(frozen=True)
class Group:
    """Some of the duties that stand alike, and how many there are in all."""

    key: str
    title: str
    lines: Sequence[Line]
    count: int
    page: int = 0
    pages: int = 1


@dataclass(frozen=True)
class Below:
    """How a body below does: its name, its unit or itself where it has none of its own, and its rate."""

    name: str
    unit: Unit | None
    publisher: Publisher | None
    rate: Rate


@cache
def _money() -> frozenset[str]:
    """Kinds whose figures must add up: what people ask for first."""
    return frozenset(kind.key for kind in kinds().values() if kind.check != "none")


def standings(session: Session, within: Within, today: date) -> list[Standing]:
    """The duties of the last twelve months, and those to come."""
    return duties_of(session, within, on=today, since=today - YEAR, reads_only=True)


def told(session: Session, unit: Unit, today: date) -> list[Line]:
    """The few duties of a village that its page tells; committee and collective count alike."""
    found = standings(session, unit, today)
    is_sample = has_sample(found)
    return [_line(each, is_sample=is_sample) for each in telling(found, first=_money())]


def has_sample(found: Sequence[Standing]) -> bool:
    """Whether anything was settled by sample content: then what is missing is no more real than what is there."""
    return any(each.is_sample for each in found)


def groups(found: Sequence[Standing]) -> list[Group]:
    """Duties by how they stand, what is missing first, each group cut so that the page stays small."""
    whole = {key: _lines(found, key) for key in GROUPS}
    return [Group(key, GROUPS[key][0], lines[: FIRST[key]], len(lines)) for key, lines in whole.items() if lines]


def group_page(found: Sequence[Standing], key: str, page: int) -> Group | None:
    """One page, counted from 1, of one group; None where there is none."""
    lines = _lines(found, key) if key in GROUPS else []
    pages = -(-len(lines) // PER_PAGE)
    if not 0 < page <= pages:
        return None
    start = (page - 1) * PER_PAGE
    return Group(key, GROUPS[key][0], lines[start : start + PER_PAGE], len(lines), page, pages)


def summary(found: Rate) -> str:
    """A rate in words; what is missing is counted."""
    if not found.due:
        return "最近12个月还没有到期的。"
    said = [(found.on_time, "按时公开"), (found.late, "晚公开"), (found.missing, "没公开")]
    told = "，".join(f"{what} {count} 项" for count, what in said if count or what == "按时公开")
    return f"最近12个月到期 {found.due} 项：{told}。"


def by_publisher(found: Sequence[Standing]) -> dict[int, list[Standing]]:
    """Duties by the body that has them."""
    sorted_: dict[int, list[Standing]] = defaultdict(list)
    for each in found:
        sorted_[each.duty.publisher_id].append(each)
    return sorted_


def below(bodies: Sequence[Publisher], found: Sequence[Standing]) -> list[Below]:
    """The rates of the bodies below a unit, in the order of their list; a village's two bodies as one."""
    owned, units = by_publisher(found), dict[int, list[Publisher]]()
    for body in bodies:
        units.setdefault(-body.id if body.kind == "department" else body.unit_id, []).append(body)
    rows = []
    for group in units.values():
        first = group[0]
        is_department = first.kind == "department"
        counted = rate(each for body in group for each in owned.get(body.id, ()))
        name = first.name if is_department else first.unit.name
        rows.append(
            Below(name, None if is_department else first.unit, first if is_department else None, counted)
        )  # fmt: skip
    return rows


def began(bodies: Sequence[Publisher], today: date) -> date | None:
    """The day from which the bodies owe, where that lies within the months that are told."""
    days = [body.duties_from for body in bodies if body.duties_from and body.duties_from > today - YEAR]
    return min(days, default=None)


def _lines(found: Sequence[Standing], key: str) -> list[Line]:
    """The duties of a group, those due last first; what is to come in the order in which it will."""
    states = GROUPS[key][1]
    chosen = sorted((s for s in found if s.state in states), key=lambda s: s.duty.due.on, reverse=key != "coming")
    is_sample = has_sample(found)
    return [_line(each, is_sample=is_sample) for each in chosen]


def _line(standing: Standing, *, is_sample: bool) -> Line:
    words = outcome(standing)
    due = f"最迟{standing.duty.due.text}公开"
    if standing.settled_on is not None and not standing.elsewhere:
        due += f"，{day_text(standing.settled_on)}{'说明' if standing.state == 'nothing_to_report' else '公开'}"
    if standing.state in GROUPS["coming"][1]:
        words = words.partition("，")[0]
    return Line(
        subject(standing.duty, standing.on), words, due, standing.state, standing.settled_by, is_sample
    )  # fmt: skip
