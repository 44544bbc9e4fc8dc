"""What villagers read most, what they looked for in vain, how fast pages open. Counts of nobody.

What was looked for and how fast pages open belongs to no place, so only who answers for the whole county sees it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request

from villages.accounts.door import me
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.disclosures.public_queries import label_of, period_told
from villages.registry.models import Unit
from villages.registry.queries import unit_by_code
from villages.search.folding import words_of
from villages.search.queries import find
from villages.search.question import Question
from villages.site.queries import rules_of
from villages.visits.actions import VAIN_DAYS, first_of
from villages.visits.queries import Area, by_day, most_read, places_below, speeds, vain_counts, vain_words
from villages.visits.speeds import FAST_MS, MEASURES, PAGES, percentile

bp = Blueprint("visiting", __name__, template_folder="templates")
SPANS, USUAL = (7, 30, 90), 30
MOST_ITEMS, MOST_WORDS, WEEKS = 30, 50, 12


@dataclass(frozen=True)
class Speed:
    """How often something was measured, and the times (ms) that 50, 75 and 95 % did not exceed."""

    count: int
    at_50: int
    at_75: int
    at_95: int


@bp.app_template_global()
def sees_whole_county() -> bool:
    """Whether who is signed in answers for more than a township."""
    return me().department is None and me().unit.level not in ("township", "village")


@bp.get("/admin/visits")
@menu("浏览情况", group=Group.WATCH, order=25)
@allow(Permission.SEE_CONTROL_ROOM)
def visits() -> str:
    """What was opened most in my area, or in a place in it, in the last days."""
    span, today = request.args.get("days", USUAL, type=int), day_of(now())
    if span not in SPANS:
        abort(404)
    area, first = _area(), first_of(today, span)
    days, read = by_day(db(), area, first, today), most_read(db(), area, first, most=MOST_ITEMS)
    unit = area.unit
    places = places_below(db(), unit, first) if unit is not None and unit.level != "village" else []
    return render_template(
        "office/visits.html", area=area, above=_above(unit), days=days, read=read, places=places, span=span,
        spans=SPANS, most=MOST_ITEMS, period=_period,
    )  # fmt: skip


@bp.get("/admin/vain-searches")
@allow(Permission.SEE_CONTROL_ROOM)
def vain() -> str:
    """The words that found nothing on several days, and whether they find something by now."""
    _refuse_narrow()
    today = day_of(now())
    first = first_of(today, VAIN_DAYS)
    found = [(each, _hits(each.words, today)) for each in vain_words(db(), first, most=MOST_WORDS)]
    return render_template(
        "office/vain.html", found=found, counts=vain_counts(db(), first), rules=rules_of(db()), kept=VAIN_DAYS
    )


@bp.get("/admin/page-speed")
@allow(Permission.SEE_CONTROL_ROOM)
def speed() -> str:
    """How fast pages opened, by kind of page in a week and by week."""
    _refuse_narrow()
    this = _monday(day_of(now()))
    measure, page = request.args.get("measure", "paint"), request.args.get("page", "")
    week = _week(request.args.get("week", this.isoformat()), this)
    if measure not in MEASURES or page not in ("", *PAGES):
        abort(404)
    counts: defaultdict[tuple[date, str], Counter[int]] = defaultdict(Counter)
    for on, kind, up_to_ms, count in speeds(db(), measure, this - timedelta(weeks=WEEKS - 1)):
        for each in (kind, ""):
            counts[_monday(on), each][up_to_ms] += count
    weeks = [this - timedelta(weeks=n) for n in range(WEEKS)]
    return render_template(
        "office/speed.html", measures=MEASURES, measure=measure, names={"": "全部页面", **PAGES}, page=page, week=week,
        pages=[(each, _speed(counts[week, each])) for each in ("", *PAGES) if counts[week, each]],
        weeks=[(each, _speed(counts[each, page])) for each in weeks if counts[each, page]],
        fast=FAST_MS[measure], one_of=rules_of(db())["speed_sample"], this=this,
        sunday_of=lambda monday: monday + timedelta(days=6),
    )  # fmt: skip


@bp.app_template_filter("seconds")
def seconds(ms: int) -> str:
    """A time as people say it: 0.25 秒."""
    return f"{ms / 1000:g} 秒"


def _area() -> Area:
    department = me().department
    if department is not None:
        return Area(publisher=department)
    unit = unit_by_code(db(), request.args["of"]) if request.args.get("of") else me().unit
    if unit is None or not me().covers(unit):
        abort(404)
    return Area(unit)


def _period(item: Item) -> str:
    """What period an item tells of, in words; '' for none, and for what is of no kind any more."""
    return label_of(period_told(kinds()[item.kind], item)) if item.kind in kinds() else ""


def _above(unit: Unit | None) -> Unit | None:
    parent = unit.parent if unit is not None else None
    return parent if parent is not None and me().covers(parent) else None


def _refuse_narrow() -> None:
    if not sees_whole_county():
        abort(404)


def _hits(words: str, today: date) -> int | None:
    """How many public items the words find now; None for very many."""
    return find(db(), Question(words_of(words), today)).count


def _speed(counts: Counter[int]) -> Speed:
    return Speed(counts.total(), percentile(counts, 50), percentile(counts, 75), percentile(counts, 95))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(given: str, this: date) -> date:
    """The Monday that an address names, among those that are shown."""
    found = next((week for n in range(WEEKS) if (week := this - timedelta(weeks=n)).isoformat() == given), None)
    return found or abort(404)
