"""请人帮忙: rings the staff; whoever will not wait leaves a number."""

from __future__ import annotations

from kiosk.machine import here
from kiosk.screen import draw
from villages.core.web import db
from villages.portal.shelves import oversight
from villages.registry.queries import contact_of
from villages.site.queries import site_of

NAME, PATH = "help", "/help"
MOST_DIGITS = 13
EMPTY = "还没有点电话号码。请点下面的数字；不留电话也会有人来"


def show() -> str:
    """The key that rings."""
    return drawn()


def drawn(*, is_called: bool = False, is_told: bool = False, typed: str = "", problem: str = "") -> str:
    """The screen before a call, after it, and after a number was left (`is_told`)."""
    hall = here()
    return draw(
        NAME, is_called=is_called, is_told=is_told, typed=typed, most=MOST_DIGITS, problem=problem,
        contact=contact_of(db(), hall) if hall else None, phones=oversight(site_of(db())).phones,
    )  # fmt: skip
