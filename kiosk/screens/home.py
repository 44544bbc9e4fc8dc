"""Home: the hall's own villages, the other entries, what was made public just now."""

from __future__ import annotations

from kiosk.asking import active_villages, latest_within
from kiosk.machine import here
from kiosk.screen import draw, path_of
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.registry.models import Unit
from villages.registry.queries import townships, villages_in, villages_of

NAME, PATH = "home", "/"
MOST_NEWS = 3


def show() -> str:
    """The hall's screen."""
    hall, today = here(), day_of(now())
    if hall is None:
        return draw(NAME, take="/", units=[], news=[], county=None)
    is_township = hall.level == "township"
    units = villages_of(db(), hall) if is_township else townships(db(), hall)
    villages = len(units) if is_township else len(villages_in(db(), hall))
    return draw(
        NAME, take=path_of(hall), units=units, is_township=is_township, county=_county(hall),
        news=latest_within(db(), hall, today, most=MOST_NEWS), today=today,
        active=active_villages(db(), hall, today), villages=villages,
    )  # fmt: skip


def _county(unit: Unit) -> Unit | None:
    return unit if unit.level == "county" else unit.parent
