"""My items: the list, and one item with what happens next, its trail, and what I may do with it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer, joinedload

from villages.accounts.door import me
from villages.accounts.models import ROLES
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import moment_text
from villages.core.web import db
from villages.disclosures import blocks
from villages.disclosures.actions import is_passed
from villages.disclosures.admin.blueprint import bp, item_of_mine, shown_to_me
from villages.disclosures.findings import Place, places_of
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.listing import state_label
from villages.disclosures.models import Item
from villages.disclosures.periods import stored_period
from villages.disclosures.queries import kind_named
from villages.disclosures.review_queries import in_area
from villages.disclosures.sharing import lacking
from villages.disclosures.values import values_from_json
from villages.disclosures.workflow import STATES, TABLE, VERBS, verbs_of
from villages.registry.models import Publisher, Unit
from villages.registry.queries import is_below

A_PAGE = 50
LONGEST = 400
# What only who reviews does stands on the reviewers' page.
REVIEWING = ("approve", "send_back", "override", "confirm")


@bp.get("/admin/items")
@menu("公开内容", group=Group.WORK, order=30)
@allow(Permission.WRITE, Permission.REVIEW, Permission.PUBLISH)
def mine() -> str:
    """What my publishers have, whatever its state."""
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("kind", "state", "village", "text")}
    told: dict[str, Any] = {name: value for name, value in asked.items() if value}
    query = _asked(_in_scope(), asked)
    count = db().scalar(query.with_only_columns(func.count(Item.id)).order_by(None)) or 0
    pages = max(1, -(-count // A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    whole = query.options(joinedload(Item.publisher), joinedload(Item.unit), defer(Item.draft))
    rows = db().scalars(whole.order_by(Item.id.desc()).limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    return render_template(
        "disclosures/items.html", rows=[(each, _row(each)) for each in rows], asked=asked, count=count, page=page,
        pages=pages, states=STATES, kinds=_my_kinds(), villages=_my_units(db()),
        address=lambda to: url_for("items.mine", page=to, **told),
    )  # fmt: skip


def _in_scope() -> Select[Any]:
    return select(Item).join(Item.unit).where(Item.kind.in_(kinds()), in_area(me()))


def _asked(query: Select[Any], asked: dict[str, str]) -> Select[Any]:
    if asked["kind"]:
        query = query.where(Item.kind == asked["kind"])
    if asked["state"]:
        query = query.where(Item.state == asked["state"])
    if asked["village"]:
        query = query.where(Unit.division_code == asked["village"])
    if asked["text"]:
        query = query.where(Item.title.contains(asked["text"], autoescape=True))
    return query


def _my_kinds() -> list[Kind]:
    return list(kinds().values())


def _my_units(session: Session) -> list[Unit]:
    """The places of my publishers, for the filter."""
    if me().publisher_id is not None:
        return []
    query = select(Unit).where(is_below(me().unit.division_code), Unit.in_scope)
    query = query.where(Unit.id.in_(select(Publisher.unit_id)))
    return list(session.scalars(query.order_by(Unit.division_code)))


def _row(item: Item) -> dict[str, str]:
    kind = kind_named(item.kind)
    period = stored_period(item.period_start, item.period_cycle, kind.cycle)
    return {"label": kind.label, "period": period.label if period else "", "state": state_label(item)}


@bp.get("/admin/items/<int:item_id>")
@allow(Permission.WRITE, Permission.REVIEW, Permission.PUBLISH)
def one(item_id: int) -> str:
    """One item: how it stands, what comes next, what the gate found, what was done with it."""
    item = shown_to_me(item_of_mine(item_id))
    kind = kind_named(item.kind)
    values = values_from_json(kind, item.draft)
    is_draft = item.state == "draft"
    places = places_of(item) if is_draft else []
    texts = [(field.label, blocks.show(values.get(field.name), field)) for field in kind.fields]
    lacks = lacking(kind, item.draft) if is_draft else []
    return render_template(
        "disclosures/one.html", item=item, kind=kind, row=_row(item), next_step=next_step(item, kind, lacks),
        verbs=my_verbs(item), titles=VERBS, places=places, passed=bool(places) and is_passed(item), lacks=lacks,
        asks=[place for place in places if not place.is_stop], stops=_stops(places),
        shown=[(label, text[:LONGEST] + ("……" if len(text) > LONGEST else "")) for label, text in texts if text],
    )  # fmt: skip


def _stops(places: list[Place]) -> list[Place]:
    return [place for place in places if place.is_stop]


def my_verbs(item: Item) -> list[str]:
    """What the workflow and my role let me do with an item, reviewing left aside."""
    return [
        verb
        for verb in verbs_of(item.state, is_public=item.is_public)
        if verb not in REVIEWING and me().role in TABLE[item.state, verb].roles
    ]


def next_step(item: Item, kind: Kind, lacks: list[str]) -> str:
    """What happens next, and who must do it."""
    area = item.publisher.name
    if item.state == "draft" and lacks:
        return f"还缺：{'、'.join(lacks)}。由{area}的录入员填好，再送审。"
    if item.state == "in_review":
        who = ROLES[kind.review[min(item.step, len(kind.review) - 1)]]
        return f"等{who}审第 {item.step + 1} 道，共 {len(kind.review)} 道。"
    if item.state == "scheduled" and item.publish_at:
        return f"到{moment_text(item.publish_at)}自动发布，不用再做什么。"
    return {
        "draft": "还没有送审。写好以后由录入员送审；审核通过、发布以后，村民才看得到。",
        "approved": "审核都通过了，等发布员发布。",
        "published": "村民现在看得到。发现写错了，请用“更正”。",
        "withdrawn": "已经撤回，村民只看得到撤回的说明。",
        "archived": "公示期满，已经归档，不再公开。",
    }.get(item.state, "")
