"""Putting an answered question before the public: the form, filled in without who asked, and the draft it becomes."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from villages.accounts.door import UNPROCESSABLE, acting, done, me, note_reading
from villages.core.access import Permission, allow
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.intake.acting import held, verbs_open_to
from villages.intake.admin.blueprint import bp, case_of_mine, number_of, words
from villages.intake.admin.one import declare_first
from villages.intake.models import Case
from villages.intake.offering import VERB, Offer, asks_of, offer, proposal
from villages.intake.reading import WHAT
from villages.intake.routing import signatory
from villages.intake.seating import has_declared


@bp.get("/admin/cases/<number>/offer")
@allow(Permission.HANDLE_CASES)
def propose(number: str) -> Any:
    """The form; that I read the case is noted first."""
    case = case_of_mine(number)
    if VERB not in verbs_open_to(db(), case, me()):
        flash("这件诉求不能推荐公开，或者已经推荐过", "error")
        return redirect(url_for("intake.one", number=number), 303)
    note_reading(f"case:{number}", what=WHAT, count=1)
    return _page(case, proposal(db(), case))


@bp.post("/admin/cases/<number>/offer")
@allow(Permission.HANDLE_CASES)
def proposed(number: str) -> Any:
    """Make a draft of it, once."""
    case, form = case_of_mine(number), request.form
    told = Offer(*(form.get(name, "").strip() for name in ("title", "question", "answer")))
    seen = number_of(form.get("seen", ""))
    if seen is None:
        abort(400)
    try:
        with acting(f"case.{VERB}", f"case:{number}") as session:
            found = held(session, case.id, by=me(), seen=seen)
            declare_first(session, found)
            offer(session, found, told, by=me(), at=now())
    except Refusal as refusal:
        note_reading(f"case:{number}", what=WHAT, count=1)
        return _page(case_of_mine(number), told, refusal.lines), UNPROCESSABLE
    done("已经交给负责发布的同事，是一条草稿；他们送审、发布以后，这里就能看到")
    return redirect(url_for("intake.one", number=number), 303)


def _page(case: Case, told: Offer, refused: tuple[str, ...] = ()) -> str:
    return render_template(
        "intake/offer.html", case=case, told=told, refused=refused, asks=asks_of(told), body=signatory(db(), case),
        declared=has_declared(case, me()), given=request.form, **words(),
    )  # fmt: skip
