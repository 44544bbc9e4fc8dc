"""Finding a village by the first letters of its name's pinyin, on large keys.

All villages are in the page: with find.js no letter asks the server, and letters work while the line is away.
"""

from __future__ import annotations

from string import ascii_lowercase

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import aliased

from kiosk.screen import at, draw
from villages.core.web import db
from villages.registry.models import Spelling, Unit

NAME, PATH = "find", "/find"
# Fewer are shown at once as names; so many letters are enough for any of the county's.
MOST_NAMES, MOST_LETTERS = 12, 6


def show() -> str:
    """The keys that lead on from the letters so far, and the villages once they are few."""
    typed = "".join(each for each in request.args.get("letters", "").lower() if each in ascii_lowercase)[:MOST_LETTERS]
    villages = _villages()
    found = [(village, each) for village in villages for each in village[3].split() if each.startswith(typed)]
    units = list(dict.fromkeys(village for village, _ in found))
    following = {initials[len(typed)] for _, initials in found if len(initials) > len(typed)}
    few = len(units) <= MOST_NAMES or not following
    return draw(
        NAME, typed=typed, units=units if few else [], count=len(units), letters=ascii_lowercase, following=following,
        villages=villages, most=MOST_NAMES, up=at(NAME, letters=typed[:-1]) if typed else "", take="/villages/",
    )  # fmt: skip


def _villages() -> list[tuple[str, str, str, str]]:
    """Code, name, township and every village's initials, by code; with a blank between where there are several."""
    above = aliased(Unit)
    query = select(Unit.division_code, Unit.name, above.name, Spelling.initials).join(above, Unit.parent)
    query = query.join(Spelling, Spelling.unit_id == Unit.id).order_by(Unit.division_code, Spelling.id)
    query = query.where(Unit.level == "village", Unit.in_scope, Unit.merged_into_id.is_(None))
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for code, name, township, initials in db().execute(query):
        found.setdefault((code, name, township), {})[initials] = None
    return [(*village, " ".join(spelled)) for village, spelled in found.items()]
