"""The blueprint that the pages of writing share, and what their templates may ask."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app
from sqlalchemy.orm import Session

from villages.accounts.door import me, note_reading
from villages.accounts.queries import bodies_of
from villages.core.clock import SHANGHAI
from villages.core.web import db
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.disclosures.personal import told_of
from villages.registry.models import Publisher

LARGEST = 2**31 - 1
bp = Blueprint("items", __name__, template_folder="../templates")


@bp.app_template_global("block")
def block(name: str) -> Any:
    """The macros that draw a field type in a form: `draw`, and `cell` for those that fit a table's cell."""
    return current_app.jinja_env.get_template(f"disclosures/blocks/{name}.html").module


@bp.app_template_filter("clock")
def clock(moment: Any) -> str:
    """The time of day in China: 9:24."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.hour}:{local.minute:02}"


def item_of_mine(item_id: int, session: Session | None = None, *, lock: bool = False) -> Item:
    """An item that I speak for; anything else is not found. `lock`: nobody else changes it meanwhile."""
    session = session or db()
    found = session.get(Item, item_id) if 0 < item_id <= LARGEST else None
    if found is None or found.kind not in kinds() or not me().speaks_for(found.publisher):
        abort(404)
    if lock:
        session.refresh(found, with_for_update=True)
    return found


def shown_to_me(item: Item) -> Item:
    """The item; the audit knows from now on that I see its content, where that is about particular people."""
    if told := told_of(item):
        note_reading(f"item:{item.id}", **told)
    return item


def kind_or_404(key: str) -> Kind:
    """A kind by its key."""
    return kinds().get(key) or abort(404)


def my_publishers(session: Session, kind: Kind | None = None) -> list[Publisher]:
    """The living bodies that I speak for, in the order of their places; of a kind, those that owe it."""
    return [each for each in bodies_of(session, me()) if kind is None or each.kind in kind.publishers]
