"""The token of a form: signed, with the moment when the form was opened; sent twice it makes one case."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app
from itsdangerous import BadSignature, TimestampSigner


@dataclass(frozen=True)
class Ticket:
    """The token of a form, when the form was opened, and both as they stand in it."""

    token: str
    opened_at: datetime
    signed: str


def new_ticket() -> Ticket:
    """For a form that is opened now."""
    signed = signer("form").sign(secrets.token_hex(16)).decode()
    return ticket_of(signed) or abort(500)


def ticket_of(signed: str) -> Ticket | None:
    """What a form says of itself; None where it is not one of ours."""
    try:
        token, opened_at = signer("form").unsign(signed.encode("utf-8", "replace"), return_timestamp=True)
    except BadSignature:
        return None
    return Ticket(token.decode(), opened_at, signed)


def signer(what: str) -> TimestampSigner:
    """Signs one sort of thing that our own pages send back to us."""
    return TimestampSigner(current_app.config["SECRET_KEY"], salt=f"villages cases {what} 1")
