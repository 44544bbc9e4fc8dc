"""The page of all that a unit must publish: by when, how it stands, how often it was on time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from villages.core.clock import day_of, now
from villages.core.freshness import freshness_of
from villages.core.web import db
from villages.disclosures.duties import rate
from villages.portal import owing
from villages.portal.answers import keep, moved
from villages.registry.models import Publisher, Unit
from villages.registry.queries import contact_of, unit_by_code

bp = Blueprint("duties", __name__)


@bp.get("/villages/<code>/duties")
def unit(code: str) -> Any:
    """All duties of a village, a township or the county, what is missing first.

    Below a township its villages, below the county its departments and townships, each with its rate, in the order of
    every other list here: a villager looks for their own, and twelve items more or less are no ranking.
    """
    found = unit_by_code(db(), code)
    if found is None:
        return moved(code, "duties.unit")
    if found.level not in ("village", "township", "county"):
        abort(404)
    if found.merged_into is not None:
        return redirect(url_for("duties.unit", code=found.successor.division_code))
    keep(found.scope)
    today = day_of(now())
    own, lower = _bodies(found)
    told = owing.standings(db(), [*own, *lower], today)
    mine = {body.id for body in own}
    standings = [each for each in told if each.duty.publisher_id in mine]
    key = request.args.get("group")
    listed = owing.groups(standings)
    if key is not None:
        listed = [owing.group_page(standings, key, request.args.get("page", 1, type=int)) or abort(404)]
    return render_template(
        "portal/duties.html", unit=found, groups=listed, key=key, own=own, below=owing.below(lower, told),
        rate=rate(standings), summary=owing.summary, began=owing.began(own, today),
        contact=contact_of(db(), found), as_of=freshness_of(db(), found.scope)[1],
        is_sample=owing.has_sample(told),
    )  # fmt: skip


def _bodies(unit: Unit) -> tuple[Sequence[Publisher], Sequence[Publisher]]:
    """The bodies that publish for a unit itself, and those whose rates its page lists."""
    query = select(Publisher).join(Publisher.unit).options(joinedload(Publisher.unit))
    query = query.order_by(Publisher.kind != "department", Unit.division_code, Publisher.id)
    own = db().scalars(query.where(Publisher.unit_id == unit.id, Publisher.kind != "department")).all()
    if unit.level == "village":
        return own, []
    living = query.where(Unit.in_scope, Unit.merged_into_id.is_(None))
    is_below = Unit.parent_id == unit.id
    if unit.level == "county":
        is_below |= (Publisher.unit_id == unit.id) & (Publisher.kind == "department")
    return own, db().scalars(living.where(is_below)).all()
