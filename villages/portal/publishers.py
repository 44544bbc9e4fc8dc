"""Pages of those who publish: how they are reached, and what each has published."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from villages.core.clock import day_of, now
from villages.core.freshness import freshness_of
from villages.core.web import db
from villages.disclosures.duties import rate
from villages.portal import owing, showing
from villages.portal.answers import keep
from villages.registry.models import EVERYTHING, PUBLISHERS, Contact, Publisher, Unit
from villages.registry.queries import contact_of, publisher_by_code

bp = Blueprint("publishers", __name__)


@dataclass(frozen=True)
class Own:
    """A publisher's own telephone, in place of its unit's."""

    phone: str
    hours: str
    is_sample: bool = False


@bp.get("/publishers/")
def every() -> str:
    """The county's government, its departments and its townships."""
    keep(EVERYTHING)
    sorts = ("county", "department", "township")
    query = select(Publisher).join(Publisher.unit).options(joinedload(Publisher.unit))
    rows = db().scalars(query.where(Publisher.kind.in_(sorts)).order_by(Unit.division_code, Publisher.code)).all()
    groups = [(PUBLISHERS[sort], [each for each in rows if each.kind == sort]) for sort in sorts]
    return render_template("portal/publishers.html", groups=[(title, each) for title, each in groups if each])


@bp.get("/publishers/<code>")
def one(code: str) -> str:
    """One publisher: how it is reached, whether it is on time, and what it has published, by column."""
    found = publisher_by_code(db(), code) or abort(404)
    keep(found.unit.scope)
    today, column = day_of(now()), request.args.get("column")
    page = {
        "publisher": found, "unit": found.unit, "sort": PUBLISHERS[found.kind], "contact": _reached(found),
        "as_of": freshness_of(db(), found.unit.scope)[1],
    }  # fmt: skip
    if column is not None:
        number = request.args.get("page", 1, type=int)
        group = showing.publisher_page(db(), found, column, number, today) or abort(404)
        return render_template("portal/publisher_column.html", **page, group=group)
    counted = rate(owing.standings(db(), found, today))
    return render_template(
        "portal/publisher.html", **page, lines=showing.latest(db(), found, today), summary=owing.summary(counted),
        columns=showing.columns(db(), found, today), has_duties=found.unit.merged_into_id is None,
    )  # fmt: skip


def _reached(publisher: Publisher) -> tuple[Publisher | Unit, Own | Contact] | None:
    """Whom to call: the publisher itself where its telephone is known, else as for its unit; nothing is invented."""
    if publisher.phone:
        return publisher, Own(publisher.phone, publisher.hours)
    return contact_of(db(), publisher.unit.successor)
