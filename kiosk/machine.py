"""Which machine asks, where it stands, and the county's figures for halls."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, request

from villages.core.web import client_address, db, settings
from villages.machines.models import Kiosk
from villages.machines.queries import kiosk_of_token
from villages.registry.models import Unit
from villages.registry.queries import counties
from villages.site.queries import rules_of

COOKIE = "kiosk"
# As long as a browser keeps one at all; each heartbeat begins the time anew.
KEPT = timedelta(days=400)


def asker() -> Kiosk | None:
    """The machine whose token the browser sent, whatever its state; None where there is none."""
    if "kiosk" not in g:
        token = request.cookies.get(COOKIE, "")
        g.kiosk = kiosk_of_token(db(), token) if token else None
    machine: Kiosk | None = g.kiosk
    return machine


def this_machine() -> Kiosk | None:
    """The paired machine that asks, by its token; None for any other browser."""
    found = asker()
    return found if found is not None and found.state == "paired" else None


def network() -> str:
    """From where somebody acts, as limits count it: a paired machine by itself, as its county may share one address."""
    machine = this_machine()
    return f"machine {machine.id}" if machine is not None else client_address()


def here() -> Unit | None:
    """The hall's township; the county where the hall is the county's or no machine is paired; None before `init`."""
    machine = this_machine()
    if machine is not None and machine.unit is not None:
        return machine.unit
    found = counties(db())
    return found[0] if len(found) == 1 else None


def state() -> str:
    """How the browser stands: open (no machine of ours), asking, paired or revoked."""
    found = asker()
    return found.state if found is not None else "open"


def rules() -> dict[str, int]:
    """The county's figures (site/rules.py), asked for once a request."""
    if "rules" not in g:
        g.rules = rules_of(db())
    found: dict[str, int] = g.rules
    return found


def keep(answer: Response, token: str) -> Response:
    """Have the browser keep a token: hidden from scripts, sent to the hall's pages alone and from them alone."""
    path = f"{settings().prefix}/kiosk"
    answer.set_cookie(
        COOKIE, token, max_age=KEPT, path=path, secure=request.is_secure, httponly=True, samesite="Strict"
    )
    return answer
