"""Changes on which the law hangs, or who reads what is secret: proposed by one person, confirmed by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from villages.accounts.door import UNPROCESSABLE, acting, done, me
from villages.audit.models import Actor
from villages.calendar.actions import import_days
from villages.calendar.notice import NoticeDay
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.disclosures.due_actions import begin, set_rule
from villages.disclosures.queries import kind_named
from villages.intake.mailing import PROPOSED, switch_mail_on
from villages.site.actions import clear_detail, confirm, decline, set_detail
from villages.site.models import Proposal
from villages.site.queries import decided_proposals, waiting_proposals

bp = Blueprint("proposals", __name__, template_folder="templates")


@bp.get("/admin/proposals")
@menu("待复核的改动", group=Group.SETTINGS, order=60)
@allow(Permission.CONFIRM_LAW, Permission.MANAGE_LAW, Permission.MANAGE_SITE)
def waiting() -> str:
    """What waits for a second person, and what was decided last."""
    return _page(())


@bp.post("/admin/proposals/<int:proposal_id>/<any(confirm, decline):verdict>")
@allow(Permission.CONFIRM_LAW)
def decide(proposal_id: int, verdict: str) -> Any:
    """Confirm a change, and do it; or say no, with the reason."""
    try:
        with acting(f"proposal.{verdict}", f"proposal:{proposal_id}") as session:
            proposal = session.get(Proposal, proposal_id) or abort(404)
            if verdict == "decline":
                decline(session, proposal, request.form.get("reason", ""), by=me().actor, at=now())
            else:
                confirm(session, proposal, by=me().actor, at=now())
                apply(session, proposal.act, proposal.payload, by=me().actor, at=now())
    except Refusal as refusal:
        return _page(refusal.lines), UNPROCESSABLE
    done("已复核，改动生效了" if verdict == "confirm" else "已写明不同意，没有改动")
    return redirect(url_for("proposals.waiting"), 303)


def _page(refused: tuple[str, ...]) -> str:
    return render_template(
        "office/proposals.html", waiting=waiting_proposals(db()), decided=decided_proposals(db()), refused=refused
    )


def apply(session: Session, act: str, payload: Any, *, by: Actor, at: datetime) -> None:
    """Do what was proposed."""
    APPLY[act](session, payload, by=by, at=at)


def _rule(session: Session, payload: Any, *, by: Actor, at: datetime) -> None:
    terms = dict(payload)
    kind, day = kind_named(terms.pop("kind")), date.fromisoformat(terms.pop("valid_from"))
    set_rule(session, kind, day, by=by, at=at, **terms)


def _days(session: Session, payload: Any, *, by: Actor, at: datetime) -> None:
    days = [NoticeDay(row, date.fromisoformat(day), is_workday, name) for row, day, is_workday, name in payload["days"]]
    import_days(session, days, by=by, at=at)


def _detail(session: Session, payload: Any, *, by: Actor, at: datetime) -> None:
    if payload["value"]:
        set_detail(session, payload["key"], payload["value"], by=by, at=at)
    else:
        clear_detail(session, payload["key"], by=by, at=at)


def _begin(session: Session, payload: Any, *, by: Actor, at: datetime) -> None:
    begin(session, date.fromisoformat(payload["day"]), None, by=by, at=at)


def _mail(session: Session, payload: Any, *, by: Actor, at: datetime) -> None:
    switch_mail_on(session, payload["mark"], by=by, at=at)


APPLY: dict[str, Callable[..., None]] = {
    "rule": _rule,
    "holidays": _days,
    "detail": _detail,
    "duties.begin": _begin,
    PROPOSED: _mail,
}


def proposed() -> Response:
    """Say that a change waits for a second person."""
    done("已提出，等另一个人复核后生效")
    return redirect(url_for("proposals.waiting"), 303)
