"""Calls for help: at the top of every page of who may answer, answered by one button.

A number to call back stands on the call's own page alone, and whoever opens that is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, redirect, render_template, url_for

from villages.accounts.door import UNPROCESSABLE, acting, done, me, note_reading
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.machines import actions
from villages.machines.admin.blueprint import bp, call_of_mine
from villages.machines.models import HelpCall
from villages.machines.queries import answered_calls_within, open_calls_within, phone_of
from villages.machines.words import SCREENS


@bp.app_template_global("open_calls")
def open_calls() -> Sequence[HelpCall]:
    """The calls from my area's halls that nobody answered yet, the oldest first."""
    if "open_calls" not in g:
        g.open_calls = open_calls_within(db(), me().unit)
    calls: Sequence[HelpCall] = g.open_calls
    return calls


@bp.app_template_global("screen_words")
def screen_words(name: str) -> str:
    """What a screen is called; '' where it has no name here."""
    return SCREENS.get(name, "")


@bp.get("/admin/help-calls")
@menu("大厅求助", group=Group.WORK, order=60)
@allow(Permission.ANSWER_HELP)
def help_calls() -> str:
    """Who waits for a person, and who was helped last."""
    return render_template("machines/help.html", answered=answered_calls_within(db(), me().unit))


@bp.get("/admin/help-calls/<int:call_id>")
@allow(Permission.ANSWER_HELP)
def help_call(call_id: int) -> str:
    """One call; who sees its number is noted first."""
    return _page(call_of_mine(call_id))


def _page(call: HelpCall, refused: Sequence[str] = ()) -> str:
    if call.phone_sealed:
        note_reading(call.about, what="求助人留的电话", count=1)
    return render_template("machines/call.html", call=call, phone=phone_of(db(), call), refused=refused)


@bp.post("/admin/help-calls/<int:call_id>/answer")
@allow(Permission.ANSWER_HELP)
def answer(call_id: int) -> Any:
    """Somebody went, or called back."""
    call = call_of_mine(call_id)
    try:
        with acting("help.answer", call.about) as session:
            actions.answer_help(session, call, by=me().actor, at=now())
    except Refusal as refusal:
        return _page(call_of_mine(call_id), refusal.lines), UNPROCESSABLE
    done("已记下：这次求助由您应答")
    return redirect(url_for("machines.help_calls"), 303)
