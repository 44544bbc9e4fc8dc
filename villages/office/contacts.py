"""Whom to call: office telephones and hours of the places and bodies in one's area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select

from villages.accounts.door import UNPROCESSABLE, acting, done, me, unit_of_mine
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.registry.actions import set_contact
from villages.registry.bodies import DETAILS, set_details
from villages.registry.models import Contact, Publisher, Unit
from villages.registry.queries import counties, publishers_of, townships, units_below

bp = Blueprint("contacts", __name__, template_folder="templates")


@bp.get("/admin/contacts")
@menu("办公电话", group=Group.SETTINGS, order=20)
@allow(Permission.MANAGE_CONTACTS)
def places() -> str:
    """The places of my area with their telephones: county and townships, or one township with its villages."""
    within = request.args.get("within", "")
    shown: Sequence[Unit] = [*counties(db()), *townships(db())]
    if within:
        shown = [unit_of_mine(within), *units_below(db(), unit_of_mine(within))]
    mine = [unit for unit in shown if me().covers(unit)] or list(units_below(db(), me().unit)) or [me().unit]
    told = {row.unit_id: row for row in db().scalars(select(Contact))}
    return render_template("office/contacts.html", units=mine, told=told, within=within)


@bp.route("/admin/contacts/<code>", methods=["GET", "POST"])
@allow(Permission.MANAGE_CONTACTS)
def place(code: str) -> Any:
    """One place: its telephone and hours, and those of each of its bodies."""
    unit = unit_of_mine(code)
    bodies = publishers_of(db(), unit)
    known = _known(unit, bodies)
    if request.method == "GET":
        return _page(unit, bodies, known, ())
    given = {name: request.form.get(name, "").strip() for name in known}
    try:
        with acting("registry.contact", unit.scope) as session:
            if any(given[name] != known[name] for name in ("phone", "hours")):
                set_contact(session, unit, phone=given["phone"], hours=given["hours"], by=me().actor, at=now())
            for body in bodies:
                told = {name: given[f"{name}-{body.id}"] for name in DETAILS}
                if told != {name: getattr(body, name) for name in DETAILS}:
                    set_details(session, body, by=me().actor, at=now(), **told)
    except Refusal as refusal:
        return _page(unit, bodies, given, refusal.lines), UNPROCESSABLE
    done(f"{unit.name}的办公电话已保存，页面上已经换了")
    above = unit.parent.division_code if unit.level == "village" and unit.parent else None
    return redirect(url_for("contacts.places", within=above), 303)


def _known(unit: Unit, bodies: Sequence[Publisher]) -> dict[str, str]:
    contact = db().get(Contact, unit.id)
    known = {"phone": contact.phone if contact else "", "hours": contact.hours if contact else ""}
    return known | {f"{name}-{body.id}": getattr(body, name) for body in bodies for name in DETAILS}


def _page(unit: Unit, bodies: Sequence[Publisher], values: Mapping[str, str], refused: Sequence[str]) -> str:
    return render_template(
        "office/contact.html", unit=unit, bodies=bodies, values=values, refused=refused, details=DETAILS
    )
