"""What the site says of itself, and the rules by which it is run: one page, each line with what happens if empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from villages.accounts.door import UNPROCESSABLE, acting, done, me
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.web import db
from villages.site.actions import SETTABLE, clear_detail, propose, set_detail
from villages.site.details import DETAILS, TITLES, Detail
from villages.site.queries import site_of
from villages.site.rules import RULES, Rule

bp = Blueprint("settings", __name__, template_folder="templates")
PARTS: tuple[tuple[str, tuple[Detail | Rule, ...]], ...] = (
    ("网站信息", DETAILS),
    ("栏目名称", TITLES),
    ("运行规则", RULES),
)


@bp.get("/admin/settings")
@menu("网站设置", group=Group.SETTINGS, order=30)
@allow(Permission.MANAGE_SITE)
def details() -> str:
    """Every detail and rule."""
    return _page(site_of(db()).values, {})


@bp.post("/admin/settings")
@allow(Permission.MANAGE_SITE)
def save() -> Any:
    """Set what was changed, all or nothing; what the law hangs on waits for a second person."""
    before = site_of(db()).values
    given = {key: request.form[key].strip() for key in SETTABLE if key in request.form}
    changed = {key: value for key, value in given.items() if value != before.get(key, "")}
    errors = {key: SETTABLE[key].problem(value) for key, value in changed.items() if value}
    errors = {key: error for key, error in errors.items() if error}
    if errors:
        return _page({**before, **given}, errors), UNPROCESSABLE
    waiting = 0
    with acting("site.set", "site") as session:
        for key, value in changed.items():
            if getattr(SETTABLE[key], "is_law", False):
                line = f"“{SETTABLE[key].label}”从 {before.get(key) or '（默认）'} 改成 {value or '（默认）'}"
                propose(session, "detail", {"key": key, "value": value}, [line], by=me().actor, at=now())
                waiting += 1
            elif value:
                set_detail(session, key, value, by=me().actor, at=now())
            else:
                clear_detail(session, key, by=me().actor, at=now())
    done(_told(len(changed) - waiting, waiting))
    return redirect(url_for("settings.details"), 303)


def _told(saved: int, waiting: int) -> str:
    parts = [f"已改 {saved} 项"] if saved or not waiting else []
    return "，".join(parts + ([f"{waiting} 项要另一个人复核后生效"] if waiting else []))


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template("office/settings.html", parts=PARTS, values=values, errors=errors)
