"""Passwords: Argon2. Slow on purpose, so never inside a transaction that keeps others waiting. Pure."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from villages.accounts.strength import LONGEST_PASSWORD

HASHER = PasswordHasher()


def password_hash(password: str) -> str:
    """What is stored of a password."""
    return HASHER.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether a password is the one stored; for an unknown account (None) no, after the same time."""
    try:
        return HASHER.verify(stored or _nobodys_hash(), password[:LONGEST_PASSWORD]) and stored is not None
    except VerificationError:
        return False


@cache
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_hex(16))


def was_used(stored: list[str], password: str) -> bool:
    """Whether a password is one of those stored."""
    return any(is_right(each, password) for each in stored)
