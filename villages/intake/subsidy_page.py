"""The page 补贴发没发: three facts in, one's own lines out. Nothing of it stands in an address or is kept anywhere."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from villages.core.clock import day_of, now
from villages.core.web import READING, client_address, db, transaction
from villages.intake.forms import Wrong
from villages.intake.subsidy import LONGEST_LAST, LONGEST_NAME, Answer, check, unanswerable
from villages.registry.models import Unit
from villages.registry.queries import contact_of, unit_by_code, villages_of

bp = Blueprint("subsidy", __name__, url_prefix="/cases/subsidy", template_folder="templates")
UNPROCESSABLE, TOO_MANY = 422, 429
MOST_BYTES, LONGEST_CODE = 16 * 1024, 20
SAME_SITE = ("same-origin", "none")


@bp.get("")
def ask() -> str:
    """Asks for village, name and last four; the village may be known by where somebody came from."""
    return _page(_village(db(), request.args.get("about", "")), {}, {})


@bp.post("")
def answer() -> ResponseReturnValue:
    """Tell what was paid, or that nothing was found and whom to ask."""
    typed = {name: request.form.get(name, "").strip() for name in ("name", "last")}
    village = _village(db(), request.form.get("about", ""))
    if village is None:
        return _page(None, typed, {"about": "请选是哪个村"}), UNPROCESSABLE
    try:
        with transaction() as session:
            found = check(session, village, typed["name"], typed["last"], network=client_address(), at=now())
    except Wrong as wrong:
        return _page(village, typed, wrong.problems), UNPROCESSABLE
    return _page(village, typed, {}, found), TOO_MANY if found.until is not None else 200


def _village(session: Session, code: str) -> Unit | None:
    """The village with a code, or that which it was merged into."""
    found = unit_by_code(session, code[:LONGEST_CODE].strip())
    found = found.successor if found is not None else None
    return found if found is not None and found.level == "village" and found.in_scope else None


def _page(
    village: Unit | None, typed: dict[str, str], problems: dict[str, str], found: Answer | None = None
) -> str:  # fmt: skip
    at = now()
    rosters = unanswerable(db(), village, at=at) if village is not None else []
    minutes = max(1, -int(-(found.until - at).total_seconds() // 60)) if found is not None and found.until else 0
    return render_template(
        "cases/subsidy.html", village=village, townships=[] if village is not None else _townships(), typed=typed,
        problems=problems, found=found, minutes=minutes, rosters=rosters, today=day_of(at),
        contact=contact_of(db(), village) if village is not None else None,
        longest_name=LONGEST_NAME, longest_last=LONGEST_LAST,
    )  # fmt: skip


def _townships() -> list[tuple[str, list[Unit]]]:
    return [(name, list(below)) for name, below in groupby(villages_of(db()), lambda unit: unit.name_above("township"))]


@bp.before_request
def _bound() -> None:
    """Take no more than these few words, and nothing that another site's page makes a browser send."""
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    if request.method not in READING and request.headers.get("Sec-Fetch-Site", SAME_SITE[0]) not in SAME_SITE:
        abort(403)


@bp.after_request
def _private(response: ResponseReturnValue) -> ResponseReturnValue:
    """Nothing of it is kept in a browser or on the way, nor found by a search engine."""
    response.headers["Cache-Control"] = "no-store"  # type: ignore[union-attr]
    response.headers["X-Robots-Tag"] = "noindex"  # type: ignore[union-attr]
    return response
