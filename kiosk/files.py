"""The hall's scripts, and the one that keeps its screens at hand."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Response, url_for
from markupsafe import Markup

from villages.core.scripts import answer, digest, tag
from villages.core.web import style

# In the order in which they are loaded: later ones hang themselves onto what the first tells.
NAMES = (
    *("screen", "pages", "view", "keep", "sheet", "print"),
    *("pinyin", "strokes", "keyboard"),
    *("figures", "pulse", "clock", "beat", "sound", "keypad", "pair", "visit", "idle"),
)


def script(name: str) -> Response:
    """One script."""
    return answer("kiosk", name)


def worker() -> Response:
    """The script that keeps the screens; where it lies says for which addresses, and the browser asks for it anew."""
    return answer("kiosk", "sw")


def addresses() -> list[str]:
    """Where the scripts are, in their order; an address changes with its script."""
    return [url_for("kiosk.script", name=name, v=digest("kiosk", name)) for name in NAMES]


@cache
def version() -> str:
    """What tells the scripts and the style of one release from another's."""
    parts = [*(digest("kiosk", name) for name in NAMES), style("kiosk")]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:12]


def elements() -> Markup:
    """The elements that load every script after the screen has been read."""
    return Markup("\n").join(map(tag, addresses()))
