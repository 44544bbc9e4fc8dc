"""Joins the hall's face to the application: THE list of its doors, no logic."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, request

from kiosk import codes, desk, documents, files, keeping, links, printing, slips, trouble, words
from kiosk.pace import Pace
from kiosk.screen import set_up
from kiosk.screens import (
    document,
    elsewhere,
    find,
    follow,
    help,  # noqa: A004 - a screen is called what its key says
    home,
    item,
    later,
    number,
    pair,
    printout,
    search,
    section,
    subsidy,
    take,
    tell,
    township,
    townships,
    village,
    waiting,
    writing,
    zone,
)
from villages.portal import audio

# The running order in the hall: from the screen that waits to the last tap.
SCREENS = (
    waiting,
    home,
    townships,
    township,
    find,
    number,
    search,
    village,
    section,
    item,
    document,
    printout,
    zone,
    tell,
    writing,
    follow,
    subsidy,
    take,
    elsewhere,
    help,
    pair,
    later,
)


def join(app: Flask) -> None:
    """Give an application the addresses under /kiosk/."""
    bp = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates")
    for screen in SCREENS:
        bp.add_url_rule(screen.PATH, screen.NAME, screen.show, methods=getattr(screen, "METHODS", ["GET"]))
    bp.add_url_rule("/villages/<code>/audio.mp3", "village_audio", audio.village)
    bp.add_url_rule("/items/<int:item_id>/audio.mp3", "item_audio", audio.item)
    bp.add_url_rule("/pair", "ask", desk.ask, methods=["POST"])
    bp.add_url_rule("/heartbeat", "heartbeat", desk.heartbeat, methods=["POST"])
    bp.add_url_rule("/pulse", "pulse", desk.pulse)
    bp.add_url_rule("/help", "call_for_help", desk.call_for_help, methods=["POST"])
    bp.add_url_rule("/tell/<kind>/help", "help_with", desk.help_with, methods=["POST"])
    bp.add_url_rule("/tell/<kind>/send", "send", desk.send, methods=["POST"])
    bp.add_url_rule("/follow/open", "open_case", desk.open_case, methods=["POST"])
    bp.add_url_rule("/follow/say", "say", desk.say_about_case, methods=["POST"])
    bp.add_url_rule("/follow/paper/<form>", "slip", slips.paper, methods=["POST"])
    bp.add_url_rule("/subsidy/answer", "check_subsidy", desk.check_subsidy, methods=["POST"])
    bp.add_url_rule("/files/<name>.js", "script", files.script)
    bp.add_url_rule("/words", "words", words.words)
    bp.add_url_rule("/items/<int:item_id>/paper/<form>", "paper", printing.paper)
    bp.add_url_rule("/documents/<token>/<int:number>.webp", "document_page", documents.picture)
    bp.add_url_rule("/sw.js", "worker", files.worker)
    bp.add_url_rule("/keep.json", "keep", keeping.keep)
    bp.before_request(_demand_pairing)
    bp.after_request(trouble.soften)
    bp.after_request(desk.note_vain)
    set_up(bp)
    codes.set_up(bp)
    bp.add_app_template_filter(links.screen_of)
    bp.add_app_template_test(documents.is_readable, "readable")
    app.extensions["csrf"].exempt(bp)  # no session here: its acts must come from its own pages (kiosk.desk)
    app.extensions["pace"] = Pace()
    app.register_blueprint(bp)


def _demand_pairing() -> Any:
    """Every screen is the pairing screen where the county demands it and the browser is no machine of ours."""
    name = (request.endpoint or "").removeprefix("kiosk.")
    return pair.demanded() if name != pair.NAME and name in {screen.NAME for screen in SCREENS} else None
