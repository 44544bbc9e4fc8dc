"""The fleet: how each machine stands, pairing, moving, revoking; the same for monitoring as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, abort, g, jsonify, redirect, render_template, request, url_for

from villages.accounts.door import UNPROCESSABLE, acting, done, me, unit_of_mine
from villages.core.access import Group, Permission, allow, menu, with_key
from villages.core.clock import day_of, now
from villages.core.refusal import Refusal
from villages.core.web import db, settings
from villages.machines import actions
from villages.machines.admin.blueprint import bp, kiosk_of_mine
from villages.machines.models import Kiosk
from villages.machines.queries import counts_of, halls_within, kiosk_asking, kiosks_asking
from villages.machines.telling import KEY, told_of
from villages.machines.words import COUNTED, ORIENTATIONS, STATES
from villages.site.queries import rules_of

COUNT_DAYS = 14


@bp.get("/admin/kiosks")
@menu("触摸一体机", group=Group.SETTINGS, order=25)
@allow(Permission.MANAGE_MACHINES)
def fleet() -> str:
    """The machines of my area, and those that ask to be paired."""
    return _fleet()


def _fleet(refused: Sequence[str] = ()) -> str:
    at = now()
    told = told_of(db(), me().unit, at=at)
    return render_template(
        "machines/fleet.html", told=told, counts=Counter(each.state for each in told), refused=refused,
        asking=kiosks_asking(db(), at=at), given=request.form, minutes=rules_of(db())["kiosk_silent"],
        address=f"{settings().base_url}kiosk/", **_choices(),
    )  # fmt: skip


def _choices() -> dict[str, Any]:
    return {"halls": halls_within(db(), me().unit), "orientations": ORIENTATIONS, "states": STATES}


@bp.get("/admin/kiosks.json")
@with_key(KEY)
@allow(Permission.MANAGE_MACHINES)
def fleet_json() -> Response:
    """The same for monitoring: of my area, or of everything for who sends the key."""
    at, scope = now(), me().unit if g.staff is not None else None
    told = told_of(db(), scope, at=at)
    counts = Counter(each.state for each in told)
    return jsonify(
        at=at.isoformat(),
        silent_minutes=rules_of(db())["kiosk_silent"],
        counts={state: counts[state] for state in ("fresh", "silent", "revoked")}
        | {"asking": len(kiosks_asking(db(), at=at)), "open_calls": sum(each.open_calls for each in told)},
        kiosks=[each.row() for each in told],
    )


@bp.post("/admin/kiosks/approve")
@allow(Permission.MANAGE_MACHINES)
def approve() -> Any:
    """Pair the machine that shows a code with a hall of my area."""
    unit = unit_of_mine(request.form.get("hall", ""))
    try:
        with acting("kiosk.approve", unit.scope) as session:
            kiosk = kiosk_asking(session, request.form.get("code", ""), at=now())
            actions.approve(session, kiosk, unit=unit, **_given(), by=me().actor, at=now())
    except Refusal as refusal:
        return _fleet(refusal.lines), UNPROCESSABLE
    done(f"{kiosk.name}已配对，屏幕上一会儿就是{unit.name}的首页")
    return redirect(url_for("machines.fleet"), 303)


def _given() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("name", "orientation")}


@bp.get("/admin/kiosks/<int:kiosk_id>")
@allow(Permission.MANAGE_MACHINES)
def kiosk(kiosk_id: int) -> str:
    """One machine of my area."""
    return _kiosk(kiosk_of_mine(kiosk_id))


def _kiosk(found: Kiosk, refused: Sequence[str] = ()) -> str:
    told = next((each for each in told_of(db(), me().unit, at=now()) if each.kiosk.id == found.id), None)
    if told is None:  # it asks, or asked and was turned away: it has no page
        abort(404)
    days: dict[Any, dict[str, int]] = {}
    for each in counts_of(db(), found, since=day_of(now()) - timedelta(days=COUNT_DAYS - 1)):
        days.setdefault(each.on, {})[each.what] = each.count
    return render_template(
        "machines/kiosk.html", told=told, kiosk=found, days=days, counted=COUNTED, refused=refused, given=request.form,
        **_choices(),
    )  # fmt: skip


@bp.post("/admin/kiosks/<int:kiosk_id>/move")
@allow(Permission.MANAGE_MACHINES)
def move(kiosk_id: int) -> Any:
    """Another hall, name or orientation."""
    found, unit = kiosk_of_mine(kiosk_id), unit_of_mine(request.form.get("hall", ""))
    try:
        with acting("kiosk.move", f"kiosk:{kiosk_id}") as session:
            actions.move(session, found, unit=unit, **_given(), by=me().actor, at=now())
    except Refusal as refusal:
        return _kiosk(kiosk_of_mine(kiosk_id), refusal.lines), UNPROCESSABLE
    done(f"{found.name}改好了，屏幕一会儿就跟着变")
    return redirect(url_for("machines.kiosk", kiosk_id=kiosk_id), 303)


@bp.route("/admin/kiosks/<int:kiosk_id>/revoke", methods=["GET", "POST"])
@allow(Permission.MANAGE_MACHINES)
def revoke(kiosk_id: int) -> Any:
    """Ask once more, then let a machine in no longer; one that asks is turned away."""
    found, lines = kiosk_of_mine(kiosk_id), tuple[str, ...]()
    if request.method == "POST":
        try:
            with acting("kiosk.revoke", f"kiosk:{kiosk_id}") as session:
                actions.revoke(session, found, by=me().actor, at=now())
        except Refusal as refusal:
            lines = refusal.lines
        else:
            done(f"{found.name}已停用" if found.unit else "已拒绝这台机器，它的配对码不能用了")
            return redirect(url_for("machines.fleet"), 303)
    return render_template("machines/revoke.html", kiosk=found, refused=lines), UNPROCESSABLE if lines else 200
