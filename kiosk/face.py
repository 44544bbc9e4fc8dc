"""Joins the hall's face to the application: THE list of its doors, no logic."""

from __future__ import annotations

from flask import Blueprint, Flask

from kiosk import codes, files, keeping, links
from kiosk.screen import set_up
from kiosk.screens import (
    elsewhere,
    find,
    home,
    item,
    later,
    number,
    section,
    take,
    township,
    townships,
    village,
    waiting,
    zone,
)
from villages.portal import audio

# The running order in the hall: from the screen that waits to the last tap.
SCREENS = (waiting, home, townships, township, find, number, village, section, item, zone, take, elsewhere, later)


def join(app: Flask) -> None:
    """Give an application the addresses under /kiosk/."""
    bp = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates")
    for screen in SCREENS:
        bp.add_url_rule(screen.PATH, screen.NAME, screen.show, methods=getattr(screen, "METHODS", ["GET"]))
    bp.add_url_rule("/villages/<code>/audio.mp3", "village_audio", audio.village)
    bp.add_url_rule("/items/<int:item_id>/audio.mp3", "item_audio", audio.item)
    bp.add_url_rule("/files/<name>.js", "script", files.script)
    bp.add_url_rule("/sw.js", "worker", files.worker)
    bp.add_url_rule("/keep.json", "keep", keeping.keep)
    set_up(bp)
    codes.set_up(bp)
    bp.add_app_template_filter(links.screen_of)
    app.extensions["csrf"].exempt(bp)  # no session here: its acts must come from its own pages (kiosk.desk)
    app.register_blueprint(bp)
