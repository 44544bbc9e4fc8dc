"""The idle loop (待机轮播): what is new, what is due, how to use the screen, the township's code."""

from __future__ import annotations

from kiosk.asking import coming_within, latest_within
from kiosk.machine import here
from kiosk.screen import draw, path_of, public_address
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.portal.sections import SECTIONS

NAME, PATH = "waiting", "/waiting"
MOST_NEWS, MOST_COMING = 6, 5


def show() -> str:
    """The slides one after the other; a touch anywhere leads home."""
    hall, today = here(), day_of(now())
    news = latest_within(db(), hall, today, most=MOST_NEWS) if hall else []
    coming = coming_within(db(), hall, today, most=MOST_COMING) if hall else []
    address = public_address(path_of(hall)) if hall and hall.level == "township" else public_address("/")
    return draw(NAME, news=news, coming=coming, today=today, sections=SECTIONS, address=address)
