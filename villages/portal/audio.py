"""Pages read aloud: the MP3 of what is public now of a village, a section or an item. A listener needs no script."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, send_file

from villages.core.clock import day_of, now
from villages.core.web import db, settings
from villages.portal import aloud, showing
from villages.portal.sections import BY_KEY
from villages.registry.models import Unit
from villages.registry.queries import contact_of, unit_by_code
from villages.speech.making import talk
from villages.speech.shelf import Busy, Shelf
from villages.speech.voice import VoiceError, program

bp = Blueprint("audio", __name__, template_folder="templates")
FOLDER = "speech"
SECONDS_UNTIL_FREE = 5
# Fewer than are not counted as people: phones fetch sounds under their players' names. Cubot is a phone.
CRAWLERS = re.compile(r"(?<!cu)bot\b|spider|crawl|slurp", re.IGNORECASE)
log = logging.getLogger(__name__)


@bp.app_template_global()
def can_speak() -> bool:
    """Whether this machine has the voice; pages show a player only where it has."""
    return bool(program())


@bp.get("/villages/<code>/audio.mp3")
def village(code: str) -> Any:
    """A village's page, read aloud."""
    found, today = _unit(code), day_of(now())
    if found.level != "village":
        abort(404)
    return _read_aloud(
        aloud.of_village(
            found,
            showing.latest(db(), found, today),
            showing.money_of_unit(db(), found, today),
            contact_of(db(), found),
        )
    )


@bp.get("/villages/<code>/<any(information, affairs, services, oversight):section>/audio.mp3")
def section(code: str, section: str) -> Any:
    """One of the four entries, read aloud."""
    found = _unit(code)
    return _read_aloud(aloud.of_section(found, BY_KEY[section], showing.groups(db(), found, section, day_of(now()))))


@bp.get("/items/<int:item_id>/audio.mp3")
def item(item_id: int) -> Any:
    """An item's latest edition, read aloud; nothing of what was withdrawn or whose notice has ended."""
    found = showing.item_now(db(), item_id, day_of(now())) if item_id <= showing.LARGEST_ID else None
    shown = showing.shown(found) if found is not None and found.is_public else None
    if shown is None:
        abort(404)
    return _read_aloud(aloud.of_item(shown, showing.money_of(db(), shown)), aloud.names_of(shown))


def _unit(code: str) -> Unit:
    found = unit_by_code(db(), code)
    if found is None or found.merged_into is not None:
        abort(404)
    return found


def _read_aloud(text: str, names: Iterable[str] = ()) -> Response:
    # A search engine would have every item said that nobody listens to.
    if not program() or CRAWLERS.search(request.headers.get("User-Agent", "")):
        abort(404)
    said = talk(text, names)
    try:
        sound = _shelf().sound(said)
    except (Busy, VoiceError, OSError) as error:
        return _not_now(error)
    # A phone asks for pieces, and each time whether what it has is still what is public.
    answer = send_file(io.BytesIO(sound), mimetype="audio/mpeg", etag=said.digest, conditional=True)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _not_now(error: Exception) -> Response:
    if not isinstance(error, Busy):
        log.error("not read aloud: %s", error, extra={"request_id": request.environ.get("villages.request_id")})
    page = render_template(
        "parts/error.html", title="现在念不了", text="正在念的人多，请过几秒再点一次。" if isinstance(error, Busy) else
        "声音没有做出来。页面上的文字照样可以看。",
    )  # fmt: skip
    answer = make_response(page, 503)
    answer.headers["Retry-After"] = str(SECONDS_UNTIL_FREE)
    return answer


def _shelf() -> Shelf:
    found: Shelf = current_app.extensions.setdefault("shelf", Shelf(settings().data_dir / FOLDER))
    return found
