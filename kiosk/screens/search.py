"""Looking for words in all that is public, written on the screen's own keyboard.

What is looked for is kept nowhere; what found nothing is counted as the site counts it (villages.visits).
"""

from __future__ import annotations

from flask import g, request
from sqlalchemy import select

from kiosk.machine import here
from kiosk.screen import draw
from villages.core.clock import day_of, now
from villages.core.web import db, only_reads
from villages.registry.models import Unit
from villages.registry.queries import find_villages, merged_into, units_below
from villages.search.folding import LONGEST_QUERY, words_of
from villages.search.queries import find
from villages.search.question import Question

NAME, PATH = "search", "/search"
METHODS = ("GET", "POST")
MOST_VILLAGES, LAST_PAGE = 6, 1_000


@only_reads
def show() -> str:
    """The field, and what was found for the words that were sent; a page at a time, here or in the whole county."""
    text = " ".join(request.form.get("words", "")[:LONGEST_QUERY].split())
    page = min(max(request.form.get("page", 1, type=int), 1), LAST_PAGE)
    hall, words = here(), words_of(text)
    near = request.form.get("near") == "1" and hall is not None and hall.level == "township"
    found = find(db(), Question(words, day_of(now()), _units(hall) if near and hall else None), page=page)
    villages = find_villages(db(), "".join(words), most=MOST_VILLAGES) if words and page == 1 else []
    if words and not found.hits and not villages and page == 1 and not near:
        g.vain = text  # kiosk.desk has it counted
    ids = {hit.unit_id for hit in found.hits}
    units = {unit.id: unit for unit in db().scalars(select(Unit).where(Unit.id.in_(ids)))} if ids else {}
    return draw(
        NAME, text=text, wanted=words, found=found, units=units, villages=villages, page=page, near=near,
        longest=LONGEST_QUERY, take="/villages/",
    )  # fmt: skip


def _units(unit: Unit) -> tuple[int, ...]:
    """The units whose texts are a township's: those below it, and those merged into it."""
    return tuple(each.id for each in (*units_below(db(), unit), *merged_into(db(), unit)))
