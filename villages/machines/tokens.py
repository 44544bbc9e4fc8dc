"""What a machine is known by: its token, which only it holds, and the short code with which it asks. Pure."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32
CODE_DIGITS = 6


def new_token() -> str:
    """A new machine's token, for its cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a token: SHA-256 in hex. It needs no salt, as nobody guesses 32 random bytes."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A new pairing code; not too easily read wrong, as no digit stands three times in a row."""
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        if not any(code[n] * 3 == code[n : n + 3] for n in range(CODE_DIGITS - 2)):
            return code


def spoken_code(code: str) -> str:
    """A code as it is shown and said: 123 456."""
    return f"{code[:3]} {code[3:]}"
