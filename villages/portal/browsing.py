"""A shelf as a visitor looks through it: what was chosen, what can be chosen, and a page of what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.disclosures.facet_queries import Sought, counts, found, places
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import label_of, period_told
from villages.disclosures.values import summary_of, values_from_json
from villages.portal.shelves import Filter, Shelf
from villages.registry.models import Unit
from villages.registry.queries import merged_into, unit_by_code, unit_by_former_code

PER_PAGE, VALUES, VALUES_PAGE = 20, 6, 60
MOST_WORDS, LONGEST_TEXT, LONGEST_MORE, LONGEST_CHOICE = 5, 40, 60, 40
WITHIN = "within"
CHILD = {"province": "city", "city": "county", "county": "township", "township": "village"}


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen, or was: what it says, how many there are, and where a tap leads."""

    text: str
    count: int
    address: str
    label: str = ""


@dataclass(frozen=True)
class Group:
    """The values of one filter: the commonest, how many there are, and where all of them stand."""

    name: str
    label: str
    choices: Sequence[Choice]
    count: int
    address: str
    page: int = 0
    pages: int = 1


@dataclass(frozen=True)
class Line:
    """An item in the list."""

    id: int
    title: str
    more: str
    place: str
    at: datetime
    is_sample: bool
    is_late_entry: bool


@dataclass(frozen=True)
class Asked:
    """What a visitor asked for, as the address says it; `base` is the address without it."""

    base: str
    values: tuple[tuple[str, str], ...] = ()
    text: str = ""
    within: str = ""

    def address(self, **more: str) -> str:
        """The address of the same question with something more in it."""
        pairs = [*self.values, *((("q", self.text),) if self.text else ())]
        pairs += [(WITHIN, self.within)] if self.within and WITHIN not in more else []
        pairs += list(more.items())
        return self.base + ("?" + urlencode(pairs) if pairs else "")

    def without(self, name: str, value: str) -> str:
        """The address without one of the things chosen."""
        left = tuple(pair for pair in self.values if pair != (name, value))
        text, within = "" if name == "q" else self.text, "" if name == WITHIN else self.within
        return Asked(self.base, left, text, within).address()


@dataclass(frozen=True)
class Result:
    """What a visitor sees of a shelf. `unknown`: the place that was asked for is none."""

    total: int
    lines: Sequence[Line]
    groups: Sequence[Group]
    chosen: Sequence[Choice]
    place: Unit | None
    unknown: str
    page: int
    pages: int


def read_asked(shelf: Shelf, base: str, given: Iterable[tuple[str, str]]) -> Asked:
    """What is asked for, from the address's pairs; what is no filter of the shelf is passed over."""
    pairs = list(given)
    first = dict(reversed(pairs))
    names = {each.name for each in shelf.filters}
    values = dict.fromkeys((name, value.strip()) for name, value in pairs if name in names and value.strip())
    text = " ".join(first.get("q", "").split())[:LONGEST_TEXT]
    return Asked(base, tuple(values), text, first.get(WITHIN, "").strip())


def look(session: Session, shelf: Shelf, asked: Asked, *, page: int, today: date) -> Result | None:
    """One page, counted from 1, of a shelf; None where there is none."""
    unit = _unit(session, asked.within)
    if asked.within and unit is None:
        return Result(0, [], [], _chosen(shelf, asked, None), None, asked.within, 1, 1) if page == 1 else None
    sought = _sought(session, shelf, asked, unit, today)
    by_unit = places(session, sought)
    total = sum(by_unit.values())
    pages = max(1, -(-total // PER_PAGE))
    if not 0 < page <= pages:
        return None
    rows = found(session, sought, most=PER_PAGE, skip=(page - 1) * PER_PAGE) if total else []
    groups = [_group(each, asked) for each in _all_groups(session, shelf, asked, sought, unit, by_unit)]
    return Result(
        total, [_line(item, edition) for item, edition in rows], groups, _chosen(shelf, asked, unit), unit, "",
        page, pages,
    )  # fmt: skip


def values_page(session: Session, shelf: Shelf, asked: Asked, name: str, *, page: int, today: date) -> Group | None:
    """One page of all the values of a filter (or of places) that can still be chosen; None where there is none."""
    unit = _unit(session, asked.within)
    if (asked.within and unit is None) or not (name == WITHIN or shelf.filter(name)):
        return None
    sought = _sought(session, shelf, asked, unit, today)
    by_unit = places(session, sought)
    one = next((g for g in _all_groups(session, shelf, asked, sought, unit, by_unit) if g.name == name), None)
    pages = -(-one.count // VALUES_PAGE) if one else 0
    if one is None or not 0 < page <= pages:
        return None
    choices = one.choices[(page - 1) * VALUES_PAGE : page * VALUES_PAGE]
    return Group(name, one.label, choices, one.count, asked.address(by=name), page, pages)


def _unit(session: Session, code: str) -> Unit | None:
    unit = (unit_by_code(session, code) or unit_by_former_code(session, code)) if code else None
    return unit.successor if unit else None


def _sought(session: Session, shelf: Shelf, asked: Asked, unit: Unit | None, today: date) -> Sought:
    values = [({kind.key: name for kind in shelf.kinds}, value) for name, value in shelf.only.items()]
    for name, value in asked.values:
        each = shelf.filter(name)
        if each is not None:
            values.append((dict(each.of), value))
    within = None
    if unit is not None:
        within = unit.division_code, tuple(each.id for each in merged_into(session, unit))
    words = tuple(asked.text.split()[:MOST_WORDS])
    return Sought(tuple(kind.key for kind in shelf.kinds), today, tuple(values), words, within)


def _all_groups(
    session: Session, shelf: Shelf, asked: Asked, sought: Sought, unit: Unit | None, by_unit: dict[int, int]
) -> list[Group]:
    """Every filter with all its values that can still be chosen; those that leave no choice left out."""
    totals: dict[str, Counter[str]] = {each.name: Counter() for each in shelf.filters}
    meant = {(kind, name): each for each in shelf.filters for kind, name in each.of.items()}
    for kind, name, value, count in counts(session, sought) if by_unit else ():
        each = meant.get((kind, name))
        if each is not None and (each.name, value) not in asked.values:
            totals[each.name][value] += count
    groups = [_values(each, totals[each.name], asked) for each in shelf.filters]
    groups.append(_places(session, asked, unit, by_unit))
    return [group for group in groups if group.count > (0 if group.name in dict(asked.values) else 1)]


def _values(each: Filter, found_: Counter[str], asked: Asked) -> Group:
    ordered = sorted(found_.items(), key=lambda pair: pair[0], reverse=each.is_year)
    if not each.is_year:
        ordered.sort(key=lambda pair: -pair[1])
    choices = [
        Choice(_short(each.spoken(value)), count, asked.address(**{each.name: value})) for value, count in ordered
    ]
    return Group(each.name, each.label, choices, len(choices), asked.address(by=each.name))


def _places(session: Session, asked: Asked, unit: Unit | None, by_unit: dict[int, int]) -> Group:
    """The units one level below the place chosen, or the townships."""
    level = CHILD.get(unit.level, "") if unit else "township"
    totals: Counter[Unit] = Counter()
    if level:
        units = session.scalars(select(Unit).where(Unit.id.in_(by_unit))).all()
        for each in units:
            whose = each.successor
            at = whose if whose.level == level else whose.above(level)
            if at is not None:
                totals[at] += by_unit[each.id]
    ordered = sorted(totals.items(), key=lambda pair: pair[0].division_code)
    choices = [Choice(each.name, count, asked.address(**{WITHIN: each.division_code})) for each, count in ordered]
    label = "村（社区）" if level == "village" else "乡镇"
    return Group(WITHIN, label, choices, len(choices), asked.address(by=WITHIN))


def _group(group: Group, asked: Asked) -> Group:
    """A group as the list shows it: its commonest values; none where each has a single item, as the list has those."""
    told = group.choices[:VALUES] if any(choice.count > 1 for choice in group.choices) else ()
    return Group(group.name, group.label, told, group.count, asked.address(by=group.name))


def _chosen(shelf: Shelf, asked: Asked, unit: Unit | None) -> list[Choice]:
    """What was chosen, each with the address without it."""
    told = [Choice(f"“{asked.text}”", 0, asked.without("q", ""), "词")] if asked.text else []
    for name, value in asked.values:
        each = shelf.filter(name)
        if each is not None:
            told.append(Choice(_short(each.spoken(value)), 0, asked.without(name, value), each.label))
    if asked.within:
        place = unit.name if unit else _short(asked.within)
        told.append(Choice(place, 0, asked.without(WITHIN, ""), "地方"))
    return told


def _line(item: Item, edition: Edition) -> Line:
    kind, unit = kinds()[item.kind], item.publisher.unit
    short = {name: edition.content[name] for name in kind.short.fields if name in edition.content}
    period = label_of(period_told(kind, item))
    more = "，".join(filter(None, (period, summary_of(kind, values_from_json(kind, short)))))
    place = f"{unit.name_above('township')}{unit.name}" if unit.level == "village" else item.publisher.name
    return Line(
        item.id, edition.title, more if len(more) <= LONGEST_MORE else more[: LONGEST_MORE - 1] + "…", place,
        item.published_at or edition.published_at, item.is_sample, item.elsewhere_on is not None,
    )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CHOICE else text[: LONGEST_CHOICE - 1] + "…"
