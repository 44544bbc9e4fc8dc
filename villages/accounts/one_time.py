"""One-time codes: for a first password, a new one, and for the day a telephone is lost. Pure.

Twenty letters and digits hold 100 bits, so their digest needs no salt and no slow hashing.
"""

from __future__ import annotations

import hashlib
import secrets

# Without those that are read for one another: 0 and O, 1, I and L; U for decency (Crockford's base 32).
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
LETTERS_OF_A_LINK = 20
LETTERS_OF_A_RECOVERY = 16
RECOVERY_CODES = 10
GROUP = 4


def new_code(letters: int) -> str:
    """A code in groups of four, to be read aloud or typed."""
    code = "".join(secrets.choice(LETTERS) for _ in range(letters))
    return "-".join(code[at : at + GROUP] for at in range(0, letters, GROUP))


def digest_of_code(code: str) -> str:
    """What is stored of a code, however it was typed."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return hashlib.sha256(plain.translate(str.maketrans("oil", "011")).encode()).hexdigest()
