"""What lets a page of the hall go on with a case that was opened on it: the number, signed, for an hour.

It stands in the forms of that page and nowhere else, so it goes with the visit; the code does not stand there.
"""

from __future__ import annotations

from datetime import timedelta

from flask import request
from itsdangerous import BadSignature
from sqlalchemy import select

from villages.core.web import db
from villages.intake.history import is_overtaken
from villages.intake.models import Case
from villages.intake.tickets import signer

OPEN_FOR = timedelta(hours=1)
FIELD, RECEIPT = "held", "receipt"


def pass_for(number: str, what: str = "") -> str:
    """For the page of a case; RECEIPT: its code may be printed."""
    return signer("hall").sign(f"{number}-{what}").decode()


def opened() -> tuple[Case | None, str]:
    """The case that the page which sent the form may go on with, and what for; None where it may with none."""
    try:
        given = request.form.get(FIELD, "").encode("utf-8", "replace")
        held, since = signer("hall").unsign(given, max_age=int(OPEN_FOR.total_seconds()), return_timestamp=True)
    except BadSignature:
        return None, ""
    number, _, what = held.decode().partition("-")
    case = db().scalar(select(Case).where(Case.number == number))
    return (None, "") if case is not None and is_overtaken(case, since) else (case, what)
