"""What the villagers' doors share: the blueprint, the two cookies, what may be kept of an answer.

Nobody signs in here. A case is open for a browser that gave its number and code, for an hour, by a signed cookie which
no script reads and which no other site's page can make the browser send (SameSite=Strict). A second cookie lasts: it
opens nothing, and lets the owner's browser try again whoever else guesses (following.pass_for).
"""

from __future__ import annotations

import hmac
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from flask import Blueprint, abort, current_app, make_response, render_template, request
from itsdangerous import BadSignature
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from villages.core.files import Unstored
from villages.core.origin import is_from_our_page
from villages.core.scripts import keep_script, shrink_script
from villages.core.sealing import Unreadable
from villages.core.web import READING, settings, storage
from villages.intake.following import pass_for, passes_for
from villages.intake.models import Case
from villages.intake.numbers import is_number
from villages.intake.tickets import signer
from villages.registry.models import Contact, Unit
from villages.registry.queries import contact_of, counties, unit_by_code

bp = Blueprint("cases", __name__, url_prefix="/cases", template_folder="../templates")
bp.add_app_template_global(keep_script)
bp.add_app_template_global(shrink_script)
OPEN, KNOWN = "case", "case_known"
OPEN_FOR = timedelta(hours=1)
KNOWN_FOR = timedelta(days=400)
MOST_KNOWN = 8
# What a browser may send: a form with photographs as telephones take them; anything else is a few words.
MOST_BYTES, MOST_TYPED = 32 * 1024 * 1024, 256 * 1024
MOST_PARTS = 100
UNPROCESSABLE, TOO_MANY, UNAVAILABLE = 422, 429, 503
RECEIPT = "receipt"
TRY_AGAIN_S = 10
LONGEST_CODE = 20
log = logging.getLogger(__name__)


def open_case(answer: Response, number: str, *, receipt: bool = False) -> None:
    """Have a case open for this browser; `receipt`: its code may be shown."""
    value = signer(OPEN).sign(f"{number}-{RECEIPT if receipt else ''}").decode()
    _set(answer, OPEN, value, OPEN_FOR)


def know(answer: Response, session: Session, number: str) -> None:
    """Remember that this browser knew the code of a case."""
    known = [pass_for(session, number), *_known()]
    _set(answer, KNOWN, ".".join(dict.fromkeys(known[:MOST_KNOWN])), KNOWN_FOR)


def leave(answer: Response) -> None:
    """Close whatever case is open in this browser."""
    answer.delete_cookie(OPEN, path=_path(), secure=_is_secure(), httponly=True, samesite="Strict")


def is_open(number: str, *, receipt: bool = False) -> bool:
    """Whether this browser gave the code of a case a short while ago; `receipt`: whether the code may be shown."""
    return open_since(number, receipt=receipt) is not None


def open_since(number: str, *, receipt: bool = False) -> datetime | None:
    """Since when a case is open in this browser, in whole seconds; None where it is not."""
    lasts = int(OPEN_FOR.total_seconds())
    try:
        value, since = signer(OPEN).unsign(request.cookies.get(OPEN, ""), max_age=lasts, return_timestamp=True)
    except BadSignature:
        return None
    opened, _, what = value.decode().partition("-")
    is_it = is_number(number) and hmac.compare_digest(opened, number) and (not receipt or what == RECEIPT)
    return since if is_it else None


def is_known(session: Session, number: str) -> bool:
    """Whether this browser opened the case before."""
    held = passes_for(session, number)
    return any([hmac.compare_digest(a.encode(), b.encode()) for a in _known() for b in held])  # noqa: C419 - all of them


def _known() -> list[str]:
    return [each for each in request.cookies.get(KNOWN, "").split(".") if each][:MOST_KNOWN]


def _set(answer: Response, name: str, value: str, lasts: timedelta) -> None:
    answer.set_cookie(
        name, value, max_age=lasts, path=_path(), secure=_is_secure(), httponly=True, samesite="Strict"
    )  # fmt: skip


def _path() -> str:
    return f"{settings().prefix}/cases"


def _is_secure() -> bool:
    return settings().public_url.startswith("https://")


@bp.before_request
def _bound() -> None:
    """Take no more than a form of ours can hold, and nothing that another site's page sends."""
    view = current_app.view_functions[request.endpoint or ""]
    request.max_content_length = MOST_BYTES if getattr(view, "takes_photos", False) else MOST_TYPED
    request.max_form_memory_size, request.max_form_parts = MOST_TYPED, MOST_PARTS
    if request.method not in READING and is_from_our_page() is False:
        abort(403)


@bp.errorhandler(OperationalError)
@bp.errorhandler(OSError)
def _unavailable(error: Exception) -> Response:
    """The disk is full, or the database away: say so, and give back what was typed, asking neither of them."""
    log.warning("out of reach: %s: %s", request.endpoint, getattr(error, "orig", error))
    return _later()


@bp.errorhandler(Unstored)
@bp.errorhandler(Unreadable)
def _without_key(error: Exception) -> Response:
    """The data key is missing, or another: it may take long, so say whom to call; the database is there."""
    log.error("no data key, or another: %s", request.endpoint, exc_info=error)
    with suppress(SQLAlchemyError), storage().reading() as session:
        return _later(_whom_to_call(session))
    return _later()


def _later(contact: tuple[Unit, Contact] | None = None) -> Response:
    sends, typed, files = request.endpoint in ("cases.write", "cases.act"), [], []
    if sends:
        with suppress(OSError, HTTPException):  # where what was sent could not even be read
            typed = list(request.form.items(multi=True))
            files = sorted({name for name, each in request.files.items(multi=True) if each.filename})
    page = render_template("cases/later.html", sends=sends, typed=typed, files=files, contact=contact)
    answer = make_response(page, UNAVAILABLE)
    answer.headers["Retry-After"] = str(TRY_AGAIN_S)
    return answer


def _whom_to_call(session: Session) -> tuple[Unit, Contact] | None:
    """The township of the place that it is about, or the county: never those whom an accusation may be about."""
    unit = unit_by_code(session, request.values.get("about", "")[:LONGEST_CODE])
    number = (request.view_args or {}).get("number", "")
    if unit is None and is_open(number):
        unit = session.scalar(select(Unit).join(Case, Case.unit_id == Unit.id).where(Case.number == number))
    office = (unit.above("township") if unit is not None else None) or next(iter(counties(session)), None)
    return contact_of(session, office) if office is not None else None


@bp.after_request
def _private(answer: Response) -> Response:
    """Of what is somebody's own nothing is kept anywhere (what is posted: core/web.py)."""
    if (request.view_args or {}).get("number"):
        answer.headers["Cache-Control"] = "no-store"
    if request.args or request.endpoint != "cases.new":
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer
