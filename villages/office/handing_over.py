"""Handing a leaver's unfinished work to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from villages.accounts.door import UNPROCESSABLE, acting, done, me
from villages.accounts.managing import is_within
from villages.accounts.models import Staff
from villages.accounts.queries import Wanted, people
from villages.core.access import Permission, allow
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.disclosures.handing_over import hand_over, work_of
from villages.disclosures.listing import state_label
from villages.disclosures.workflow import WRITERS

bp = Blueprint("handing", __name__, template_folder="templates")
MOST_SHOWN = 50


@bp.get("/admin/people/<int:staff_id>/work")
@allow(Permission.MANAGE_ACCOUNTS)
def work(staff_id: int) -> str:
    """What a person has not finished, and who could take it over."""
    return _page(_mine(db(), staff_id), ())


@bp.post("/admin/people/<int:staff_id>/work")
@allow(Permission.MANAGE_ACCOUNTS)
def give(staff_id: int) -> Any:
    """Give it to somebody of my area."""
    to = _mine(db(), request.form.get("to", 0, type=int))
    try:
        with acting("item.hand_over", f"staff:{staff_id}") as session:
            person = _mine(session, staff_id)
            count, left = hand_over(session, person, to=_mine(session, to.id), by=me(), at=now())
    except Refusal as refusal:
        return _page(_mine(db(), staff_id), refusal.lines), UNPROCESSABLE
    done(f"{count} 条已交给{to.name}" + (f"，还有 {left} 条不在他的范围里，请再交给别人" if left else ""))
    return redirect(url_for("handing.work", staff_id=staff_id), 303)


def _mine(session: Session, staff_id: int) -> Staff:
    """An account of my area; anything else is not found."""
    found = session.get(Staff, staff_id)
    if found is None or not is_within(me(), found.unit, found.department):
        abort(404)
    return found


def _page(person: Staff, refused: Sequence[str]) -> str:
    items = work_of(db(), person, of=me())
    near = db().scalars(people(me(), Wanted(state="open"), at=now())).all()
    takers = [each for each in near if each.role in WRITERS and each.id != person.id]
    return render_template(
        "office/work.html", person=person, items=items[:MOST_SHOWN], count=len(items), takers=takers,
        refused=refused, state_label=state_label,
    )  # fmt: skip
