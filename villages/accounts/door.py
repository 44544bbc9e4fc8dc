"""What every staff page does at its door: who came, what they may, and one transaction for an act.

A refused act leaves nothing but an audit entry, written in a transaction of its own. The entry does not hold the
reasons: they may quote what a person typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, cast

from flask import Flask, abort, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from villages.accounts.models import SignIn, Staff
from villages.accounts.queries import sign_in_with
from villages.audit.actions import record, record_reading
from villages.audit.queries import was_read
from villages.core.access import ANYBODY, Entry, Permission, allowed, entries, is_unattended, key_purpose, may
from villages.core.clock import now
from villages.core.keys import program_key
from villages.core.refusal import Refusal
from villages.core.scripts import element
from villages.core.web import READING, client_address, db, storage, surface_of, transaction, unexpected_error
from villages.registry.models import Publisher, Unit
from villages.registry.queries import publisher_by_code, unit_by_code
from villages.site.queries import rules_of

SIGN_IN, WHO = "sign_in", "who"
LONGEST_SUBJECT = 60
UNAUTHORIZED, UNPROCESSABLE = 401, 422
SEEN_EVERY = timedelta(minutes=1)
# Told by an open page that asks by itself: it keeps nobody signed in who has gone.
BY_ITSELF = "X-By-Itself"
# Where somebody is led who must first change the password or set a second factor; nothing else opens meanwhile.
PASSWORD, FACTOR = "own.password", "own.factor"
FREE_FOR_LED = frozenset({"accounts.sign_out", "scripts.script"})
DEMANDED_OF = {1: ("administrator", "security", "auditor")}


def set_up_door(app: Flask) -> None:
    """Stand before every staff page of an application."""
    app.before_request(_gate)
    app.register_error_handler(Refusal, _refused)
    app.jinja_env.globals.update(menu=menu, menu_counts=menu_counts, script=element, may=has)


def me() -> Staff:
    """Who is signed in."""
    return cast("Staff", g.staff)


def has(permission: Permission | str) -> bool:
    """Whether who is signed in may do something; a name of Permission, or the permission itself."""
    wanted = permission if isinstance(permission, Permission) else Permission[permission]
    return wanted in g.permissions


def menu() -> dict[str, list[Entry]]:
    """The lines of the menu that who is signed in may open, by their group, in order."""
    groups: dict[str, list[Entry]] = {}
    if getattr(g, "staff", None) is not None and not g.leads_to:
        for entry in entries(current_app.view_functions):
            if may(g.permissions, entry.allowed):
                groups.setdefault(entry.group, []).append(entry)
    return groups


def menu_counts() -> dict[str, int]:
    """How much waits behind each line of my menu that can tell, by its endpoint."""
    if "menu_counts" not in g:
        lines = [entry for group in menu().values() for entry in group]
        g.menu_counts = {entry.endpoint: entry.count() for entry in lines if entry.count}
    return cast("dict[str, int]", g.menu_counts)


def unit_of_mine(code: str) -> Unit:
    """The unit with a division code in my area; anything else is not found, so that nothing is learnt of others."""
    unit = unit_by_code(db(), code)
    if unit is None or not me().covers(unit):
        abort(404)
    return unit


def publisher_of_mine(code: str) -> Publisher:
    """The body with a code that I speak for; anything else is not found."""
    publisher = publisher_by_code(db(), code)
    if publisher is None or not me().speaks_for(publisher):
        abort(404)
    return publisher


@contextmanager
def acting(act: str, subject: str) -> Iterator[Session]:
    """A transaction in which who is signed in acts; raises Refusal again after noting it."""
    try:
        with transaction() as database:
            yield database
    except Refusal as refusal:
        with transaction() as database:
            record(
                database, act, subject[:LONGEST_SUBJECT], by=me().actor, at=now(), refused=True,
                reasons=len(refusal.lines),
            )  # fmt: skip
        raise


def note_reading(subject: str, *, what: str, count: int) -> None:
    """Have the audit know that who is signed in is shown personal data, before they are; `count` people or cases.

    Where the request only reads, in a transaction of its own.
    """
    if was_read(db(), subject, by=me().actor, at=now()):
        return
    told: dict[str, Any] = {"by": me().actor, "at": now(), "what": what, "count": count}
    if request.method in READING:
        with storage().session(writes=True, address=client_address()) as session, session.begin():
            record_reading(session, subject, **told)
    else:
        with transaction() as session:
            record_reading(session, subject, **told)


def _gate() -> Response | None:
    """Refuse every staff page to whom it is not open; ask to sign in who has not."""
    if request.endpoint is None or surface_of(request.path) != "admin":
        return None
    view = current_app.view_functions[request.endpoint]
    open_to, purpose = allowed(view), key_purpose(view)
    _come_in(is_person=not is_unattended(view))
    if purpose and _has_key(purpose):
        g.staff, g.permissions, g.leads_to = None, frozenset(), ""
        return None
    if ANYBODY in open_to:
        return None
    if g.staff is None:
        return _ask_for_key() if purpose else _to_sign_in()
    if g.leads_to and request.endpoint not in {g.leads_to, *FREE_FOR_LED}:
        return redirect(url_for(g.leads_to), 303)
    if not may(g.permissions, open_to):
        abort(403)
    return None


def _to_sign_in() -> Response:
    """Ask to sign in, and lead on to the page then; what was sent was not taken, and is told so."""
    if request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if SIGN_IN in session:
        flash("登录到时间了，刚才提交的没有保存。请重新登录", "error")
    has_page = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return redirect(url_for("accounts.sign_in", next=request.path if has_page else None), 303)


def _ask_for_key() -> Response:
    """For programs, in the shape of their other answers."""
    answer = jsonify(error={"code": "no_key", "message": "请带上密钥：Authorization: Bearer 密钥"})
    answer.status_code, answer.headers["WWW-Authenticate"] = UNAUTHORIZED, "Bearer"
    return answer


def _has_key(purpose: str) -> bool:
    """Whether the request carries the key of a purpose: Authorization: Bearer KEY (RFC 6750)."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    right = program_key(current_app.config["SECRET_KEY"], purpose)
    return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), right.encode())


def _come_in(*, is_person: bool) -> None:
    """Find out who came, what they may, and whether they are led somewhere first.

    What a page asks by itself does not count as its reader being there.
    """
    g.staff, g.permissions, g.leads_to, g.sign_in = None, frozenset(), "", None
    if SIGN_IN not in session:
        return
    at, rules = now(), rules_of(db())
    found = sign_in_with(db(), session[SIGN_IN], at=at, idle_minutes=rules["idle_minutes"])
    if found is None or found.waits:
        return
    g.sign_in, g.staff = found, found.staff
    g.permissions = me().permissions(is_separated=bool(rules["separation"]))
    g.leads_to = _leads_to(me(), rules, at)
    if is_person and BY_ITSELF not in request.headers and found.seen_at <= at - SEEN_EVERY:
        _note_seen(found, at)


def _leads_to(staff: Staff, rules: dict[str, int], at: datetime) -> str:
    days = rules["password_days"]
    is_old = bool(days) and (staff.password_at or staff.created_at) <= at - timedelta(days=days)
    if staff.must_change or is_old:
        return PASSWORD
    return FACTOR if is_factor_demanded(staff, rules) and not staff.factor else ""


def is_factor_demanded(staff: Staff, rules: dict[str, int]) -> bool:
    """Whether the rule `second_factor` asks somebody for one."""
    return staff.role in DEMANDED_OF.get(rules["second_factor"], (staff.role,) if rules["second_factor"] else ())


def _note_seen(found: SignIn, at: datetime) -> None:
    """Write down that somebody is still there, once a minute at most; whoever is busy writing is not waited for."""
    query = update(SignIn).where(SignIn.digest == found.digest).values(seen_at=at)
    if request.method not in READING:  # the request writes already: with what it commits
        db().execute(query)
        return
    with suppress(OperationalError), storage().hasty() as hasty:
        hasty.execute(query)


def let_go() -> None:
    """End what the request has begun in the database, so that slow work to come keeps nobody waiting."""
    db().commit()


def _refused(refusal: Refusal) -> Any:
    """The page of an act that was refused and whose form has no place for the reasons.

    At other doors nobody reads what was meant for staff: there it is trouble like any other.
    """
    if surface_of(request.path) != "admin":
        return unexpected_error(refusal)
    return render_template("parts/refused.html", lines=refusal.lines), UNPROCESSABLE


def done(text: str) -> None:
    """Say on the next page that something was done."""
    flash(text, "done")
