"""The blueprint of the machines' staff pages, and what its views share: whose machines and calls."""

from __future__ import annotations

from flask import Blueprint, abort

from villages.accounts.door import me
from villages.core.clock import now
from villages.core.web import db
from villages.machines.models import HelpCall, Kiosk
from villages.machines.queries import call_within, kiosk_numbered
from villages.machines.spans import ago, lasted, short
from villages.machines.tokens import spoken_code

bp = Blueprint("machines", __name__, template_folder="../templates")
bp.add_app_template_filter(spoken_code, "spoken_code")
bp.add_app_template_filter(lasted, "lasted")
bp.add_app_template_filter(lambda moment: ago(moment, now()), "ago")
bp.add_app_template_filter(lambda moment: short(moment, now()), "short")


def kiosk_of_mine(kiosk_id: int) -> Kiosk:
    """The machine with a number in my area, or one that nobody has given a hall yet; anything else is not found."""
    found = kiosk_numbered(db(), kiosk_id)
    if found is None or not (found.unit is None or me().covers(found.unit)):
        abort(404)
    return found


def call_of_mine(call_id: int) -> HelpCall:
    """The call with a number from my area's halls; anything else is not found."""
    return call_within(db(), me().unit, call_id) or abort(404)
