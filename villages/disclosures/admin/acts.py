"""What an author or a publisher does with an item as it stands: a button each, drawn from the workflow's table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session

from villages.accounts.door import acting, done, me
from villages.core.access import Permission, allow
from villages.core.clock import SHANGHAI, moment_text, now
from villages.core.refusal import Refusal
from villages.disclosures import actions, correcting, masking, publishing
from villages.disclosures.admin.blueprint import bp, item_of_mine
from villages.disclosures.admin.writing import SEE_OTHER
from villages.disclosures.admin.writing import submit as send
from villages.disclosures.findings import places_of
from villages.disclosures.models import Item
from villages.disclosures.workflow import VERBS

Act = Callable[[Session, Item, datetime], str]


def _schedule(session: Session, item: Item, at: datetime) -> str:
    given = request.form.get("publish_at", "")
    try:
        moment = datetime.strptime(given, "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise Refusal("请写明什么时候发布，例如 2026-12-01 08:30") from error
    actions.schedule(session, item, publish_at=moment, by=me(), at=at)
    return f"已定好，到{moment_text(moment)}自动发布"


def _publish(session: Session, item: Item, at: datetime) -> str:
    publishing.publish(session, item, by=me(), at=at)
    return "已发布，村民现在看得到了"


def _emergency(session: Session, item: Item, at: datetime) -> str:
    publishing.publish_in_emergency(session, item, reason=_text("reason"), by=me(), at=at)
    return "已紧急发布；请另一个人在一个工作日内确认"


def _withdraw(session: Session, item: Item, at: datetime) -> str:
    actions.withdraw(session, item, reason=_text("reason"), by=me(), at=at)
    return "已撤回，原网址上留下了撤回的说明"


def _discard(session: Session, item: Item, at: datetime) -> str:
    correcting.discard(session, item, by=me(), at=at)
    return "更正已放弃，公开的内容没有变"


def _restore(session: Session, item: Item, at: datetime) -> str:
    number = request.form.get("number", 0, type=int)
    correcting.restore_edition(session, item, number, public_note=_text("note"), by=me(), at=at)
    return f"已用第 {number} 版开始更正，看过以后请送审"


def _mask(session: Session, item: Item, at: datetime) -> str:
    only = [name for name in request.form.get("field", "").split(",") if name]
    found = masking.mask(session, item, by=me(), at=at, only=only)
    return f"已打码 {len(found)} 处" if found else "没有要打码的号码"


ACTS: dict[str, Act] = {
    "publish": _publish, "schedule": _schedule, "emergency": _emergency, "withdraw": _withdraw, "discard": _discard,
    "restore_edition": _restore, "mask": _mask,
}  # fmt: skip


@bp.post(
    "/admin/items/<int:item_id>/<any(publish, schedule, emergency, withdraw, discard, restore_edition, mask):verb>"
)
@allow(Permission.WRITE, Permission.PUBLISH)
def act_on(item_id: int, verb: str) -> Any:
    """Do it, and show the item again; a refusal is a page that says why."""
    item_of_mine(item_id)
    if verb not in VERBS:
        abort(404)
    with acting(f"item.{verb}", f"item:{item_id}") as session:
        text = ACTS[verb](session, item_of_mine(item_id, session, lock=True), now())
    done(text)
    return redirect(url_for("items.one", item_id=item_id), SEE_OTHER)


@bp.post("/admin/items/<int:item_id>/submit")
@allow(Permission.WRITE)
def submit(item_id: int) -> Any:
    """Send to review; what the gate asks about counts as looked at when every question was ticked."""
    item = item_of_mine(item_id)
    asked = {place.key for place in places_of(item) if not place.is_stop} if item.state == "draft" else set()
    return send(item_id, looked=bool(asked) and asked <= set(request.form.getlist("seen")))


def _text(name: str) -> str:
    return request.form.get(name, "")
