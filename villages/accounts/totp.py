"""Codes that change every half minute (RFC 6238), as any authenticator on a telephone shows them. Pure."""

from __future__ import annotations

from datetime import datetime

import pyotp

ISSUER = "码上公开"
STEP_S = 30
DIGITS = 6
NEAR = (0, -1, 1)  # a clock may be half a minute off, and typing takes time


def new_secret() -> str:
    """A secret of 160 bits in base 32."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """What the QR code says to the telephone."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, *, after: int, at: datetime) -> int | None:
    """The half minute that a code is of; None where it is wrong, or not later than `after`, the last one used."""
    code = "".join(code.split())
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    now = int(at.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    for near in NEAR:
        step = now + near
        if step > after and pyotp.utils.strings_equal(code, totp.generate_otp(step)):
            return step
    return None
