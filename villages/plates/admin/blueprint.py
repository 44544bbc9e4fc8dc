"""The blueprint of the plates' staff pages, and what its views share: whose plates, by which terms."""

from __future__ import annotations

import math

from flask import Blueprint, abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from villages.accounts.door import me
from villages.core.clock import now
from villages.core.files import FileStore
from villages.core.web import db, settings
from villages.plates.models import Plate
from villages.plates.numbers import plain, spoken
from villages.plates.watching import Terms
from villages.registry.models import Unit
from villages.registry.queries import townships
from villages.site.queries import rules_of

bp = Blueprint("plates", __name__, template_folder="../templates")
bp.add_app_template_filter(spoken, "spoken")
A_PAGE = 50


def area() -> Unit:
    """The unit whose subtree is the area of who is signed in; departments have no plates, and no permission here."""
    return me().unit


def plate_of_mine(number: str) -> Plate:
    """The plate with a number in my area; anything else is not found, so that nothing is learnt of others."""
    query = select(Plate).where(Plate.number == plain(number)).options(joinedload(Plate.unit))
    found = db().scalar(query)
    if found is None or not me().covers(found.unit):
        abort(404)
    return found


def townships_of_mine() -> list[Unit]:
    """The townships of my area."""
    return [each for each in townships(db()) if me().covers(each)]


def terms(*, inspect_days: int | None = None, silent_days: int | None = None) -> Terms:
    """From when on a plate needs somebody: by the county's rules, unless asked otherwise."""
    rules = rules_of(db())
    return Terms(
        at=now(),
        base_url=settings().base_url,
        inspect_days=inspect_days or rules["inspect_days"],
        silent_days=silent_days or rules["silent_days"],
    )


def pages(count: int) -> int:
    """How many pages a list of so many has."""
    return max(1, math.ceil(count / A_PAGE))


def store() -> FileStore:
    """Where files are kept."""
    return FileStore(settings().files_dir)
