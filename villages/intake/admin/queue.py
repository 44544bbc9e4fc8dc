"""What looked like part of a flood and waits until somebody has looked: let in or not taken, several at once."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from villages.accounts.door import UNPROCESSABLE, acting, done, me
from villages.core.access import Permission, allow
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.intake import handling
from villages.intake.acting import held
from villages.intake.admin.blueprint import bp, case_of_mine, number_of, words
from villages.intake.admin.one import declare_first
from villages.intake.holding import grouped, held_of
from villages.intake.queries import Wanted, cases, count, step_counts

MOST_AT_ONCE, MOST_TOLD = 50, 3
HELD = Wanted(states=("held",))


@bp.get("/admin/cases/held")
@allow(Permission.HANDLE_CASES)
def held_back() -> str:
    """What is kept back and waits for somebody to look, the oldest first."""
    return _page(())


def _page(refused: tuple[str, ...]) -> str:
    shown = cases(db(), me(), HELD, most=MOST_AT_ONCE)
    return render_template(
        "intake/held.html", shown=shown, groups=grouped(held_of(db(), shown)),
        steps=step_counts(db(), shown), many=count(db(), me(), HELD),
        refused=refused, given=request.form, ticked=set(request.form.getlist("case")), **words(),
    )  # fmt: skip


@bp.post("/admin/cases/held")
@allow(Permission.HANDLE_CASES)
def several() -> Any:
    """Let several in, or take none of them: each on its own, so that one refusal holds up none of the others."""
    verb, chosen = request.form.get("verb", ""), request.form.getlist("case")[:MOST_AT_ONCE]
    pairs = [(number, number_of(seen) or 0) for number, _, seen in (each.partition(":") for each in chosen)]
    if verb not in ("release", "discard") or not all(seen for _, seen in pairs):
        abort(400)
    if not pairs:
        return _page(("请先在要办的前面打勾",)), UNPROCESSABLE
    good, bad = 0, list[str]()
    for number, seen in pairs:
        case = case_of_mine(number)
        try:
            with acting(f"case.{verb}", f"case:{number}") as session:
                _do(session, case.id, verb, seen)
            good += 1
        except Refusal as refusal:
            bad += refusal.lines
    if not good:
        return _page(tuple(dict.fromkeys(bad))), UNPROCESSABLE
    told = "；".join(bad[:MOST_TOLD]) + ("……" if len(bad) > MOST_TOLD else "")  # it travels in a cookie
    done(f"办好 {good} 件" + (f"，没有办成 {len(pairs) - good} 件：{told}" if bad else ""))
    return redirect(url_for("intake.held_back"), 303)


def _do(session: Session, case_id: int, verb: str, seen: int) -> None:
    case = held(session, case_id, by=me(), seen=seen)
    declare_first(session, case)
    if verb == "release":
        handling.release(session, case, by=me(), at=now())
    else:
        handling.discard(session, case, request.form.get("reason", ""), by=me(), at=now())
