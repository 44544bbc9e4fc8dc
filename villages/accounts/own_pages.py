"""My account: what I may do, my password, my second factor, and the browsers in which I am signed in."""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from villages.accounts import delays
from villages.accounts.actions import end_sign_ins, note_wrong_proof
from villages.accounts.door import SIGN_IN, done, is_factor_demanded, let_go, me
from villages.accounts.forms import FactorForm, PasswordForm, ProofForm
from villages.accounts.keeping import set_factor, set_password, set_recovery_codes
from villages.accounts.known import is_known, remember
from villages.accounts.models import Staff
from villages.accounts.one_time import LETTERS_OF_A_RECOVERY, RECOVERY_CODES, new_code
from villages.accounts.own import new_password_problems, sealed_for, secret_of
from villages.accounts.passwords import is_right, password_hash
from villages.accounts.queries import recovery_codes_left, sign_ins_of
from villages.accounts.totp import address, new_secret, step_of
from villages.core.access import SIGNED_IN, Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db, storage, transaction
from villages.paper.qr import matrix, png
from villages.site.queries import rules_of

# The secret that is being set up, sealed, until a code has shown that the telephone has it.
WAITING = "factor_waiting"
UNPROCESSABLE = 422
bp = Blueprint("own", __name__, template_folder="templates")


@bp.get("/admin/me")
@menu("我的账号", group=Group.WORK, order=90)
@allow(SIGNED_IN)
def account() -> str:
    """Who I am, what I may do, and where I am signed in."""
    return _account(ProofForm(formdata=None))


def _account(proof: ProofForm) -> str:
    rules = rules_of(db())
    return render_template(
        "accounts/me.html", staff=me(), permissions=[each for each in Permission if each in g.permissions],
        sign_ins=sign_ins_of(db(), me(), at=now(), idle_minutes=rules["idle_minutes"]), here=g.sign_in.handle,
        codes_left=recovery_codes_left(db(), me()), demanded=is_factor_demanded(me(), rules), proof=proof,
    )  # fmt: skip


@bp.route("/admin/me/password", methods=["GET", "POST"])
@allow(SIGNED_IN)
def password() -> Any:
    """Change my password; my other browsers are signed out."""
    form = PasswordForm()
    if form.validate_on_submit() and _proved(form.old):
        with storage().reading() as reading:
            problems = new_password_problems(reading, me(), form.new.data)
        if not problems:
            stored = password_hash(form.new.data)
            with transaction() as database:
                set_password(database, _again(database), stored, at=now(), token=session[SIGN_IN])
            done("密码改好了，别的地方都已退出登录")
            return remember(redirect(url_for("own.account"), 303), me())
        form.new.errors = problems
    return render_template("accounts/password.html", form=form, leads=bool(g.leads_to)), _status(form)


@bp.route("/admin/me/factor", methods=["GET", "POST"])
@allow(SIGNED_IN)
def factor() -> Any:
    """Set up the second factor: a picture for the telephone, and a code that shows that it works."""
    secret = secret_of(me(), session.get(WAITING, "")) or new_secret()
    session[WAITING] = sealed_for(me(), secret)
    form = FactorForm()
    if form.validate_on_submit() and _proved(form.password):
        step = step_of(secret, form.code.data, after=0, at=now())
        if step is not None:
            codes = [new_code(LETTERS_OF_A_RECOVERY) for _ in range(RECOVERY_CODES)]
            with transaction() as database:
                set_factor(database, _again(database), session.pop(WAITING), step=step, codes=codes, at=now())
            return render_template("accounts/recovery.html", codes=codes, fresh=True)
        form.code.errors = ["这 6 位数字不对或已经过时，请看手机上现在显示的"]
    picture = base64.b64encode(png(matrix(address(secret, me().name)), pixels_per_module=5)).decode()
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template(
        "accounts/factor.html", form=form, picture=picture, groups=groups, leads=bool(g.leads_to)
    ), _status(form)


@bp.post("/admin/me/recovery")
@allow(SIGNED_IN)
def recovery() -> Any:
    """New recovery codes, in place of the old ones; shown once."""
    form = ProofForm()
    if not me().factor:
        raise Refusal("还没有设置动态验证码，不用换备用码")
    if not form.validate_on_submit() or not _proved(form.password):
        return _account(form), UNPROCESSABLE
    codes = [new_code(LETTERS_OF_A_RECOVERY) for _ in range(RECOVERY_CODES)]
    with transaction() as database:
        set_recovery_codes(database, _again(database), codes, at=now())
    return render_template("accounts/recovery.html", codes=codes, fresh=False)


@bp.post("/admin/me/sign-ins")
@allow(SIGNED_IN)
def end() -> Response:
    """Sign out one of my other browsers, all of them, or with `everywhere` this one too."""
    handle = request.form.get("handle", "")
    if handle and (len(handle) != len(g.sign_in.handle) or not handle.isalnum()):
        abort(400)
    everywhere = request.form.get("everywhere") == "1"
    with transaction() as database:
        count = end_sign_ins(database, me(), at=now(), but="" if everywhere else session[SIGN_IN], only=handle)
    if everywhere:
        session.clear()
        done("所有地方都已退出登录")
        return redirect(url_for("accounts.sign_in"), 303)
    done(f"已退出 {count} 处" if count else "没有别的地方在登录")
    return redirect(url_for("own.account"), 303)


def _again(database: Session) -> Staff:
    """Myself as the transaction sees me."""
    found = database.get(Staff, me().id)
    assert found is not None  # noqa: S101 - who is signed in is there
    return found


def _proved(field: Any) -> bool:
    """Whether my password was typed; a wrong one counts like one at the door."""
    known, at = is_known(me()), now()
    waits = delays.must_wait(db(), me(), request.remote_addr or "", is_known=known, at=at)
    let_go()  # what follows is slow on purpose
    if not waits and is_right(me().password_hash, field.data):
        return True
    with transaction() as database:
        note_wrong_proof(database, _again(database), request.remote_addr or "", is_known=known, at=at, blocked=waits)
    field.errors = ["试得太多了，请过几分钟再来" if waits else "密码不对，请再填一遍"]
    return False


def _status(form: Any) -> int:
    return UNPROCESSABLE if form.errors else 200
