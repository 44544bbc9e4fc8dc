"""Signing in and out, the second factor's question, one-time links, and the first staff page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from villages.accounts import delays
from villages.accounts.actions import pass_factor
from villages.accounts.actions import sign_in as sign_in_staff
from villages.accounts.actions import sign_out as sign_out_staff
from villages.accounts.browsers import in_words
from villages.accounts.door import SIGN_IN, WHO, let_go
from villages.accounts.forms import CodeForm, FirstForm, SignInForm
from villages.accounts.keeping import use_link
from villages.accounts.known import is_known, remember
from villages.accounts.models import Staff
from villages.accounts.one_time import digest_of_code
from villages.accounts.own import current_step, new_password_problems
from villages.accounts.passwords import is_right, password_hash
from villages.accounts.queries import link_with, sign_in_with, staff_named
from villages.core.access import ANYBODY, SIGNED_IN, allow
from villages.core.clock import now
from villages.core.web import db, storage, transaction

NEXT, CSRF = "next", "csrf_token"
bp = Blueprint("accounts", __name__, template_folder="templates")


@bp.route("/admin/sign-in", methods=["GET", "POST"])
@allow(ANYBODY)
def sign_in() -> Any:
    """Ask for name and password."""
    form = SignInForm()
    failed = False
    if form.validate_on_submit():
        found = _try(form.name.data.strip(), form.password.data)
        if found is not None:
            staff, token = found
            _begin(staff, token)
            if staff.factor:
                session[NEXT] = _next_page()
                return redirect(url_for("accounts.code"), 303)
            return remember(redirect(_next_page()), staff)
        failed = True
    return render_template("accounts/sign_in.html", form=form, failed=failed), 401 if failed else 200


@bp.route("/admin/sign-in/code", methods=["GET", "POST"])
@allow(ANYBODY)
def code() -> Any:
    """Ask whoever gave the right password for the second factor."""
    half = sign_in_with(db(), session.get(SIGN_IN, ""), at=now())
    if half is None or not half.waits:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    failed = False
    if form.validate_on_submit():
        typed = form.code.data.strip()
        step = current_step(half.staff, typed, at=now())
        recovery = digest_of_code(typed) if step is None else ""
        with transaction() as database:
            found = pass_factor(
                database, session[SIGN_IN], step=step, recovery=recovery, at=now(), is_known=is_known(half.staff)
            )
        if found is not None:
            target = session.get(NEXT, url_for("office.today"))
            _begin(*found)
            return remember(redirect(target, 303), found[0])
        failed = True
    return render_template("accounts/code.html", form=form, failed=failed), 401 if failed else 200


@bp.route("/admin/first", methods=["GET", "POST"])
@allow(ANYBODY)
def first() -> Any:
    """Set a password through a one-time link. Its code stands behind the '#', which no browser sends and no log has."""
    form = FirstForm()
    if form.validate_on_submit():
        staff = _first_password(form)
        if staff is not None:
            session.clear()
            flash(f"“{staff.name}”的密码设好了，请用新密码登录", "done")
            return remember(redirect(url_for("accounts.sign_in"), 303), staff)
    return render_template("accounts/first.html", form=form), 422 if form.errors else 200


@bp.post("/admin/sign-out")
@allow(SIGNED_IN)
def sign_out() -> Response:
    """End this browser's sign-in."""
    with transaction() as database:
        sign_out_staff(database, session[SIGN_IN], g.staff, at=now())
    session.clear()
    return redirect(url_for("accounts.sign_in"))


def _begin(staff: Staff, token: str) -> None:
    """Begin the session anew, as one begun by somebody else must not be taken over.

    Whoever comes back after their time was over keeps the token of their forms: those that are still open can be sent.
    """
    of_forms = session.get(CSRF) if session.get(WHO) == staff.id else None
    session.clear()
    session[SIGN_IN], session[WHO] = token, staff.id
    if of_forms:
        session[CSRF] = of_forms


def _try(name: str, password: str) -> tuple[Staff, str] | None:
    address = request.remote_addr or ""
    with storage().reading() as reading:  # checked before the transaction: the check is slow on purpose
        staff = staff_named(reading, name)
        known = is_known(staff)
        waits = not known and delays.address_waits(reading, address, at=now())
    right = not waits and is_right(staff.password_hash if staff else None, password)
    with transaction() as database:
        return sign_in_staff(
            database, name, right=right, at=now(), address=delays.network_of(address), is_known=known,
            browser=in_words(request.user_agent.string), against=staff.password_hash if staff else None,
        )  # fmt: skip


def _first_password(form: FirstForm) -> Staff | None:
    """Whose password was set; None where something is wrong, which then stands in the form's errors."""
    address = request.remote_addr or ""
    let_go()
    with storage().reading() as reading:
        link = link_with(reading, form.code.data, at=now())
        if delays.address_waits(reading, address, at=now()):
            form.code.errors = ["试得太多了，请过几分钟再来"]
            return None
        problems = new_password_problems(reading, link.staff, form.new.data) if link is not None else []
    if problems:
        form.new.errors = problems
        return None
    stored = password_hash(form.new.data) if link is not None else ""
    with transaction() as database:
        staff = use_link(database, form.code.data, stored, at=now())
        if staff is None:
            delays.count_failure(database, None, address, is_known=False, at=now())
    if staff is None:
        form.code.errors = ["这个一次性口令不对、用过了，或者过了 24 小时。请找管理员再开一个"]
    return staff


def _next_page() -> str:
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    safe = wanted.startswith("/admin/") and not parts.scheme and not parts.netloc and "\\" not in wanted
    return request.script_root + wanted if safe else url_for("office.today")
