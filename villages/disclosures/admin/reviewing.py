"""Reviewing in the browser: what waits for me, one item beside what is public, and several at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from villages.accounts.door import UNPROCESSABLE, acting, done, has, me
from villages.accounts.models import Staff
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import SHANGHAI, now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.disclosures import actions, emergencies, publishing, review_queries
from villages.disclosures.admin.blueprint import item_of_mine, shown_to_me
from villages.disclosures.admin.reading import Reading, read
from villages.disclosures.holding import held, last_step
from villages.disclosures.kinds import kinds
from villages.disclosures.listing import period_label, state_label
from villages.disclosures.models import Item
from villages.disclosures.rounds import hindrance, is_plain, writer_of, wrote
from villages.disclosures.rounds import round_of as steps_of_round
from villages.disclosures.workflow import TABLE, VERBS

A_PAGE = 50
MOST_AT_ONCE = 50
MOST_TOLD = 3
bp = Blueprint("reviews", __name__, template_folder="../templates")

# The lists, in order: what each holds, and what may be done with several of it at once.
Question = Callable[[Staff], ColumnElement[bool]]
LISTS: dict[str, tuple[str, Question, tuple[str, ...]]] = {
    "waiting": ("等我审核", review_queries.to_approve, ("approve", "approve_publish")),
    "approved": ("等着发布", review_queries.to_publish, ("publish",)),
    "scheduled": ("定好时间的", review_queries.scheduled, ()),
    "emergency": ("要确认的紧急发布", review_queries.to_confirm, ()),
}
AT_ONCE = {"approve": "通过选中的", "approve_publish": "通过并发布选中的", "publish": "发布选中的"}


@bp.get("/admin/reviews")
@menu("审核发布", group=Group.WORK, order=50)
@allow(Permission.REVIEW)
def queue() -> str:
    """What waits for me, list by list."""
    name = request.args.get("list", "waiting")
    page = request.args.get("page", 1, type=int)
    if name not in LISTS or page < 1:
        abort(404)
    wanted = LISTS[name][1](me())
    counts = {each: review_queries.count(db(), question(me())) for each, (_, question, _) in LISTS.items()}
    items = review_queries.page_of(db(), wanted, page=page, size=A_PAGE)
    verbs = [verb for verb in LISTS[name][2] if _may(verb)]
    return render_template(
        "disclosures/reviews.html", lists=LISTS, name=name, counts=counts, items=items, page=page, verbs=verbs,
        pages=math.ceil(counts[name] / A_PAGE), labels=AT_ONCE, is_plain=is_plain, kinds=kinds(), writer_of=writer_of,
        seen=last_step, period=period_label,
    )  # fmt: skip


@bp.post("/admin/reviews")
@allow(Permission.REVIEW)
def several() -> Response:
    """Do one thing with several items: each on its own, so that one refusal holds up none of the others."""
    verb, chosen = request.form.get("verb", ""), request.form.getlist("item")[:MOST_AT_ONCE]
    if verb not in AT_ONCE or not _may(verb):
        abort(403)
    good = 0
    bad: list[str] = []
    for each in chosen:
        item_id, _, seen = each.partition(":")
        if not (item_id.isascii() and item_id.isdigit() and seen.isascii() and seen.isdigit()):
            abort(400)
        try:
            with acting(f"item.{verb}", f"item:{item_id}") as session:
                item = _mine(session, int(item_id), seen=int(seen))
                if verb != "publish" and not is_plain(item):
                    raise Refusal(f"“{item.title}”有要人看的地方，请打开来审")  # noqa: TRY301 - noted like any other
                _do(session, item, verb, {})
            good += 1
        except Refusal as refusal:
            bad += refusal.lines
    told = "；".join(bad[:MOST_TOLD]) + ("……" if len(bad) > MOST_TOLD else "")  # it travels in a cookie
    done(f"办好 {good} 条" + (f"，没有办成 {len(chosen) - good} 条：{told}" if bad else ""))
    return redirect(url_for("reviews.queue", list=request.args.get("list", "waiting")), 303)


@bp.get("/admin/reviews/<int:item_id>")
@allow(Permission.REVIEW)
def review(item_id: int) -> str:
    """One item: what it says, what differs from what is public, what the gate found, and what I may do."""
    return _page(item_of_mine(item_id), ())


@bp.post("/admin/reviews/<int:item_id>")
@allow(Permission.REVIEW)
def act(item_id: int) -> Any:
    """Do one thing with one item."""
    verb, form = request.form.get("verb", ""), request.form
    seen = form.get("seen", "", type=str)
    if verb not in ACTS or not seen.isascii() or not seen.isdigit():
        abort(400)
    if not _may(verb):
        abort(403)
    item_of_mine(item_id)
    try:
        with acting(f"item.{verb}", f"item:{item_id}") as session:
            item = _mine(session, item_id, seen=int(seen))
            _do(session, item, verb, form)
    except Refusal as refusal:
        return _page(item_of_mine(item_id), refusal.lines), UNPROCESSABLE
    done(f"“{item.title}”：{_label(verb)}。现在是{state_label(item)}")
    return redirect(url_for("reviews.queue"), 303)


def _mine(session: Session, item_id: int, *, seen: int) -> Item:
    """An item that I speak for, held as it was seen."""
    item_of_mine(item_id, session)
    return held(session, item_id, seen=seen)


def _page(item: Item, refused: tuple[str, ...]) -> str:
    sheet: Reading = read(shown_to_me(item), page=max(1, request.args.get("page", 1, type=int)))
    kind = kinds()[item.kind]
    verbs = [verb for verb in ACTS if _fits(item, verb, sheet.stops)]
    why_not = hindrance(item, kind, me()) if item.state == "in_review" else ""
    return render_template(
        "disclosures/review.html", item=item, kind=kind, sheet=sheet, verbs=verbs, refused=refused, why_not=why_not,
        form=request.form, seen=last_step(item), period=period_label(item),
        labels=VERBS, state=state_label(item), writer=writer_of(item),
    )  # fmt: skip


def _fits(item: Item, verb: str, stops: Sequence[Any]) -> bool:
    """Whether a button for a verb is of any use to me."""
    first = "approve" if verb == "approve_publish" else verb
    move = TABLE.get((item.state, first))
    if move is None or me().role not in move.roles or not _may(verb):
        return False
    kind = kinds()[item.kind]
    if first == "approve":
        is_last = item.step == len(kind.review) - 1
        return not hindrance(item, kind, me()) and (verb == "approve" or is_last)
    if verb == "override":
        return bool(stops) and not wrote(steps_of_round(item), me())
    if verb == "confirm":
        step = emergencies.unconfirmed_step(item)
        return step is not None and step.staff_id != me().id
    return True


def _may(verb: str) -> bool:
    return has(Permission.PUBLISH) if verb in ("publish", "schedule", "approve_publish") else has(Permission.REVIEW)


def _label(verb: str) -> str:
    return "审核通过并发布" if verb == "approve_publish" else VERBS[verb]


def _do(session: Session, item: Item, verb: str, form: Any) -> None:
    by, at = me(), now()
    if verb == "approve_publish":
        actions.approve(session, item, by=by, at=at)
        publishing.publish(session, item, by=by, at=at)
    elif verb == "schedule":
        actions.schedule(session, item, publish_at=_moment(form.get("at", "")), by=by, at=at)
    elif verb in WITH_REASON:
        WITH_REASON[verb](session, item, reason=form.get("reason", ""), by=by, at=at)
    else:
        PLAIN[verb](session, item, by=by, at=at)


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise Refusal("请选定发布的日期和时间") from error


WITH_REASON: dict[str, Callable[..., Any]] = {"send_back": actions.send_back, "override": actions.override}
PLAIN: dict[str, Callable[..., Any]] = {
    "approve": actions.approve,
    "publish": publishing.publish,
    "confirm": emergencies.confirm,
}
ACTS = ("approve_publish", "approve", "publish", "confirm", "schedule", "send_back", "override")
