"""Which machine asks, and where it stands."""

from __future__ import annotations

from flask import g, request

from villages.core.web import db
from villages.machines.models import Kiosk
from villages.machines.queries import kiosk_of_token
from villages.registry.models import Unit
from villages.registry.queries import counties

COOKIE = "kiosk"


def this_machine() -> Kiosk | None:
    """The paired machine that asks, by its token; None for any other browser."""
    if "kiosk" not in g:
        token = request.cookies.get(COOKIE, "")
        found = kiosk_of_token(db(), token) if token else None
        g.kiosk = found if found is not None and found.state == "paired" else None
    machine: Kiosk | None = g.kiosk
    return machine


def here() -> Unit | None:
    """The hall's township; the county where the hall is the county's or no machine is paired; None before `init`."""
    machine = this_machine()
    if machine is not None and machine.unit is not None:
        return machine.unit
    found = counties(db())
    return found[0] if len(found) == 1 else None
