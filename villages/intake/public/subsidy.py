"""The page 补贴发没发: three facts in, one's own lines out. Nothing of it stands in an address or is kept anywhere."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import make_response, render_template, request
from sqlalchemy.orm import Session

from villages.core.clock import day_of, minutes_until, now
from villages.core.web import client_address, db, only_reads, storage
from villages.intake.forms import Wrong
from villages.intake.public.door import TOO_MANY, UNPROCESSABLE, bp
from villages.intake.subsidy import LONGEST_LAST, LONGEST_NAME, Answer, check, unanswerable
from villages.registry.models import Unit
from villages.registry.queries import contact_of, unit_by_code, villages_of

LONGEST_CODE = 20


@bp.get("/subsidy")
def subsidy() -> Any:
    """Asks for village, name and last four; the village may be known by where somebody came from."""
    answer = make_response(_page(_village(db(), request.args.get("about", "")), {}, {}))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/subsidy")
@only_reads
def check_subsidy() -> Any:
    """Tell what was paid, or that nothing was found and whom to ask. What is asked in vain is counted."""
    typed = {name: request.form.get(name, "").strip() for name in ("name", "last")}
    village = _village(db(), request.form.get("about", ""))
    if village is None:
        return _page(None, typed, {"about": "请选是哪个村"}), UNPROCESSABLE
    try:
        with storage().transaction() as session:
            here = session.get_one(Unit, village.id)
            found = check(session, here, typed["name"], typed["last"], network=client_address(), at=now())
    except Wrong as wrong:
        return _page(village, typed, wrong.problems), UNPROCESSABLE
    return _page(village, typed, {}, found), TOO_MANY if found.until is not None else 200


def _village(session: Session, code: str) -> Unit | None:
    """The village with a code, or that which it was merged into."""
    found = unit_by_code(session, code[:LONGEST_CODE].strip())
    found = found.successor if found is not None else None
    return found if found is not None and found.level == "village" and found.in_scope else None


def _page(village: Unit | None, typed: dict[str, str], problems: dict[str, str], found: Answer | None = None) -> str:
    at = now()
    minutes = minutes_until(found.until, at) if found is not None else 0
    return render_template(
        "cases/subsidy.html", village=village, townships=[] if village is not None else _townships(), typed=typed,
        problems=problems, found=found, minutes=minutes, today=day_of(at), longest=(LONGEST_NAME, LONGEST_LAST),
        rosters=unanswerable(db(), village, at=at) if village is not None else [],
        contact=contact_of(db(), village) if village is not None else None,
    )  # fmt: skip


def _townships() -> list[tuple[str, list[Unit]]]:
    return [(name, list(below)) for name, below in groupby(villages_of(db()), lambda unit: unit.name_above("township"))]
