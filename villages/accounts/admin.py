"""Signing in and out, and the first staff page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from villages.accounts.actions import sign_in as sign_in_staff
from villages.accounts.actions import sign_out as sign_out_staff
from villages.accounts.door import SIGN_IN
from villages.accounts.forms import SignInForm
from villages.accounts.passwords import is_right
from villages.accounts.queries import staff_named
from villages.core.access import ANYBODY, SIGNED_IN, allow
from villages.core.clock import now
from villages.core.web import storage, transaction

A_PAGE = 60
bp = Blueprint("accounts", __name__, template_folder="templates")


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


def _next_page() -> str:
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    safe = wanted.startswith("/admin/") and not parts.scheme and not parts.netloc and "\\" not in wanted
    return request.script_root + wanted if safe else url_for("office.today")
