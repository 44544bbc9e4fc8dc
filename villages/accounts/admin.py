"""Signing in and out, the first staff page, and the gate before every staff page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from villages.accounts.actions import sign_in as sign_in_staff
from villages.accounts.actions import sign_out as sign_out_staff
from villages.accounts.forms import SignInForm
from villages.accounts.passwords import is_right
from villages.accounts.queries import signed_in, staff_named
from villages.core.access import ANYBODY, SIGNED_IN, allow, allowed
from villages.core.clock import now
from villages.core.web import db, storage, transaction
from villages.registry.queries import villages_of

bp = Blueprint("accounts", __name__, template_folder="templates")
SIGN_IN = "sign_in"


@bp.before_app_request
def gate() -> Response | None:
    """Refuse every staff page to whom it is not open; ask to sign in who has not."""
    if request.endpoint is None or not request.path.startswith("/admin"):
        return None
    roles = allowed(current_app.view_functions[request.endpoint])
    g.staff = signed_in(db(), session[SIGN_IN], at=now()) if SIGN_IN in session else None
    if ANYBODY in roles:
        return None
    if g.staff is None:
        return redirect(url_for("accounts.sign_in", next=request.path if request.method == "GET" else None))
    if SIGNED_IN not in roles and g.staff.role not in roles:
        abort(403)
    return None


@bp.route("/admin/sign-in", methods=["GET", "POST"])
@allow(ANYBODY)
def sign_in() -> Any:
    """Ask for name and password."""
    form = SignInForm()
    failed = False
    if form.validate_on_submit():
        name = form.name.data.strip()
        with storage().reading() as reading:  # checked before the transaction: the check is slow on purpose
            staff = staff_named(reading, name)
        right = is_right(staff.password_hash if staff else None, form.password.data)
        with transaction() as database:
            found = sign_in_staff(database, name, right=right, at=now())
        if found is not None:
            session.clear()  # a session begun by somebody else must not be taken over
            session[SIGN_IN] = found[1]
            return redirect(_next_page())
        failed = True
    return render_template("accounts/sign_in.html", form=form, failed=failed), 401 if failed else 200


@bp.post("/admin/sign-out")
@allow(SIGNED_IN)
def sign_out() -> Response:
    """End this browser's sign-in."""
    with transaction() as database:
        sign_out_staff(database, session[SIGN_IN], g.staff, at=now())
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.get("/admin/")
@allow(SIGNED_IN)
def home() -> str:
    """Who I am, and the villages in my area."""
    villages = [unit for unit in villages_of(db()) if g.staff.covers(unit)]
    return render_template("accounts/home.html", staff=g.staff, villages=villages)


def _next_page() -> str:
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    safe = wanted.startswith("/admin/") and not parts.scheme and not parts.netloc and "\\" not in wanted
    return request.script_root + wanted if safe else url_for("accounts.home")
