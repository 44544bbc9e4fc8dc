"""My work today: the first page after signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, render_template, url_for
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from villages.accounts.door import has, me
from villages.accounts.models import Staff
from villages.accounts.queries import bodies_of
from villages.core.access import SIGNED_IN, Group, Permission, allow, menu
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.disclosures import review_queries
from villages.disclosures.due_queries import duties_of
from villages.disclosures.duties import Standing, outcome, subject
from villages.disclosures.models import Item
from villages.intake.queries import SOON, Wanted, counts
from villages.registry.models import Publisher
from villages.site.queries import waiting_proposals

WEEK, YEAR = timedelta(days=7), timedelta(days=365)
MOST = 10
bp = Blueprint("office", __name__, template_folder="templates")


@dataclass(frozen=True)
class Tile:
    """How much of one thing there is, and where it is done."""

    label: str
    count: int
    address: str
    mood: str = ""


@dataclass(frozen=True)
class Owed:
    """What one body owes: the first of it in words, and how much there is in all."""

    publisher: Publisher
    lines: Sequence[str]
    count: int


@bp.get("/admin/")
@menu("今天要办的事", group=Group.WORK, order=10)
@allow(SIGNED_IN)
def today() -> str:
    """What waits for me, what came back, what is due this week and what is late."""
    day = day_of(now())
    owed = _owed(db(), me(), day) if has(Permission.WRITE) else ([], [])
    late, soon = owed
    back = _items(review_queries.sent_back(me())) if has(Permission.WRITE) else []
    return render_template(
        "office/today.html", tiles=_tiles(), back=back, late=late[:MOST], soon=soon[:MOST], more=len(late) + len(soon)
    )


def _tiles() -> list[Tile]:
    """What can be counted for what I may do; a tile with nothing in it is a pleasure too."""
    queue, mine, found = url_for("reviews.queue"), url_for("items.mine", state="draft"), list[Tile]()
    if has(Permission.WRITE):
        found += [
            _tile("退回我改的", review_queries.sent_back(me()), mine, "bad"),
            _tile("我的草稿", review_queries.drafts(me()), mine),
        ]
    if has(Permission.REVIEW):
        found += [
            _tile("等我审核", review_queries.to_approve(me()), queue, "warn"),
            _tile("要确认的紧急发布", review_queries.to_confirm(me()), f"{queue}?list=emergency", "bad"),
        ]
    if has(Permission.PUBLISH):
        found += [
            _tile("等着发布", review_queries.to_publish(me()), f"{queue}?list=approved", "warn"),
            _tile("定好时间的", review_queries.scheduled(me()), f"{queue}?list=scheduled"),
        ]
    if has(Permission.HANDLE_CASES):
        found += _of_cases()
    if has(Permission.CONFIRM_LAW):
        waiting = [each for each in waiting_proposals(db()) if each.staff_id != me().id]
        address = url_for("proposals.waiting")
        found.append(Tile("等我复核的改动", len(waiting), address, "warn" if waiting else ""))
    return found


def _of_cases() -> list[Tile]:
    """The cases of my office that are new, late or due soon, and those that wait until somebody has looked."""
    day = day_of(now())
    found = counts(
        db(), me(),
        {
            "new": Wanted(is_own=True, states=("received",)), "late": Wanted(overdue_on=day),
            "soon": Wanted(due_by=day + SOON, due_from=day), "held": Wanted(states=("held",)),
        },
    )  # fmt: skip
    rows = {
        "new": ("新来的诉求", url_for("intake.listed", tab="mine", state="received"), "warn"),
        "late": ("逾期的诉求", url_for("intake.listed", tab="late"), "bad"),
        "soon": ("快到期的诉求", url_for("intake.listed", tab="soon"), "warn"),
        "held": ("等人查看的诉求", url_for("intake.held_back"), "warn"),
    }
    return [Tile(label, found[what], to, mood if found[what] else "") for what, (label, to, mood) in rows.items()]


def _tile(label: str, wanted: ColumnElement[bool], address: str, mood: str = "") -> Tile:
    count = review_queries.count(db(), wanted)
    return Tile(label, count, address, mood if count else "")


def _items(wanted: ColumnElement[bool]) -> Sequence[Item]:
    return review_queries.page_of(db(), wanted, page=1, size=MOST)


def _owed(session: Session, staff: Staff, day: date) -> tuple[list[Owed], list[Owed]]:
    """What the bodies that I speak for owe: overdue, and due within a week; a line for each body."""
    within = _own(bodies_of(session, staff), staff)
    found = duties_of(session, within, on=day, since=day - YEAR, reads_only=True)
    late = [each for each in found if each.state == "overdue"]
    soon = [each for each in found if each.settled_on is None and day <= each.duty.due.on <= day + WEEK]
    bodies = {each.id: each for each in within}
    return _by_body(late, bodies), _by_body(soon, bodies)


def _own(bodies: Sequence[Publisher], staff: Staff) -> Sequence[Publisher]:
    """Of a whole county the county's own bodies: what its villages owe is the control room's page."""
    return bodies if staff.level in ("village", "township") else [b for b in bodies if b.unit_id == staff.unit_id]


def _by_body(found: Sequence[Standing], bodies: dict[int, Publisher]) -> list[Owed]:
    groups = groupby(sorted(found, key=lambda s: (s.duty.publisher_id, s.duty.due.on)), lambda s: s.duty.publisher_id)
    owed = []
    for publisher_id, group in groups:
        each = list(group)
        lines = [f"{subject(s.duty, s.on)}：{outcome(s)}" for s in each[:2]]
        owed.append(Owed(bodies[publisher_id], lines, len(each)))
    return sorted(owed, key=lambda one: -one.count)
