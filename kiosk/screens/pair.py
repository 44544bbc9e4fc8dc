"""Pairing: the code that an administrator types in the back office."""

from __future__ import annotations

from typing import Any

from flask import make_response

from kiosk.machine import asker, rules, this_machine
from kiosk.screen import draw
from villages.core.clock import now
from villages.machines.models import Kiosk
from villages.machines.tokens import spoken_code

NAME, PATH = "pair", "/pair"


def show() -> Any:
    """The code, for as long as it holds; without one the key to ask for it."""
    return drawn(asker())


def drawn(machine: Kiosk | None, *, problem: str = "") -> Any:
    """The screen for a machine that asks, is paired, or has not asked yet."""
    until = machine.code_until if machine is not None and machine.state == "asking" else None
    left = int((until - now()).total_seconds()) if until is not None else 0
    code = spoken_code(machine.code) if machine is not None and machine.code and left > 0 else ""
    answer = make_response(draw(NAME, code=code, left=left, problem=problem))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def demanded() -> Any:
    """The screen in place of another, where the county demands pairing; refused, so that nobody keeps it as that."""
    if this_machine() is not None or not rules()["kiosk_pairing"]:
        return None
    answer = show()
    answer.status_code = 403
    return answer
