"""Finding a village by the first letters of its name's pinyin, on large keys."""

from __future__ import annotations

from string import ascii_lowercase

from flask import request
from sqlalchemy import select

from kiosk.screen import at, draw
from villages.core.web import db
from villages.registry.models import Spelling, Unit

NAME, PATH = "find", "/find"
# Fewer are shown at once as names; so many letters are enough for any of the county's.
MOST_NAMES, MOST_LETTERS = 12, 6


def show() -> str:
    """The keys that lead on from the letters so far, and the villages once they are few."""
    typed = "".join(each for each in request.args.get("letters", "").lower() if each in ascii_lowercase)[:MOST_LETTERS]
    query = select(Unit, Spelling.initials).join(Spelling, Spelling.unit_id == Unit.id)
    query = query.where(Unit.level == "village", Unit.in_scope, Unit.merged_into_id.is_(None))
    query = query.where(Spelling.initials.startswith(typed)).order_by(Unit.division_code)
    found = [(unit, initials) for unit, initials in db().execute(query)]
    units = list(dict.fromkeys(unit for unit, _ in found))
    following = {initials[len(typed)] for _, initials in found if len(initials) > len(typed)}
    few = len(units) <= MOST_NAMES or not following
    return draw(
        NAME, typed=typed, units=units if few else [], count=len(units), letters=ascii_lowercase, following=following,
        up=at(NAME, letters=typed[:-1]) if typed else "", take="/villages/",
    )  # fmt: skip
