"""The accounts of one's area: opening, changing, closing, reopening, resetting. Nobody sees a password here."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from villages.accounts import keeping
from villages.accounts.actions import add_staff
from villages.accounts.choosing import area_of, chosen_area, with_choices
from villages.accounts.door import UNPROCESSABLE, acting, done, me
from villages.accounts.forms import AccountForm, AreaForm
from villages.accounts.managing import is_within, manages
from villages.accounts.models import ROLES, Staff
from villages.accounts.queries import Wanted, has_link, people, recovery_codes_left
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.registry.queries import townships
from villages.site.queries import rules_of

A_PAGE = 50
ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,200}")
STATES = {"": "全部", "open": "在用的", "sleeping": "90 天没登录的", "closed": "停用的"}
bp = Blueprint("people", __name__, template_folder="templates")


@bp.get("/admin/people")
@menu("账号", group=Group.SETTINGS, order=70)
@allow(Permission.MANAGE_ACCOUNTS)
def everybody() -> str:
    """The accounts of my area, searched and narrowed."""
    given = {name: request.args.get(name, "").strip()[:60] for name in Wanted.__dataclass_fields__}
    wanted, page = Wanted(**given), request.args.get("page", 1, type=int)
    if wanted.state not in STATES or page < 1 or not all(each.isprintable() for each in given.values()):
        abort(404)
    query = people(me(), wanted, at=now())
    count = (
        db().scalar(select(func.count()).select_from(query.order_by(None).with_only_columns(Staff.id).subquery())) or 0
    )
    found = db().scalars(query.offset((page - 1) * A_PAGE).limit(A_PAGE)).all()
    near = [unit for unit in townships(db()) if me().covers(unit)]
    return render_template(
        "accounts/people.html", people=found, wanted=wanted, given=given, count=count, page=page, states=STATES,
        pages=math.ceil(count / A_PAGE), roles=ROLES, townships=near,
    )  # fmt: skip


@bp.route("/admin/people/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_ACCOUNTS)
def new() -> Any:
    """Open an account; its holder sets the password through a link that is shown once."""
    form = with_choices(AccountForm())
    if _asks_for_villages() or not form.validate_on_submit():
        return render_template("accounts/person_new.html", form=form, refused=()), UNPROCESSABLE if form.errors else 200
    unit, department = chosen_area(form)
    try:
        with acting("account.add", "staff") as session:
            staff = add_staff(
                session, form.name.data, role=form.role.data, unit=unit, department=department, password=None,
                by=me(), at=now(),
            )  # fmt: skip
            code = keeping.first_link(session, staff, at=now())
    except Refusal as refusal:
        return render_template("accounts/person_new.html", form=form, refused=refusal.lines), UNPROCESSABLE
    return _link_page(staff, code)


@bp.get("/admin/people/<int:staff_id>")
@allow(Permission.MANAGE_ACCOUNTS)
def person(staff_id: int) -> str:
    """One account, and what I may do with it."""
    return _page(_mine(db(), staff_id), ())


@bp.post("/admin/people/<int:staff_id>/role")
@allow(Permission.MANAGE_ACCOUNTS)
def role(staff_id: int) -> Any:
    """Give an account another role or area."""
    form = with_choices(AreaForm())
    if _asks_for_villages() or not form.validate_on_submit():
        return _page(_mine(db(), staff_id), (), form=form), UNPROCESSABLE if form.errors else 200
    unit, department = chosen_area(form)

    def change(session: Session, staff: Staff, *, by: Staff, at: Any) -> None:
        keeping.change_role(session, staff, role=form.role.data, unit=unit, department=department, by=by, at=at)

    return _do(staff_id, "account.role", change, "角色和范围改好了")


@bp.post("/admin/people/<int:staff_id>/<any(close, reopen, reset, factor):verb>")
@allow(Permission.MANAGE_ACCOUNTS)
def change(staff_id: int, verb: str) -> Any:
    """Close an account at once, open it again, void its password, or take its second factor away."""
    act, told = VERBS[verb]
    return _do(staff_id, f"account.{verb}", act, told)


VERBS: dict[str, tuple[Callable[..., Any], str]] = {
    "close": (keeping.close, "已停用，他在各处的登录都已退出"),
    "reopen": (keeping.reopen, "已重新启用"),
    "reset": (keeping.reset, "原来的密码已作废"),
    "factor": (keeping.remove_factor, "动态验证码已清除，他下次登录后重新设置"),
}


def _do(staff_id: int, act: str, verb: Callable[..., Any], told: str) -> Any:
    _mine(db(), staff_id)
    try:
        with acting(act, f"staff:{staff_id}") as session:
            staff = _mine(session, staff_id)
            code = verb(session, staff, by=me(), at=now())
    except Refusal as refusal:
        return _page(_mine(db(), staff_id), refusal.lines), UNPROCESSABLE
    if code:
        return _link_page(staff, code)
    done(f"{staff.name}：{told}")
    return redirect(url_for("people.person", staff_id=staff_id), 303)


def _mine(session: Session, staff_id: int) -> Staff:
    """An account of my area; anything else is not found."""
    found = session.get(Staff, staff_id)
    if found is None or not is_within(me(), found.unit, found.department):
        abort(404)
    return found


def _asks_for_villages() -> bool:
    """Whether the button was pressed that lists the villages of the chosen township."""
    return request.form.get("act") == "villages"


def _page(staff: Staff, refused: Any, *, form: AreaForm | None = None) -> str:
    form = form or with_choices(AreaForm(formdata=None, role=staff.role, **area_of(staff)))
    is_mine = manages(me(), staff, is_separated=bool(rules_of(db())["separation"]))
    return render_template(
        "accounts/person.html", staff=staff, form=form, refused=refused, manages=is_mine,
        link_until=has_link(db(), staff, at=now()), codes_left=recovery_codes_left(db(), staff),
    )  # fmt: skip


def _link_page(staff: Staff, code: str) -> Response | str:
    """The one page that shows a one-time code; the code stands behind '#', which no browser sends."""
    # The browser says under which address it sees us; a proxy may show us another.
    origin = request.headers.get("Origin", "")
    host = origin if ORIGIN.fullmatch(origin) else request.host_url.rstrip("/")
    address = f"{host}{url_for('accounts.first')}#{code}"
    return render_template("accounts/link.html", staff=staff, code=code, address=address)
