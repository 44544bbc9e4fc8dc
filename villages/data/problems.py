"""Why an address cannot be answered, in words a person can act on. Pure."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818 - the word people use for it
    """An HTTP status, a short English code for programs, a Chinese sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def bad(message: str) -> Problem:
    """What was asked is malformed."""
    return Problem(400, "bad_parameter", message)


def unknown(message: str) -> Problem:
    """There is no such thing, or it is not public."""
    return Problem(404, "not_found", message)
