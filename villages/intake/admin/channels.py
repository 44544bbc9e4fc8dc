"""Where offices hear of their cases, the county's mail server, and what was not sent: for administrators.

No password is shown again, nor a robot's address once it is kept. While a server is waited for, nothing of the database
is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from villages.accounts.door import UNPROCESSABLE, acting, done, let_go, me
from villages.audit.actions import record
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.sealing import Unreadable
from villages.core.web import db, settings, storage
from villages.intake import channels as verbs
from villages.intake import mailing
from villages.intake.admin.blueprint import bp
from villages.intake.mailing import SUBJECT, TLS, Server
from villages.intake.models import MailServer, NoticeChannel
from villages.intake.outbox import WHAT, last_letter, unsent
from villages.intake.places import chosen, offices
from villages.intake.sending import send_trial, try_channel
from villages.settings import ADDRESS
from villages.site.actions import propose
from villages.site.queries import waiting_proposals

MOST_SHOWN = 50
CHANGED = {"off": "已停用，等着发的也不发了", "on": "恢复了", "remove": "去掉了，等着发的也不发了"}
CONFIRM = "等另一个人在“待复核的改动”里复核，才启用"
MAIL_CHANGED = {"save": f"已保存，请试发一封。{CONFIRM}", "off": "已停用", "on": CONFIRM, "remove": "去掉了"}
SENT = "试发的一条发出去了，请看看收到没有"


@bp.get("/admin/channels")
@menu("诉求通知", group=Group.SETTINGS, order=32)
@allow(Permission.MANAGE_SITE)
def channels() -> str:
    """The mail server, every way with how it went last, and what waits."""
    return _page()


def _page(errors: Mapping[str, str] | None = None, server: Server | None = None) -> str:
    found, waiting, known = verbs.channels(db()), unsent(db()), _known()
    return render_template(
        "intake/channels.html", found=[(each, verbs.hint_of(db(), each)) for each in found], kinds=verbs.KINDS,
        places=offices(db()), errors=errors or {}, given=request.form, tls=TLS, known=known, server=server or known,
        is_set_outside=bool(settings().smtp_url), row=db().get(MailServer, mailing.ONLY), waiting=waiting[:MOST_SHOWN],
        many=len(waiting), what=WHAT, last_letter=last_letter(db()), is_proposed=_is_proposed(db()),
    )  # fmt: skip


def _is_proposed(session: Session) -> bool:
    """Whether a second person has been asked already."""
    wanted = (mailing.PROPOSED, {"mark": mailing.mark_of(session)})
    return any((each.act, each.payload) == wanted for each in waiting_proposals(session))


def _known() -> Server | None:
    try:
        return mailing.known(db())
    except Unreadable:
        return None


@bp.post("/admin/channels")
@allow(Permission.MANAGE_SITE)
def add_channel() -> Any:
    """Have an office told at a mailbox or in a group."""
    place, kind = chosen(db(), request.form.get("place", "")), request.form.get("kind", "")
    if place is None or kind not in verbs.KINDS:
        missing = {"place": "" if place else "请选单位", "kind": "" if kind in verbs.KINDS else "请选方式"}
        return _page({name: words for name, words in missing.items() if words}), UNPROCESSABLE
    try:
        with acting("case.add_channel", "channels") as session:
            address = request.form.get("address", "").strip()
            channel = verbs.add_channel(session, place, kind, address, by=me().actor, at=now())
            name = f"{channel.place.name}的{verbs.KINDS[kind]}"
    except Refusal as refusal:
        return _page({"address": "；".join(refusal.lines)}), UNPROCESSABLE
    done(f"已添加{name}，请试发一条")
    return _back()


@bp.post("/admin/channels/<int:channel_id>")
@allow(Permission.MANAGE_SITE)
def channel(channel_id: int) -> Any:
    """Try it, switch it off or on, take it away."""
    verb, found = request.form.get("verb", ""), db().get(NoticeChannel, channel_id)
    if found is None:
        abort(404)
    name, subject = f"{found.place.name}的{verbs.KINDS[found.kind]}", verbs.subject_of(found.place)
    if verb == "try":
        let_go()
        return _tried(try_channel(storage(), channel_id, at=now()), subject)
    if verb not in CHANGED:
        abort(400)
    with acting("case.remove_channel" if verb == "remove" else f"case.channel_{verb}", subject) as session:
        if verb == "remove":
            verbs.remove_channel(session, found, by=me().actor, at=now())
        else:
            verbs.switch_channel(session, found, on=verb == "on", by=me().actor, at=now())
    done(f"{name}{CHANGED[verb]}")
    return _back()


@bp.post("/admin/channels/mail")
@allow(Permission.MANAGE_SITE)
def mail_server() -> Any:
    """Give the mail server, try it, switch it off or on, forget it."""
    verb = request.form.get("verb", "")
    if verb == "try":
        return _try_mail(request.form.get("to", "").strip())
    if settings().smtp_url or verb not in MAIL_CHANGED:
        abort(400)
    given = Server(**{name: request.form.get(name, "").strip() for name in Server.__dataclass_fields__})
    if verb == "save" and (wrong := mailing.problems(db(), given)):
        return _page(wrong, given), UNPROCESSABLE
    with acting(f"case.mail_{verb}", SUBJECT) as session:
        _set_mail(session, verb, given)
    done(f"邮件服务器{MAIL_CHANGED[verb]}")
    return _back()


def _set_mail(session: Session, verb: str, given: Server) -> None:
    if verb == "save":
        mailing.set_mail(session, given, by=me().actor, at=now())
    if verb in ("save", "on") and not _is_proposed(session):
        told, payload = mailing.to_confirm(session), {"mark": mailing.mark_of(session)}
        propose(session, mailing.PROPOSED, payload, [told], by=me().actor, at=now())
    elif verb == "remove":
        mailing.remove_mail(session, by=me().actor, at=now())
    elif verb == "off":
        mailing.switch_mail_off(session, by=me().actor, at=now())


def _try_mail(to: str) -> Any:
    if ADDRESS.fullmatch(to) is None:
        return _page({"to": "邮箱不对，应当像 name@example.com 这样"}), UNPROCESSABLE
    let_go()
    return _tried(send_trial(storage(), to, is_robot=False, at=now(), even_off=True), SUBJECT)


def _tried(trouble: str, subject: str) -> Any:
    with acting("case.try_channel", subject) as session:
        record(session, "case.try_channel", subject, by=me().actor, at=now(), state=trouble or "发出去了")
    if trouble:
        flash(f"没有发出去：{trouble}", "error")
    else:
        done(SENT)
    return _back()


@bp.post("/admin/channels/resend")
@allow(Permission.MANAGE_SITE)
def resend() -> Any:
    """Have all that was not sent tried again."""
    with acting("case.resend", "outbox") as session:
        count = verbs.resend_all(session, by=me().actor, at=now())
    done(f"{count} 条一分钟左右会再发")
    return _back()


def _back() -> Any:
    return redirect(url_for("intake.channels"), 303)
